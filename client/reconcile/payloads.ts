/** Every JSON payload of an event, or of a part of one, read. */
export function payloadsOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('data' in value && 'metadata' in value) {
    return value.data instanceof Uint8Array ? [parsed(value.data)] : [];
  }
  if (value instanceof Uint8Array) return [];
  return Object.values(value).flatMap(payloadsOf);
}

function parsed(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}

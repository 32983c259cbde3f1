/** Causes by which `fetch` says that no connection came to be, so that nothing of the request can have arrived. */
const neverSentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** The system's code in a chain of causes ("ECONNRESET"), looked for a few levels down; `fetch` wraps it in a TypeError. */
export function causeCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    // Several addresses were tried (IPv4, IPv6): they fail alike, the first one tells.
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return undefined;
}

/** True only when it is certain that the request never left. */
export const wasNeverSent = (error: unknown): boolean => neverSentCodes.has(causeCode(error) ?? '');

/** What may be logged of an error that is no problem. */
export interface ErrorTrace {
  readonly name: string;
  /** Of the system or the database: `ECONNREFUSED`, `23505`. */
  readonly code?: string;
  /** Where it was thrown, innermost first: `activities/import-books.ts:41`. */
  readonly at: readonly string[];
  readonly cause?: ErrorTrace;
}

const mostFrames = 12;
const root = new URL('..', import.meta.url).pathname;
const place = /((?:file:\/\/)?\/[^()]*:\d+):\d+\)?$/;

/** An error without its message, which can hold anything that a person or another program wrote. */
export function errorTrace(error: unknown, depth = 0): ErrorTrace {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const { name, message, stack = '', cause } = error;
  const code = 'code' in error && /^[\w.-]{1,60}$/.test(String(error.code)) ? String(error.code) : undefined;
  // The stack begins with the message, whose own lines can look like places.
  const frames = stack.slice(stack.indexOf(message) === -1 ? 0 : stack.indexOf(message) + message.length);
  return {
    name,
    ...(code !== undefined && { code }),
    at: frames
      .split('\n')
      .flatMap((line) => place.exec(line.trim())?.[1] ?? [])
      .map((where) =>
        where
          .replace('file://', '')
          .replace(root, '')
          .replace(/^.*\/node_modules\//, ''),
      )
      .slice(0, mostFrames),
    ...(cause instanceof Error && depth < 3 && { cause: errorTrace(cause, depth + 1) }),
  };
}

import { Problem } from '../../accounting/problem.ts';

/** A table for people: columns as wide as what stands in them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** `--json` for programs, else what people read. */
export function show(json: boolean | undefined, data: unknown, text: () => string): void {
  console.log(json === true ? JSON.stringify(data, undefined, 2) : text());
}

/** What a person reads of an error on the standard error output; a stack trace only for what is a fault of ours. */
export function complain(error: unknown): void {
  if (error instanceof Problem) {
    const { what, advice, code, fortnox } = error.details;
    console.error(`${what} ${advice} [${code}]`);
    if (fortnox?.requestId !== undefined)
      console.error(`Fortnox: ${fortnox.status}, X-Uid ${fortnox.requestId}`);
  } else if (error instanceof Error && 'syscall' in error) {
    // A file that is not there, a server that does not answer: its own words say which.
    console.error(error.message || String(error));
  } else console.error(error);
}

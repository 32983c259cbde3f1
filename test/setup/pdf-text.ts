import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a reader sees of a PDF file, by poppler's `pdftotext`, with no-break spaces as spaces. */
export async function pdfText({ bytes }: { readonly bytes: Uint8Array }): Promise<string> {
  const reading = run('pdftotext', ['-layout', '-enc', 'UTF-8', '-', '-'], { maxBuffer: 1 << 28 });
  reading.child.stdin?.end(bytes);
  return (await reading).stdout.replaceAll('\u00a0', ' ');
}

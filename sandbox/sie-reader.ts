import { decodeCp437 } from './cp437.ts';

/** One line of a SIE file: its label without the hash, its fields, its number from 1. Braces alone are lines too. */
export interface SieLine {
  label: string;
  fields: string[];
  number: number;
}

export type SieEncoding = 'cp437' | 'utf8' | 'latin1';

/** The encoding that the bytes show; the label in the file is nearly always PC8 and says nothing. */
export function detectEncoding(bytes: Uint8Array): SieEncoding {
  if (bytes.every((byte) => byte < 128)) return 'cp437';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf8';
  } catch {
    // Not UTF-8: one of the two single-byte tables, told apart by where å ä ö é stand in them.
  }
  const inCp437 = new Set([0x86, 0x84, 0x94, 0x8f, 0x8e, 0x99, 0x82]);
  const inLatin1 = new Set([0xe5, 0xe4, 0xf6, 0xc5, 0xc4, 0xd6, 0xe9]);
  let [cp437, latin1] = [0, 0];
  for (const byte of bytes) {
    if (inCp437.has(byte)) cp437++;
    if (inLatin1.has(byte)) latin1++;
  }
  return latin1 > cp437 ? 'latin1' : 'cp437';
}

export function decodeSie(bytes: Buffer, encoding: SieEncoding): string {
  if (encoding === 'cp437') return decodeCp437(bytes);
  return new TextDecoder(encoding === 'utf8' ? 'utf-8' : 'latin1').decode(bytes);
}

/** Lines with a label, and `{` and `}` as labels of their own. Anything else is passed over. */
export function readLines(text: string): SieLine[] {
  const lines: SieLine[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim();
    if (line === '{' || line === '}') lines.push({ label: line, fields: [], number: index + 1 });
    else if (line.startsWith('#')) {
      const [label = '', ...fields] = splitFields(line.slice(1));
      lines.push({ label: label.toUpperCase(), fields, number: index + 1 });
    }
  }
  return lines;
}

/** Fields by spaces or tabs; `"…"` may hold spaces and `\"`; `{…}` is one field. */
function splitFields(line: string): string[] {
  const pattern = /"((?:\\"|[^"])*)"?|\{([^}]*)\}?|[^\s"{]+/g;
  return [...line.matchAll(pattern)].map((match) => match[1]?.replaceAll('\\"', '"') ?? match[2] ?? match[0]);
}

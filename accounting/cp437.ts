/** The characters of code page 437 from byte 128 on; below that it is ASCII. */
const upperHalf =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
  '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const toUnicode: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte < 128 ? String.fromCharCode(byte) : upperHalf.charAt(byte - 128),
);

const fromUnicode = new Map(toUnicode.map((character, byte) => [character, byte]));

/** Decodes bytes of code page 437, the `PC8` of SIE (SIE 4B §5.3). Every byte is a character: it cannot fail. */
export function decodeCp437(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  for (let at = start; at < end; at++) text += toUnicode[bytes[at]!]!;
  return text;
}

/** The byte of a character (one UTF-16 unit), or undefined when code page 437 lacks it. */
export const cp437Byte = (character: string): number | undefined => fromUnicode.get(character);

/** Stand-ins for characters that accountants do write and code page 437 lacks. */
const standIns: ReadonlyMap<string, string> = new Map([
  ['–', '-'],
  ['—', '-'],
  ['−', '-'],
  ['‐', '-'],
  ['‑', '-'],
  ['‘', "'"],
  ['’', "'"],
  ['´', "'"],
  ['“', '"'],
  ['”', '"'],
  ['„', '"'],
  ['…', '...'],
  ['•', '*'],
  ['×', 'x'],
  ['€', 'EUR'],
  ['§', 'par.'],
  ['©', '(c)'],
  ['®', '(r)'],
  ['™', 'TM'],
  ['Ø', 'O'],
  ['ø', 'o'],
  ['Ł', 'L'],
  ['ł', 'l'],
  ['Đ', 'D'],
  ['đ', 'd'],
  ['Þ', 'Th'],
  ['þ', 'th'],
  ['ð', 'd'],
  ['Œ', 'OE'],
  ['œ', 'oe'],
  ['ẞ', 'SS'],
]);

/** What code page 437 can hold of a text. */
export interface Cp437Text {
  readonly bytes: Uint8Array;
  /** False when a character was replaced: by a stand-in, its letter without the accent, or `?`. */
  readonly exact: boolean;
}

/** Encodes a text in code page 437; characters that it lacks get the nearest it has. Never fails. */
export function encodeCp437(text: string): Cp437Text {
  // A letter and its accent apart are the same text as the two in one.
  const composed = text.normalize('NFC');
  const bytes = new Uint8Array(composed.length);
  for (let at = 0; at < composed.length; at++) {
    const unit = composed.charCodeAt(at);
    const byte = unit < 128 ? unit : fromUnicode.get(composed.charAt(at));
    if (byte === undefined) return { bytes: encodeNearest(composed), exact: false };
    bytes[at] = byte;
  }
  return { bytes, exact: true };
}

function encodeNearest(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const byte = fromUnicode.get(character);
    if (byte !== undefined) bytes.push(byte);
    else for (const replacement of standIn(character)) bytes.push(fromUnicode.get(replacement) ?? 63);
  }
  return Uint8Array.from(bytes);
}

/** The nearest that code page 437 has to a character that it lacks: a letter without its accent, `?` when nothing is near. */
export function standIn(character: string): string {
  const known = standIns.get(character);
  if (known !== undefined) return known;
  const letters = character.normalize('NFKD').replace(/\p{Mark}/gu, '');
  return letters === '' || Array.from(letters).some((letter) => !fromUnicode.has(letter)) ? '?' : letters;
}

// The upper half of IBM code page 437, which SIE calls PC8. The lower half is ASCII.
const UPPER =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
  '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const byteOf = new Uint8Array(65_536);
for (let code = 0; code < 128; code++) byteOf[code] = code;
for (let index = 0; index < UPPER.length; index++) byteOf[UPPER.charCodeAt(index)] = 128 + index;

const QUESTION_MARK = 63;

/** Text to CP437 bytes; what the code page lacks becomes a question mark, as in Fortnox. */
export function encodeCp437(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    bytes[index] = byteOf[code] || (code === 0 ? 0 : QUESTION_MARK);
  }
  return bytes;
}

/** CP437 bytes to text. */
export function decodeCp437(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += 8192) {
    let part = '';
    for (const byte of bytes.subarray(start, start + 8192)) {
      part += byte < 128 ? String.fromCharCode(byte) : (UPPER[byte - 128] ?? '?');
    }
    parts.push(part);
  }
  return parts.join('');
}

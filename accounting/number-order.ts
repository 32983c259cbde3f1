/**
 * Orders document, party and account numbers as people count: digits by value ("9" before "10"), then the rest by
 * code unit. Never by locale, so that the same books give the same order on every machine.
 */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  const x = wholeNumber(a);
  const y = x === -1 ? -1 : wholeNumber(b);
  if (y !== -1) return x - y;
  const aDigits = isDigits(a);
  const bDigits = isDigits(b);
  if (aDigits !== bDigits) return aDigits ? -1 : 1;
  if (aDigits) {
    const byValue = compareDigits(a, b);
    if (byValue !== 0) return byValue;
  }
  return a < b ? -1 : 1;
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What at most nine digits without a leading zero stand for; -1 for every other text. The same value is the same text. */
export function wholeNumber(text: string): number {
  const { length } = text;
  if (length === 0 || length > 9 || (length > 1 && text.charCodeAt(0) === 48)) return -1;
  let value = 0;
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const isDigits = (text: string): boolean => /^\d+$/.test(text);

function compareDigits(a: string, b: string): number {
  if (a.length <= 15 && b.length <= 15) return Number(a) - Number(b);
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  return x.length - y.length || compareText(x, y);
}

/**
 * Orders document, party and account numbers as people count: digits by value ("9" before "10"), then the rest by
 * code unit. Never by locale, so that the same books give the same order on every machine.
 */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
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

const isDigits = (text: string): boolean => /^\d+$/.test(text);

function compareDigits(a: string, b: string): number {
  if (a.length <= 15 && b.length <= 15) return Number(a) - Number(b);
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  return x.length - y.length || compareText(x, y);
}

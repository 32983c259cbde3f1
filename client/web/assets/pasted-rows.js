/* Rows as a spreadsheet gives them: cells between tabs, lines below each other. */

const sides = ['konto', 'debet', 'kredit', 'text'];
const amount = /^[+−-]?[\d\s\u00a0\u202f]+(?:[.,]\d{1,2})?(?:\s?kr)?$/;

/**
 * Pasted from a field other than the account, the cells go into the fields from there on. Pasted into the account, the columns
 * are known by what is in them: account, perhaps its name, debit and credit or one amount with its sign, text.
 * @param {string} pasted
 * @param {string} first the field that it was pasted into: `konto`, `debet`, `kredit` or `text`
 * @returns {Record<string, string>[]} by row, the fields to fill
 */
export function readPasted(pasted, first) {
  const lines = pasted
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.split('\t').map((text) => text.trim()));
  if (first !== 'konto') {
    const into = sides.slice(sides.indexOf(first));
    return lines.map((cells) =>
      Object.fromEntries(into.map((side, at) => [side, cells[at] ?? '']).slice(0, cells.length)),
    );
  }
  const rows = lines.filter(([account]) => /^\d{3,8}$/.test(account ?? ''));
  if (rows.length === 0) return [];
  const named = rows.some(([, second = '']) => second !== '' && !amount.test(second));
  return rows.map(([konto, ...rest]) => {
    const [one = '', two = '', ...more] = named ? rest.slice(1) : rest;
    const text = more.find((cell) => cell !== '') ?? '';
    // Beside one amount stands a text, or nothing.
    if (two !== '' && !amount.test(two)) return { konto, ...signed(one), text: two };
    const isSigned = one !== '' && two === '' && /^[−-]/.test(one);
    return isSigned ? { konto, ...signed(one), text } : { konto, debet: one, kredit: two, text };
  });
}

const signed = (text) =>
  /^[−-]/.test(text)
    ? { debet: '', kredit: text.replace(/^[−-]\s*/, '') }
    : { debet: text.replace(/^\+/, ''), kredit: '' };

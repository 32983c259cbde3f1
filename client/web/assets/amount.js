/* Amounts as people type and read them, in whole öre by digits, never through a fraction. */

/** "1 234,50", "1234.5", "−12" in öre; 0 for what cannot be read. */
export function ore(text) {
  const clean = text
    .replace(/[\s\u00a0\u202f]|kr$/g, '')
    .replace('−', '-')
    .replace(',', '.');
  const [, sign, whole, fraction = ''] = /^([+-]?)(\d+)(?:\.(\d{0,2})0*)?$/.exec(clean) ?? [];
  if (whole === undefined) return 0n;
  const amount = BigInt(whole + fraction.padEnd(2, '0'));
  return sign === '-' ? -amount : amount;
}

/** "1 234,50". */
export function kronor(amount) {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, '\u00a0');
  return `${amount < 0n ? '−' : ''}${whole},${digits.slice(-2)}`;
}

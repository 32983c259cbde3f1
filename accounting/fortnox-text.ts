/**
 * Text that Fortnox's API accepts: letters, digits, space, line breaks and the signs below (Fortnox developer
 * documentation). Quotes, `< > [ ] { } | " ~`, `·`, `…` and the sequence `://` are refused with code 2000359.
 */
const acceptedSigns = '–:.`´’,;^¤#%§£$€¢¥©™°&/()=+-*_!?²³®½@';
const accepted = new RegExp(
  `^[\\p{L}0-9 \\r\\n${acceptedSigns.replaceAll(/[\^\-\]\\/]/g, String.raw`\$&`)}]*$`,
  'u',
);
const acceptedOne = new RegExp(accepted.source.replace('*$', '$'), 'u');

/** What stands in for a sign that is refused, where something sensible can. */
const replacements: Readonly<Record<string, string>> = {
  '"': '’',
  "'": '’',
  '‘': '’',
  '“': '’',
  '”': '’',
  '„': '’',
  '«': '’',
  '»': '’',
  '<': '(',
  '[': '(',
  '{': '(',
  '>': ')',
  ']': ')',
  '}': ')',
  '|': '/',
  '\\': '/',
  '~': '-',
  '·': '-',
  '•': '-',
  '—': '–',
  '−': '-',
  '‑': '-',
  '…': '...',
  '\t': ' ',
  '\u00a0': ' ',
  '\u202f': ' ',
};

export const isFortnoxText = (text: string): boolean => accepted.test(text) && !text.includes('://');

/** The text with every refused sign replaced, or left out where nothing fits; accepted text comes back as it is. */
export function toFortnoxText(text: string): string {
  if (isFortnoxText(text)) return text;
  let made = '';
  for (const sign of text.normalize('NFC'))
    made += acceptedOne.test(sign) ? sign : (replacements[sign] ?? '');
  return made.replaceAll('://', ': //');
}

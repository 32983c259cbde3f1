import type { ExchangeRate } from '../../accounting/books.ts';
import { parseIsoDate } from '../../accounting/dates.ts';
import { Problem } from '../../accounting/problem.ts';

/**
 * Reads a file of exchange rates: a line a rate, `currency;date;rate;source`, SEK for one unit, decimal comma or point; a
 * first line of headings is passed over. One broken line refuses the file, by its number.
 * @throws Problem `rates.file-invalid`
 */
export function readRateFile(bytes: Uint8Array): ExchangeRate[] {
  if (bytes.byteLength > mostBytes) throw invalid('Filen är större än 1 MB');
  const text = new TextDecoder('utf-8').decode(bytes);
  const rates: ExchangeRate[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim();
    if (line === '' || (index === 0 && /^(currency|valuta)\b/i.test(line))) continue;
    const fields = line.split(';').map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
    const [currency = '', date = '', rate = '', source = ''] = fields;
    const day = parseIsoDate(date);
    const decimal = rate.replace(',', '.');
    if (fields.length !== 4) throw invalid(`Rad ${index + 1} har ${fields.length} fält i stället för fyra`);
    if (!/^[A-Z]{3}$/.test(currency)) throw invalid(`Rad ${index + 1} har ingen valuta i första fältet`);
    if (!day) throw invalid(`Rad ${index + 1} har inget datum (ÅÅÅÅ-MM-DD) i andra fältet`);
    if (!/^\d{1,12}(\.\d{1,8})?$/.test(decimal))
      throw invalid(`Rad ${index + 1} har ingen kurs i tredje fältet`);
    if (source === '') throw invalid(`Rad ${index + 1} saknar källa i fjärde fältet`);
    rates.push({ currency, date: day, rate: decimal, source: source.slice(0, 200) });
  }
  if (rates.length === 0) throw invalid('Filen har inga kurser');
  return rates;
}

const mostBytes = 1_000_000;

const invalid = (what: string): Problem =>
  new Problem({
    code: 'rates.file-invalid',
    what: `${what}. Inget har sparats.`,
    advice:
      'Spara kurserna med en rad per kurs: valuta;datum;kurs;källa, till exempel EUR;2025-12-31;11,2505;Riksbanken.',
  });

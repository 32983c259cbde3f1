import { emptyLedger, type Account, type Books, type FinancialYear, type Voucher } from './books.ts';
import { addDays } from './clock.ts';
import { parseLenient, type Ore } from './money.ts';
import { Refused } from './refused.ts';
import { decodeSie, detectEncoding, readLines, type SieLine } from './sie-reader.ts';

/** #RAR's index to the financial year's id in Fortnox: on purpose not in the order of time. */
const YEAR_IDS = [2, 3, 1];

interface Balances {
  opening: Map<string, Ore>;
  closing: Map<string, Ore>;
  result: Map<string, Ore>;
}

/**
 * Makes a company of a SIE 4 file with balances and vouchers. Throws `Refused` for anything else: other types, 4I
 * (vouchers without balances), a file that is cut short, or no SIE file at all.
 */
export function booksFromSie(bytes: Buffer, name: string, nowMs: number): Books {
  const encoding = detectEncoding(bytes);
  const lines = readLines(decodeSie(bytes, encoding).replace(/^\uFEFF/, ''));
  const refuse = (reason: string) => new Refused(`${name}: ${reason}`);
  checkKind(lines, refuse);

  const field = (label: string) => lines.find((line) => line.label === label)?.fields[0]?.trim() ?? '';
  const years = readYears(lines);
  const closing = years.get(0);
  if (!closing) throw refuse('#RAR 0 is missing or has no dates, so the financial year is unknown');

  const accounts = readAccounts(lines);
  const balances = readBalances(lines, refuse);
  const { vouchers, renumbered } = readVouchers(lines, closing.id, refuse);
  const used = [
    ...vouchers.flatMap((voucher) => voucher.rows.map((row) => row.account)),
    ...[...balances.values()].flatMap((one) => [
      ...one.opening.keys(),
      ...one.closing.keys(),
      ...one.result.keys(),
    ]),
  ];
  for (const number of used) {
    if (accounts.has(number)) continue;
    accounts.set(number, { number, description: `Konto ${number}`, active: true, sru: null });
  }

  const books: Books = {
    name: field('FNAMN') || 'Namnlöst bolag',
    organisationNumber: field('ORGNR') || '999999-0099',
    databaseNumber: 990_500,
    asOfToday: addDays(closing.to, 74),
    loadedAtMs: nowMs,
    closingYear: closing.id,
    years: [...years.values()],
    accounts,
    series: [],
    lockedUntil: null,
    predefined: { receivables: '1510', payables: '2440' },
    accountSets: null,
    rates: [],
    opening: new Map(),
    receivables: emptyLedger(),
    payables: emptyLedger(),
    vouchers: new Map([[closing.id, vouchers]]),
    files: new Map(),
    fileConnections: [],
    missingLicences: new Set(),
    refusedRegisters: new Set(),
    noRight: new Map(),
    statedBalances: new Map(),
    original: renumbered ? null : { financialYear: closing.id, bytes, encoding, appended: [] },
    planted: [],
    revision: 0,
  };
  for (const [index, year] of years) {
    const balance = balances.get(index);
    books.opening.set(year.id, balance?.opening ?? new Map());
    if (index !== 0) books.vouchers.set(year.id, balance ? summaryVoucher(balance, year) : []);
  }
  addSeries(books);
  return books;
}

function checkKind(lines: SieLine[], refuse: (reason: string) => Refused): void {
  const has = (...labels: string[]) => lines.some((line) => labels.includes(line.label));
  if (!has('FLAGGA', 'SIETYP') || !has('SIETYP', 'RAR', 'KONTO', 'VER')) {
    throw refuse('this is not a SIE file: the labels of one (#FLAGGA, #SIETYP …) are missing');
  }
  const type = lines.find((line) => line.label === 'SIETYP')?.fields[0] ?? '1';
  if (type !== '4') throw refuse(`SIE type ${type} holds no vouchers; a type 4 file is needed`);
  if (!has('IB', 'UB', 'RES')) {
    throw refuse('SIE type 4I holds vouchers but no balances; a type 4E file is needed');
  }
  if (lines.filter((line) => line.label === 'KSUMMA').length === 1) {
    throw refuse('the file is cut short: #KSUMMA begins and does not end');
  }
}

function isoDay(text: string | undefined): string | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text?.trim() ?? '');
  return match ? `${match[1]}-${match[2]}-${match[3]}` : null;
}

/** Financial years by #RAR's index. */
function readYears(lines: SieLine[]): Map<number, FinancialYear> {
  const years = new Map<number, FinancialYear>();
  for (const { label, fields } of lines) {
    if (label !== 'RAR') continue;
    const index = Number(fields[0]);
    const [from, to] = [isoDay(fields[1]), isoDay(fields[2])];
    if (!Number.isInteger(index) || index > 0 || from === null || to === null) continue;
    years.set(index, { id: YEAR_IDS[-index] ?? 1 - index, from, to, accountingMethod: 'ACCRUAL' });
  }
  return years;
}

function readAccounts(lines: SieLine[]): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const { label, fields } of lines) {
    const [number = '', value = ''] = fields;
    if (label === 'KONTO' && number !== '') {
      accounts.set(number, { number, description: value || `Konto ${number}`, active: true, sru: null });
    }
    const account = accounts.get(number);
    if (label === 'SRU' && account && /^\d+$/.test(value)) account.sru = Number(value);
  }
  return accounts;
}

function readBalances(lines: SieLine[], refuse: (reason: string) => Refused): Map<number, Balances> {
  const years = new Map<number, Balances>();
  for (const { label, fields, number } of lines) {
    if (label !== 'IB' && label !== 'UB' && label !== 'RES') continue;
    const [index, account = '', text = ''] = fields;
    const amount = parseLenient(text);
    if (account === '' || amount === null)
      throw refuse(`line ${number}: the amount "${text}" cannot be read`);
    const year = years.get(Number(index)) ?? { opening: new Map(), closing: new Map(), result: new Map() };
    years.set(Number(index), year);
    const part = label === 'IB' ? year.opening : label === 'UB' ? year.closing : year.result;
    part.set(account, amount);
  }
  return years;
}

/**
 * The file's vouchers. Fortnox holds each series and number once: one without a number, or with a number that another has
 * already, gets the next of its series, and the file's own bytes then no longer say what the books say.
 */
function readVouchers(
  lines: SieLine[],
  financialYear: number,
  refuse: (reason: string) => Refused,
): { vouchers: Voucher[]; renumbered: boolean } {
  const vouchers: Voucher[] = [];
  const last = new Map<string, number>();
  const taken = new Set<string>();
  let renumbered = false;
  let open: { voucher: Voucher; line: number; inside: boolean } | null = null;
  for (const { label, fields, number } of lines) {
    if (label === 'VER') {
      if (open?.inside) throw refuse(`line ${number}: a voucher begins inside the one of line ${open.line}`);
      const date = isoDay(fields[2]);
      if (date === null) throw refuse(`line ${number}: the voucher has no date`);
      const series = fields[0] || 'V';
      const given = Number(fields[1]);
      const isFree = given > 0 && !taken.has(`${series} ${given}`);
      const voucherNumber = isFree ? given : (last.get(series) ?? 0) + 1;
      renumbered ||= !isFree;
      taken.add(`${series} ${voucherNumber}`);
      last.set(series, Math.max(last.get(series) ?? 0, voucherNumber));
      const voucher: Voucher = {
        series,
        number: voucherNumber,
        financialYear,
        date,
        text: fields[3] ?? '',
        comments: null,
        rows: [],
        referenceType: null,
        referenceNumber: null,
        awaitsApproval: false,
        modified: `${date} 12:00`,
      };
      vouchers.push(voucher);
      open = { voucher, line: number, inside: false };
    } else if (label === '{' && open) {
      open.inside = true;
    } else if (label === '}') {
      open = null;
    } else if ((label === 'TRANS' || label === 'BTRANS') && open?.inside) {
      const [account = '', , text = ''] = fields;
      const amount = parseLenient(text);
      if (account === '' || amount === null) {
        throw refuse(`line ${number}: the amount "${text}" cannot be read`);
      }
      open.voucher.rows.push({
        account,
        debit: amount > 0 ? amount : 0,
        credit: amount < 0 ? -amount : 0,
        text: fields[4] ?? '',
        removed: label === 'BTRANS',
      });
    }
  }
  if (open?.inside) throw refuse(`the file is cut short: the voucher of line ${open.line} does not end`);
  return { vouchers, renumbered };
}

/** An earlier year's vouchers are not in the file. When its balances add up, one voucher stands for them all. */
function summaryVoucher(balances: Balances, year: FinancialYear): Voucher[] {
  const accounts = new Set([
    ...balances.opening.keys(),
    ...balances.closing.keys(),
    ...balances.result.keys(),
  ]);
  const rows = [...accounts].toSorted().flatMap((account) => {
    const after = balances.result.get(account) ?? balances.closing.get(account) ?? 0;
    const change = after - (balances.opening.get(account) ?? 0);
    if (change === 0) return [];
    return [
      {
        account,
        debit: change > 0 ? change : 0,
        credit: change < 0 ? -change : 0,
        text: '',
        removed: false,
      },
    ];
  });
  if (rows.length === 0 || rows.some((row) => !Number.isSafeInteger(row.debit + row.credit))) return [];
  if (rows.reduce((sum, row) => sum + row.debit - row.credit, 0) !== 0) return [];
  return [
    {
      series: 'A',
      number: 1,
      financialYear: year.id,
      date: year.to,
      text: 'Årets händelser i sammandrag',
      comments: null,
      rows,
      referenceType: null,
      referenceNumber: null,
      awaitsApproval: false,
      modified: `${year.to} 12:00`,
    },
  ];
}

/** The series that the vouchers use, and a manual one for the close. */
function addSeries(books: Books): void {
  const codes = new Set([...books.vouchers.values()].flat().map(({ series }) => series));
  codes.add('A');
  const closing = ['K', 'BO', 'BOKSLUT', 'BOKSLUT2'].find((code) => !codes.has(code)) ?? 'BOKSLUT3';
  for (const { id } of books.years) {
    for (const code of [...codes].toSorted()) {
      const description = code === 'A' ? 'Redovisning' : `Serie ${code}`;
      books.series.push({ code, description, manual: code === 'A', financialYear: id, approver: null });
    }
    books.series.push({
      code: closing,
      description: 'Bokslut',
      manual: true,
      financialYear: id,
      approver: null,
    });
  }
}

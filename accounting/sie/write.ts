import type { AccountNumber, VoucherRow } from '../books.ts';
import type { IsoDate } from '../dates.ts';
import { formatOre } from '../money.ts';
import { Findings } from './findings.ts';
import { Ksumma } from './ksumma.ts';
import { RecordWriter } from './record-writer.ts';
import type {
  Finding,
  SieAccount,
  SieBalance,
  SieContent,
  SieHeader,
  SieObjectRef,
  SiePeriodBalance,
  SieRow,
  SieVoucher,
} from './types.ts';

/** What `writeSie` needs: a `SieFile` that was read, or the same made otherwise. `line`s are of no account. */
export interface SieToWrite extends SieContent {
  vouchers(): Iterable<SieVoucher>;
}

export interface WriteSieOptions {
  /** Code page 437 by default, the only encoding that the standard knows. */
  readonly encoding?: 'cp437' | 'utf-8';
  /** Whether the file gets a checksum; by default it does. */
  readonly ksumma?: boolean;
}

export interface WrittenSie {
  readonly bytes: Uint8Array;
  /** Texts that could not be written as they stand; each has its line in the written file. */
  readonly findings: readonly Finding[];
}

/**
 * Writes a SIE file of any type, most of all 4E and 4I, in the record order of SIE 4B §5.
 *
 * What is written reads back as the same content. `#FLAGGA`, `#FORMAT` and `#SIETYP` are always written, since the
 * standard demands them. No text can end its quotes: control characters become spaces, quotes are escaped, characters
 * that the encoding lacks get the nearest it has or `?`, and a backslash at the end gets a space after it; each of these
 * is reported.
 */
export function writeSie(file: SieToWrite, options: WriteSieOptions = {}): WrittenSie {
  const encoding = options.encoding ?? 'cp437';
  const findings = new Findings();
  const out = new RecordWriter(encoding, findings);
  out.record('FLAGGA', out.code((file.header.flag ?? 0).toString()));
  const summed = out.length + '#KSUMMA\r\n'.length;
  if (options.ksumma ?? true) out.record('KSUMMA');
  writeHeader(out, file.header, file);
  for (const account of file.accounts) writeAccount(out, account);
  for (const { number, name, parent } of file.dimensions) {
    if (parent === undefined) out.record('DIM', out.code(number), out.text(name));
    else out.record('UNDERDIM', out.code(number), out.text(name), out.code(parent));
  }
  for (const { dimension, id, name } of file.objects)
    out.record('OBJEKT', out.code(dimension), out.text(id), out.text(name));
  for (const balance of file.balances) writeBalance(out, balance);
  for (const balance of file.periodBalances) writePeriodBalance(out, balance);
  for (const voucher of file.vouchers()) writeVoucher(out, voucher);
  if (options.ksumma ?? true) {
    const ksumma = new Ksumma();
    ksumma.update(out.bytes(), summed, out.length, encoding);
    // A UTF-8 file is summed as what it would be in code page 437, the last of the two.
    out.record('KSUMMA', out.code(ksumma.sums.at(-1)!.toString()));
  }
  return { bytes: out.bytes(), findings: findings.list() };
}

function writeHeader(out: RecordWriter, header: SieHeader, file: SieContent): void {
  const { program, generated } = header;
  if (program !== undefined) out.record('PROGRAM', out.text(program.name), out.text(program.version));
  out.record('FORMAT', out.code(header.format ?? 'PC8'));
  if (generated !== undefined) out.record('GEN', out.date(generated.date), out.text(generated.signature));
  out.record('SIETYP', out.code(file.type.charAt(0)));
  const single = (label: string, text: string | undefined): void => {
    if (text !== undefined) out.record(label, out.text(text));
  };
  single('PROSA', header.comment);
  single('FTYP', header.companyType);
  single('FNR', header.companyId);
  if (header.organisationNumber !== undefined) {
    const suffix = header.organisationNumberSuffix ?? [];
    out.record('ORGNR', out.text(header.organisationNumber), ...suffix.map((text) => out.text(text)));
  }
  single('BKOD', header.activityCode);
  if (header.address !== undefined) out.record('ADRESS', ...header.address.map((text) => out.text(text)));
  single('FNAMN', header.companyName);
  for (const { index, from, to } of file.years)
    out.record('RAR', out.code(index.toString()), out.date(from), out.date(to));
  for (const index of file.undatedYears) out.record('RAR', out.code(index.toString()));
  if (header.taxYear !== undefined) out.record('TAXAR', ...header.taxYear.map((text) => out.code(text)));
  if (header.balancesThrough !== undefined) out.record('OMFATTN', out.date(header.balancesThrough));
  single('KPTYP', header.chartType);
  single('VALUTA', header.currency);
}

function writeAccount(out: RecordWriter, account: SieAccount): void {
  const number = out.code(account.number);
  if (account.isDeclared) out.record('KONTO', number, out.text(account.name));
  if (account.type !== undefined) out.record('KTYP', number, out.code(account.type));
  if (account.unit !== undefined) out.record('ENHET', number, out.text(account.unit));
  for (const sru of account.sru) out.record('SRU', number, out.code(sru));
}

function writeBalance(out: RecordWriter, balance: SieBalance): void {
  const ofObject = balance.kind === 'OIB' || balance.kind === 'OUB';
  out.record(
    balance.kind,
    out.code(balance.year.toString()),
    out.code(balance.account),
    ofObject ? objectList(out, balance.objects) : '',
    out.code(formatOre(balance.amountOre)),
    balance.quantity === undefined ? '' : out.code(balance.quantity),
  );
}

function writePeriodBalance(out: RecordWriter, balance: SiePeriodBalance): void {
  out.record(
    balance.kind,
    out.code(balance.year.toString()),
    out.code(balance.period),
    out.code(balance.account),
    objectList(out, balance.objects),
    out.code(formatOre(balance.amountOre)),
    balance.quantity === undefined ? '' : out.code(balance.quantity),
  );
}

function writeVoucher(out: RecordWriter, voucher: SieVoucher): void {
  const { registeredDate, signature } = voucher;
  out.record(
    'VER',
    out.code(voucher.series),
    out.code(voucher.number),
    out.date(voucher.date),
    out.text(voucher.text),
    registeredDate === null && signature === '' ? '' : out.date(registeredDate),
    signature === '' ? '' : out.text(signature),
  );
  out.line('{');
  for (const row of voucher.rows) writeRow(out, row);
  out.line('}');
}

function writeRow(out: RecordWriter, row: SieRow): void {
  const { text, quantity = '', signature = '' } = row;
  const hasSignature = signature !== '';
  const hasQuantity = hasSignature || quantity !== '';
  out.record(
    row.kind,
    out.code(row.account),
    objectList(out, row.objects),
    out.code(formatOre(row.amountOre)),
    out.date(row.date),
    hasQuantity || text !== '' ? out.text(text) : '',
    hasQuantity ? out.code(quantity) : '',
    hasSignature ? out.text(signature) : '',
  );
}

const objectList = (out: RecordWriter, objects: readonly SieObjectRef[]): string =>
  `{${objects.map(({ dimension, id }) => `${out.code(dimension)} ${out.text(id)}`).join(' ')}}`;

/** A voucher of a bokföringsorder. Without series and number the receiving program gives its own. */
export interface OrderVoucher {
  readonly series?: string;
  readonly number?: string;
  readonly date: IsoDate;
  readonly text: string;
  readonly rows: readonly VoucherRow[];
}

/** What a bokföringsorder as a file says of itself. */
export interface Sie4IOrder {
  readonly company: string;
  readonly organisationNumber: string;
  readonly program: { readonly name: string; readonly version: string };
  readonly financialYear: { readonly from: IsoDate; readonly to: IsoDate };
  readonly generatedDate: IsoDate;
  /** Names of the accounts that the vouchers use. */
  readonly accounts: readonly { readonly number: AccountNumber; readonly name: string }[];
  readonly vouchers: readonly OrderVoucher[];
}

/** The vouchers as a transaction file (4I, `.si`) with checksum: the way into any ledger program when its API cannot be used. */
export function writeSie4I(order: Sie4IOrder): WrittenSie {
  return writeSie({
    type: '4I',
    header: {
      flag: 0,
      program: order.program,
      format: 'PC8',
      generated: { date: order.generatedDate, signature: '' },
      organisationNumber: order.organisationNumber,
      companyName: order.company,
    },
    years: [{ index: 0, ...order.financialYear }],
    undatedYears: [],
    accounts: order.accounts.map(({ number, name }) => ({
      number,
      name,
      isDeclared: true,
      sru: [],
      line: 0,
    })),
    dimensions: [],
    objects: [],
    balances: [],
    periodBalances: [],
    vouchers: () => order.vouchers.map(orderVoucher),
  });
}

const orderVoucher = ({ series = '', number = '', date, text, rows }: OrderVoucher): SieVoucher => ({
  series,
  number,
  date,
  text,
  registeredDate: null,
  signature: '',
  rows: rows.map((row) => ({ kind: 'TRANS', ...row, date, objects: [], line: 0 })),
  line: 0,
});

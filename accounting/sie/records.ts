import type { IsoDate } from '../dates.ts';
import type { Writable } from '../writable.ts';
import { dateOf, objectRefs } from './batch.ts';
import type { TextSource } from './encoding.ts';
import type { RawField } from './fields.ts';
import { SieRefusal } from './findings.ts';
import type { Findings } from './findings.ts';
import { isDate, parseAmount } from './numbers.ts';
import type { ParsedAmount } from './numbers.ts';
import type {
  SieAccount,
  SieBalance,
  SieContent,
  SieDimension,
  SieFinancialYear,
  SieHeader,
  SieObject,
  SieObjectRef,
  SiePeriodBalance,
  SieType,
} from './types.ts';

/** Labels of SIE 4B that this reader keeps; all others are ignored, as the standard asks (§5.4). */
const knownLabels: ReadonlySet<string> = new Set(
  (
    'FLAGGA PROGRAM FORMAT GEN SIETYP PROSA FTYP FNR ORGNR BKOD ADRESS FNAMN RAR TAXAR OMFATTN KPTYP VALUTA ' +
    'KONTO KTYP ENHET SRU DIM UNDERDIM OBJEKT IB UB OIB OUB RES PSALDO PBUDGET KSUMMA VER TRANS RTRANS BTRANS'
  ).split(' '),
);

const types = [1, 2, 3, 4] as const;

/** Asset, liability, cost, income (tillgång, skuld, kostnad, intäkt). */
const accountTypes: ReadonlySet<string> = new Set(['T', 'S', 'K', 'I']);

/** What begins with these is what a blank between thousands leaves of an amount: `1 000.00`, `12 500 000`. */
const groupsAfterAmount = /^(?:\d{3} )*(?:\d{3}[.,]\d{1,2}|0\d\d)$/;

/** Collects the records outside vouchers. Texts stay byte strings until `content`, when the encoding is known. */
export class Records {
  readonly years: SieFinancialYear[] = [];
  private readonly undatedYears: number[] = [];
  /** `#SIETYP` as a number; undefined until the record is met. */
  type: 1 | 2 | 3 | 4 | undefined;
  /** How many known records there were: none at all means that the file is no SIE file. */
  count = 0;
  /** Line of the last record that lacks something. */
  incompleteLine = 0;

  private readonly header: Writable<SieHeader> = {};
  private readonly accounts = new Map<string, Writable<SieAccount> & { sru: string[] }>();
  private readonly dimensions: SieDimension[] = [];
  private readonly objects: SieObject[] = [];
  readonly balances: SieBalance[] = [];
  private readonly periodBalances: SiePeriodBalance[] = [];
  private readonly findings: Findings;
  private readonly numbers = new Map<string, string>();

  constructor(findings: Findings) {
    this.findings = findings;
  }

  /** Takes one record. Fields too many are ignored; a record that lacks a field it needs is reported and left out. */
  add(label: string, fields: readonly RawField[], line: number): void {
    if (!knownLabels.has(label)) {
      if ([...knownLabels].some((known) => known.startsWith(label))) this.incompleteLine = line;
      return;
    }
    this.count++;
    const texts = fields.filter((field) => typeof field === 'string');
    const [first = '', second = '', third = ''] = texts;
    const { header } = this;
    switch (label) {
      case 'FLAGGA':
        header.flag = first === '1' ? 1 : 0;
        if (first === '1') this.findings.add('sie.flag-set', line);
        return;
      case 'PROGRAM':
        header.program = { name: first, version: second };
        return;
      case 'FORMAT':
        header.format = first;
        return;
      case 'GEN':
        header.generated = { date: this.date(first, line), signature: second };
        return;
      case 'SIETYP':
        this.setType(first, line);
        return;
      case 'PROSA':
        header.comment = first;
        return;
      case 'FTYP':
        header.companyType = first;
        return;
      case 'FNR':
        header.companyId = first;
        return;
      case 'ORGNR':
        header.organisationNumber = first;
        if (texts.length > 1) header.organisationNumberSuffix = texts.slice(1);
        return;
      case 'BKOD':
        header.activityCode = first;
        return;
      case 'ADRESS':
        header.address = texts.slice(0, 4);
        return;
      case 'FNAMN':
        header.companyName = first;
        return;
      case 'TAXAR':
        header.taxYear = texts;
        return;
      case 'OMFATTN': {
        const date = this.date(first, line);
        if (date !== null) header.balancesThrough = date;
        return;
      }
      case 'KPTYP':
        header.chartType = first;
        return;
      case 'VALUTA':
        header.currency = first;
        return;
      case 'RAR':
        this.addYear(first, second, third, line);
        return;
      case 'KONTO':
        if (this.needs(label, texts, 1, line)) this.addAccount(first, second, line);
        return;
      case 'KTYP': {
        if (!this.needs(label, texts, 2, line)) return;
        const type = second.toUpperCase();
        if (!accountTypes.has(type))
          this.findings.add('sie.account-type-unknown', line, () => [second, first]);
        this.account(first, line).type = type;
        return;
      }
      case 'ENHET':
        if (this.needs(label, texts, 2, line)) this.account(first, line).unit = second;
        return;
      case 'SRU':
        if (this.needs(label, texts, 2, line)) this.account(first, line).sru.push(second);
        return;
      case 'DIM':
        if (this.needs(label, texts, 2, line)) this.dimensions.push({ number: first, name: second });
        return;
      case 'UNDERDIM':
        if (this.needs(label, texts, 3, line))
          this.dimensions.push({ number: first, name: second, parent: third });
        return;
      case 'OBJEKT':
        if (this.needs(label, texts, 2, line))
          this.objects.push({ dimension: first, id: second, name: third });
        return;
      case 'IB':
      case 'UB':
      case 'RES':
      case 'OIB':
      case 'OUB':
        this.addBalance(label, fields, texts, line);
        return;
      case 'PSALDO':
      case 'PBUDGET':
        this.addPeriodBalance(label, fields, texts, line);
        return;
      default:
    }
  }

  private setType(text: string, line: number): void {
    const digit = /^([1-4])[EI]?$/i.exec(text.trim())?.[1];
    this.type = types.find((type) => type.toString() === digit);
    if (this.type === undefined) throw new SieRefusal('sie.type-unsupported', line, text.trim() || '(tom)');
  }

  private addYear(index: string, from: string, to: string, line: number): void {
    const start = this.date(from, 0);
    const end = this.date(to, 0);
    if (/^-?\d{1,3}$/.test(index) && start !== null && end !== null && start <= end) {
      const known = this.years.find((year) => year.index === Number(index));
      if (known === undefined) this.years.push({ index: Number(index), from: start, to: end });
      else if (known.from !== start || known.to !== end)
        this.findings.add('sie.year-duplicate', line, () => [index, `${known.from}–${known.to}`]);
      return;
    }
    if (/^-?\d{1,3}$/.test(index) && `${from}${to}`.trim() === '') this.undatedYears.push(Number(index));
    this.findings.add('sie.year-invalid', line, () => [index, `${from} ${to}`.trim() || '(tom)']);
    this.incompleteLine = line;
  }

  private account(number: string, line: number) {
    let account = this.accounts.get(number);
    if (account === undefined) {
      account = { number, name: '', sru: [], line, isDeclared: false };
      this.accounts.set(number, account);
      this.numbers.set(number, number);
    }
    return account;
  }

  private addAccount(number: string, name: string, line: number): void {
    const account = this.account(number, line);
    if (account.isDeclared) this.findings.add('sie.account-duplicate', line, () => [number]);
    account.name = name;
    account.isDeclared = true;
    account.line = line;
  }

  private addBalance(
    kind: SieBalance['kind'],
    fields: readonly RawField[],
    texts: readonly string[],
    line: number,
  ): void {
    const [year = '', account = '', amountText = '', quantity] = texts;
    const amount = this.amount(kind, texts.length < 3 ? undefined : amountText, texts.slice(3), line);
    if (amount === undefined || !this.isYear(kind, year, line)) return;
    this.balances.push({
      kind,
      year: Number(year),
      account: this.shared(account),
      objects: kind === 'OIB' || kind === 'OUB' ? objectsOf(fields) : none,
      amountOre: amount.ore,
      ...(quantity === undefined ? {} : { quantity }),
      line,
    });
  }

  private addPeriodBalance(
    kind: SiePeriodBalance['kind'],
    fields: readonly RawField[],
    texts: readonly string[],
    line: number,
  ): void {
    const [year = '', period = '', account = '', amountText = '', quantity] = texts;
    const amount = this.amount(kind, texts.length < 4 ? undefined : amountText, texts.slice(4), line);
    if (amount === undefined || !this.isYear(kind, year, line)) return;
    if (!/^\d{4}(?:0[1-9]|1[0-2])$/.test(period)) {
      this.findings.add('sie.record-unreadable', line, () => [kind, `period ${period}`]);
      return;
    }
    this.periodBalances.push({
      kind,
      year: Number(year),
      period: this.shared(period),
      account: this.shared(account),
      objects: objectsOf(fields),
      amountOre: amount.ore,
      ...(quantity === undefined ? {} : { quantity }),
      line,
    });
  }

  /** One string for each account number and period, not one a record. */
  private shared(text: string): string {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    if (this.numbers.size < 100_000) this.numbers.set(text, text);
    return text;
  }

  private isYear(label: string, year: string, line: number): boolean {
    if (/^-?\d{1,3}$/.test(year)) return true;
    this.findings.add('sie.record-unreadable', line, () => [label, `år ${year}`]);
    return false;
  }

  /**
   * A balance that cannot be read is left out and reported as an error; one beyond 2^53 refuses the file, and so does one with
   * blanks between its thousands, which would be a thousandth of itself with a quantity after it.
   */
  private amount(
    label: string,
    text: string | undefined,
    after: readonly string[],
    line: number,
  ): ParsedAmount | undefined {
    if (text === undefined) {
      this.incomplete(label, line);
      return undefined;
    }
    if (/^[+-]?\d{1,3}$/.test(text) && groupsAfterAmount.test(after.join(' ')))
      throw new SieRefusal('sie.amount-unreadable', line, [text, ...after].join(' '));
    const amount = parseAmount(text);
    if (amount === 'too-large') throw new SieRefusal('sie.amount-too-large', line, text);
    if (amount === undefined)
      this.findings.add('sie.record-unreadable', line, () => [label, `belopp ${text}`]);
    else if (amount.rounded) this.findings.add('sie.amount-decimals', line, () => [text]);
    else if (amount.comma) this.findings.add('sie.amount-comma', line, () => [text]);
    return amount;
  }

  private needs(label: string, texts: readonly string[], count: number, line: number): boolean {
    if (texts.length >= count) return true;
    this.incomplete(label, line);
    return false;
  }

  private incomplete(label: string, line: number): void {
    this.incompleteLine = line;
    this.findings.add('sie.field-missing', line, () => [label]);
  }

  private date(text: string, line: number): IsoDate | null {
    const compact = /^\d{8}$/.test(text) ? Number(text) : 0;
    if (isDate(compact)) return dateOf(compact);
    if (text.trim() !== '' && line > 0) this.findings.add('sie.date-invalid', line, () => [text]);
    return null;
  }

  hasAccount(number: string): boolean {
    return this.accounts.get(number)?.isDeclared === true;
  }

  get hasChart(): boolean {
    return this.accounts.size > 0;
  }

  /** Tells of what every file must say of itself (SIE 4B §5.2): whose books they are and, but for 4I, of which year. */
  checkComplete(type: SieType): void {
    if (this.header.companyName === undefined) this.findings.add('sie.record-missing', 0, () => ['FNAMN']);
    const hasYear = this.years.some(({ index }) => index === 0);
    if (!hasYear && type !== '4I') this.findings.add('sie.record-missing', 0, () => ['RAR 0']);
  }

  /** All records, their texts decoded. */
  content(source: TextSource): Omit<SieContent, 'type'> {
    const text = (raw: string): string => source.decodeRaw(raw);
    const refs = (objects: readonly SieObjectRef[]): readonly SieObjectRef[] =>
      objects.length === 0
        ? none
        : objects.map(({ dimension, id }) => ({ dimension: text(dimension), id: text(id) }));
    const balance = <Balance extends SieBalance | SiePeriodBalance>(raw: Balance): Balance => {
      const account = text(raw.account);
      // There can be a million of these, and hardly any has something to decode.
      if (account === raw.account && raw.objects.length === 0) return raw;
      return { ...raw, account, objects: refs(raw.objects) };
    };
    return {
      header: decodeHeader(this.header, text),
      years: this.years,
      accounts: Array.from(this.accounts.values(), ({ number, name, type, unit, sru, line, isDeclared }) => ({
        number: text(number),
        name: text(name),
        isDeclared,
        ...(type === undefined ? {} : { type: text(type) }),
        ...(unit === undefined ? {} : { unit: text(unit) }),
        sru: sru.map(text),
        line,
      })),
      undatedYears: this.undatedYears,
      dimensions: this.dimensions.map(({ number, name, parent }) => ({
        number: text(number),
        name: text(name),
        ...(parent === undefined ? {} : { parent: text(parent) }),
      })),
      objects: this.objects.map(({ dimension, id, name }) => ({
        dimension: text(dimension),
        id: text(id),
        name: text(name),
      })),
      balances: this.balances.map(balance),
      periodBalances: this.periodBalances.map(balance),
    };
  }
}

const none: readonly SieObjectRef[] = [];

function objectsOf(fields: readonly RawField[]): readonly SieObjectRef[] {
  const list = fields.find((field) => typeof field === 'object');
  return list === undefined || list.length === 0 ? none : objectRefs(list);
}

/** The header's fields are texts, lists of texts, and two records with texts in them. */
function decodeHeader(header: SieHeader, text: (raw: string) => string): SieHeader {
  const { program, generated, flag, balancesThrough, organisationNumberSuffix, address, taxYear, ...texts } =
    header;
  return {
    ...(flag === undefined ? {} : { flag }),
    ...(program === undefined
      ? {}
      : { program: { name: text(program.name), version: text(program.version) } }),
    ...(generated === undefined
      ? {}
      : { generated: { date: generated.date, signature: text(generated.signature) } }),
    ...(balancesThrough === undefined ? {} : { balancesThrough }),
    ...(organisationNumberSuffix === undefined
      ? {}
      : { organisationNumberSuffix: organisationNumberSuffix.map(text) }),
    ...(address === undefined ? {} : { address: address.map(text) }),
    ...(taxYear === undefined ? {} : { taxYear: taxYear.map(text) }),
    ...Object.fromEntries(Object.entries(texts).map(([key, raw]) => [key, text(raw)])),
  };
}

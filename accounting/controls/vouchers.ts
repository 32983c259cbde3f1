import type { Account, AccountNumber, FinancialYear } from '../books.ts';
import type { IsoDate } from '../dates.ts';
import { ore } from '../money.ts';
import { compareNumbers, compareText } from '../number-order.ts';
import { mostRecords, some } from './finding.ts';
import type { ControlCode, ControlFinding, FoundRecord } from './finding.ts';

/** Vouchers that one control found: how many, and the first of them. */
class Found {
  count = 0;
  readonly records: FoundRecord[] = [];

  /** @param offOre how far it is off, where that is what is wrong */
  add(series: string, number: number, offOre = 0): void {
    const isOff = offOre !== 0;
    if (this.count++ >= (isOff ? mostRecords.withFigures : mostRecords.named)) return;
    this.records.push({ name: `${series}-${number}`, ...(isOff && { differenceOre: ore(offOre) }) });
  }

  get first(): string {
    const names = this.records
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ');
    return this.count > 5 ? `${names} och ${this.count - 5} till` : names;
  }
}

/**
 * What the controls need to know of the closing year's vouchers, gathered in one pass, so that a year need not be in
 * memory: a number for each voucher, and what is wrong.
 */
export class VoucherTally {
  private readonly year: FinancialYear;
  private readonly lockedUntil: IsoDate | undefined;
  private readonly unbalanced = new Found();
  private readonly outside = new Found();
  private readonly afterLock = new Found();
  private readonly textless = new Found();
  private off = 0;
  private readonly numbers = new Map<string, number[]>();
  private readonly rowsOf = new Map<AccountNumber, number>();

  constructor(year: FinancialYear, lockedUntil?: IsoDate) {
    this.year = year;
    this.lockedUntil = lockedUntil;
  }

  /** @param sumOre Σ of the rows, 0 when it balances */
  voucher(series: string, number: number, date: IsoDate, hasText: boolean, sumOre: number): void {
    if (sumOre !== 0) {
      this.unbalanced.add(series, number, sumOre);
      this.off += Math.abs(sumOre);
    }
    if (date < this.year.from || date > this.year.to) this.outside.add(series, number);
    if (this.lockedUntil !== undefined && date > this.lockedUntil) this.afterLock.add(series, number);
    if (!hasText) this.textless.add(series, number);
    let numbers = this.numbers.get(series);
    if (!numbers) this.numbers.set(series, (numbers = []));
    // 0 means none.
    if (number !== 0) numbers.push(number);
  }

  /** The series that occur. */
  get series(): Iterable<string> {
    return this.numbers.keys();
  }

  rows(account: AccountNumber, count: number): void {
    this.rowsOf.set(account, (this.rowsOf.get(account) ?? 0) + count);
  }

  /** What is wrong, held against the chart of accounts. */
  findings(accounts: readonly Account[]): ControlFinding[] {
    return [...this.voucherFindings(), ...this.numberingFindings(), ...this.accountFindings(accounts)];
  }

  /** Each voucher by itself: balance, date and text. */
  private voucherFindings(): ControlFinding[] {
    const { unbalanced, outside, afterLock, textless } = this;
    const found: ControlFinding[] = [];
    const add = (
      code: ControlCode,
      severity: ControlFinding['severity'],
      { count, records }: Found,
      message: string,
      more = {},
    ): void => {
      if (count === 0) return;
      found.push({ code, severity, message: `${count} ${message}`, figures: { count, ...more }, records });
    };
    add(
      'control.voucher-unbalanced',
      'error',
      unbalanced,
      `verifikation(er) balanserar inte: ${unbalanced.first}.`,
      { differencesOre: ore(this.off) },
    );
    add(
      'control.voucher-outside-year',
      'error',
      outside,
      `verifikation(er) är daterade utanför räkenskapsåret: ${outside.first}.`,
    );
    add(
      'control.after-locked-date',
      'info',
      afterLock,
      `verifikation(er) är daterade efter låst period (${this.lockedUntil ?? ''}) och kan ännu ändras.`,
    );
    add('control.text-missing', 'info', textless, `verifikation(er) saknar text: ${textless.first}.`);
    return found;
  }

  /** Gaps in a series must be explained (BFL 5:6, 5:7); a number used twice is always wrong. */
  private numberingFindings(): ControlFinding[] {
    const found: ControlFinding[] = [];
    for (const [series, numbers] of [...this.numbers].toSorted(([a], [b]) => compareText(a, b))) {
      numbers.sort((a, b) => a - b);
      const gaps: FoundRecord[] = [];
      const uses = new Map<number, number>();
      let missing = 0;
      let last = 0;
      for (const number of numbers) {
        if (number === last) uses.set(number, (uses.get(number) ?? 1) + 1);
        if (number > last + 1) {
          const count = number - last - 1;
          missing += count;
          const first = `${series}-${last + 1}`;
          gaps.push({ name: count === 1 ? first : `${first}–${number - 1}`, count });
        }
        last = number;
      }
      if (gaps.length > 0) {
        const message = `Serie ${series} saknar ${missing} nummer: ${someNames(gaps)}.`;
        const figures = { count: missing, gaps: gaps.length };
        found.push({
          code: 'control.number-gap',
          severity: 'warning',
          message,
          figures,
          records: gaps.slice(0, mostRecords.withFigures),
        });
      }
      if (uses.size > 0) {
        const twice = [...uses].map(([number, count]) => ({ name: `${series}-${number}`, count }));
        const message = `Serie ${series} har ${uses.size} nummer som förekommer mer än en gång: ${someNames(twice)}.`;
        found.push({
          code: 'control.number-duplicate',
          severity: 'error',
          message,
          figures: { count: uses.size },
          records: twice.slice(0, mostRecords.withFigures),
        });
      }
    }
    return found;
  }

  /** Accounts that are booked on but unknown or inactive. */
  private accountFindings(accounts: readonly Account[]): ControlFinding[] {
    const active = new Map(accounts.map((account) => [account.number, account.active]));
    const used = this.rowsOf;
    const order = [...used.keys()].toSorted(compareNumbers);
    const unknown = order.filter((account) => !active.has(account));
    const inactive = order.filter((account) => active.get(account) === false);
    const found: ControlFinding[] = [];
    const add = (
      code: ControlCode,
      severity: ControlFinding['severity'],
      list: readonly AccountNumber[],
      what: string,
    ): void => {
      if (list.length === 0) return;
      const records = list.map((name) => ({ name, count: used.get(name) ?? 0 }));
      const rows = records.reduce((sum, { count }) => sum + count, 0);
      found.push({
        code,
        severity,
        message: `${list.length} konto(n) ${what}: ${some(list)}.`,
        figures: { count: list.length, rows },
        records: records.slice(0, mostRecords.withFigures),
      });
    };
    add('control.account-unknown', 'warning', unknown, 'är bokförda på men finns inte i kontoplanen');
    add('control.account-inactive', 'info', inactive, 'är bokförda på men inte aktiva');
    return found;
  }
}

const someNames = (records: readonly FoundRecord[]): string => some(records.map(({ name }) => name));

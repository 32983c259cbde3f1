import { ledgerSign } from '../account-set.ts';
import { allocate } from '../allocate.ts';
import type { AccountNumber, VoucherRow } from '../books.ts';
import type { Evidence } from '../explain/evidence.ts';
import type { Finding } from '../explain/explanation.ts';
import { formatKronor, negate, ore, sumOre } from '../money.ts';
import type { Ore } from '../money.ts';
import { isPayment } from '../voucher-links.ts';

type Row = Pick<VoucherRow, 'account' | 'amountOre'>;

/** Rows that mend a voucher, debit positive, and how they were found. */
export interface CorrectingRows {
  readonly rows: readonly Row[];
  readonly reckoning: readonly string[];
}

/**
 * What mends the voucher of a finding, with the voucher's own rows as offset; undefined when they do not tell. A duplicate and
 * a voucher in the wrong year are mirrored row by row. What stands on another account instead of the predefined one is moved
 * from there, and its neighbours on the voucher, as the bank and its fees, are left alone. What an invoice's voucher books too
 * much or too little otherwise is spread over the sale and its VAT, in proportion.
 */
export function correctingRows(
  finding: Finding,
  { books, ledger, set }: Evidence,
): CorrectingRows | undefined {
  const { code, amountOre, voucher, documents } = finding;
  if (!voucher) return undefined;
  /** What the predefined account must change by. */
  const wanted = ore(amountOre * -ledgerSign(ledger));
  const effect = sum(voucher.rows.filter(({ account }) => set.has(account)));
  const to = books.predefinedAccounts[ledger];
  const outside = voucher.rows.filter((row) => !set.has(row.account) && row.amountOre !== 0);
  const against = outside.filter((row) => isSameSide(row.amountOre, negate(effect)));

  if (code === 'duplicate' || code === 'wrongPeriod') {
    const isWhole = Math.abs(effect) === Math.abs(wanted) && sum(voucher.rows) === 0;
    return isWhole ? mirror(voucher.rows, effect, wanted) : spread(against, wanted, to);
  }
  const instead = outside.filter((row) => isSameSide(row.amountOre, wanted));
  if (documents?.every(isPayment)) return move(paymentAmong(instead, wanted), wanted, to);
  // Too much: there is nothing that it could stand on instead.
  if (isSameSide(effect, negate(wanted))) return spread(against, wanted, to);
  const moved = move(thatMakeUp(wanted, instead), wanted, to);
  return moved ?? (Math.abs(sum(instead)) < Math.abs(wanted) ? spread(against, wanted, to) : undefined);
}

/** Money came in or went out on the bank's accounts (19xx): the payment is on the other side, and all of that if it is on one account. */
function paymentAmong(rows: readonly Row[], wanted: Ore): readonly Row[] {
  const booked = rows.filter(({ account }) => !account.startsWith('19'));
  const found = thatMakeUp(wanted, booked);
  if (found.length > 0) return found;
  return accountsOf(booked).length === 1 ? booked : [];
}

/** All of the rows, or the only one of them, that the amount is; none when that cannot be told. */
function thatMakeUp(wanted: Ore, rows: readonly Row[]): readonly Row[] {
  if (sum(rows) === wanted) return rows;
  const equal = rows.filter(({ amountOre }) => amountOre === wanted);
  return equal.length === 1 ? equal : [];
}

/** Moves what is wanted from the rows, or as much as they hold. */
function move(from: readonly Row[], wanted: Ore, to: AccountNumber): CorrectingRows | undefined {
  if (from.length === 0) return undefined;
  const held = sum(from);
  const moved = Math.abs(held) < Math.abs(wanted) ? held : wanted;
  const reckoning = [`${kronor(moved)} flyttas från ${accountsOf(from).join(', ')}`];
  if (moved !== wanted)
    reckoning.push(`Resten, ${kronor(ore(wanted - moved))}, framgår inte av verifikationen och tas inte med`);
  return { rows: [{ account: to, amountOre: moved }, ...shared(negate(moved), from)], reckoning };
}

function spread(over: readonly Row[], wanted: Ore, to: AccountNumber): CorrectingRows | undefined {
  if (over.length === 0) return undefined;
  return {
    rows: [{ account: to, amountOre: wanted }, ...shared(negate(wanted), over)],
    reckoning: [`${kronor(wanted)} fördelas på verifikationens motkonton ${accountsOf(over).join(', ')}`],
  };
}

function mirror(rows: readonly Row[], effect: Ore, wanted: Ore): CorrectingRows {
  const [turn, how] = effect === wanted ? [1, 'bokas på balansdagen'] : [-1, 'vänds'];
  return {
    rows: rows.map(({ account, amountOre }) => ({ account, amountOre: ore(amountOre * turn) })),
    reckoning: [`Verifikationens rader ${how}: ${kronor(wanted)} på reskontrakontot`],
  };
}

const shared = (amount: Ore, rows: readonly Row[]): Row[] => {
  const shares = allocate(
    amount,
    rows.map(({ amountOre }) => amountOre),
  );
  return rows.map(({ account }, index) => ({ account, amountOre: shares[index]! }));
};

const sum = (rows: readonly Row[]): Ore => sumOre(rows.map(({ amountOre }) => amountOre));
const accountsOf = (rows: readonly Row[]): AccountNumber[] => [
  ...new Set(rows.map(({ account }) => account)),
];
/** 0 is on no side. */
const isSameSide = (a: Ore, b: Ore): boolean => (a > 0 && b > 0) || (a < 0 && b < 0);
const kronor = (amount: Ore): string => formatKronor(ore(Math.abs(amount)));

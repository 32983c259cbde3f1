import type { AccountNumber } from '../books.ts';
import { formatKronor, ore } from '../money.ts';
import type { Ore } from '../money.ts';
import type { Findings } from './findings.ts';
import type { SieBalance, SieContent } from './types.ts';

/**
 * Holds a file's balances against its vouchers: IB + Σ #TRANS = UB for every balance account, Σ #TRANS = RES for every
 * result account, and ΣIB = 0. Differences are findings, never refusals: of 45 real files the first holds in 31.
 * Returns whether the first holds; null when the file has no closing balances, or is none of a whole year's books and has
 * no vouchers.
 */
export function checkBalances(
  content: SieContent,
  movements: ReadonlyMap<AccountNumber, Ore>,
  firstLines: ReadonlyMap<AccountNumber, number>,
  findings: Findings,
): boolean | null {
  checkOpening(content, findings);
  if (content.type === '1' || content.type === '2' || content.type === '3') return null;
  if (movements.size === 0 && content.type !== '4E') return null;
  const isBalanceAccount = balanceAccounts(content);
  const opening = ofOwnYear(content, 'IB');
  const closing = ofOwnYear(content, 'UB');
  const result = ofOwnYear(content, 'RES');
  const moved = (account: AccountNumber): number => movements.get(account) ?? 0;
  const amount = (balance: AccountBalance | undefined): number => balance?.amountOre ?? 0;
  const lineOf = (account: AccountNumber, balance = opening.get(account)): number =>
    balance?.line ?? firstLines.get(account) ?? 0;
  if (result.size > 0) {
    for (const account of new Set([...result.keys(), ...movements.keys()])) {
      if (opening.has(account) || closing.has(account) || isBalanceAccount(account)) continue;
      const given = result.get(account);
      if (moved(account) === amount(given)) continue;
      findings.add('sie.result-mismatch', lineOf(account, given), () => [
        account,
        kronor(moved(account)),
        kronor(amount(given)),
      ]);
    }
  }
  if (closing.size === 0) return null;
  let tie = true;
  for (const account of new Set([...opening.keys(), ...closing.keys(), ...movements.keys()])) {
    if (!opening.has(account) && !closing.has(account) && !isBalanceAccount(account)) continue;
    const reckoned = amount(opening.get(account)) + moved(account);
    // A balance of zero may be missing from the file.
    const given = closing.get(account);
    if (reckoned === amount(given)) continue;
    tie = false;
    findings.add('sie.balance-mismatch', lineOf(account, given), () => [
      account,
      kronor(reckoned),
      kronor(amount(given)),
    ]);
  }
  return tie;
}

function checkOpening(content: SieContent, findings: Findings): void {
  const sums = new Map<number, { sum: number; line: number }>();
  for (const { kind, year, amountOre, line } of content.balances) {
    if (kind !== 'IB') continue;
    const entry = sums.get(year) ?? { sum: 0, line };
    entry.sum += amountOre;
    sums.set(year, entry);
  }
  for (const [year, { sum, line }] of sums) {
    if (sum === 0) continue;
    const named = content.years.find(({ index }) => index === year);
    findings.add('sie.opening-balance-not-zero', line, () => [
      named ? `${named.from}–${named.to}` : `år ${year}`,
      kronor(sum),
    ]);
  }
}

interface AccountBalance {
  amountOre: number;
  readonly line: number;
}

/** Balances of the file's own year; an account that stands twice is summed, at its first line. */
function ofOwnYear(content: SieContent, kind: SieBalance['kind']): Map<AccountNumber, AccountBalance> {
  const balances = new Map<AccountNumber, AccountBalance>();
  for (const { kind: of, year, account, amountOre, line } of content.balances) {
    if (of !== kind || year !== 0) continue;
    const known = balances.get(account);
    if (known) known.amountOre += amountOre;
    else balances.set(account, { amountOre, line });
  }
  return balances;
}

/** By `#KTYP` when the file says so, else by BAS: classes 1 and 2. */
function balanceAccounts(content: SieContent): (account: AccountNumber) => boolean {
  const types = new Map(content.accounts.map(({ number, type }) => [number, type]));
  return (account) => {
    const type = types.get(account) ?? '';
    if (type === 'T' || type === 'S') return true;
    return type !== 'K' && type !== 'I' && /^[12]/.test(account);
  };
}

const kronor = (amount: number): string =>
  Number.isSafeInteger(amount) ? formatKronor(ore(amount)) : amount.toString();

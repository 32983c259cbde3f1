import type { AccountNumber } from '../books.ts';
import { formatKronor, ore } from '../money.ts';
import type { Ore } from '../money.ts';
import type { Findings } from './findings.ts';
import type { SieBalance, SieContent } from './types.ts';

/**
 * Holds a file's balances against its vouchers: IB + Σ #TRANS = UB for every balance account, Σ #TRANS = RES for every
 * result account, and ΣIB = 0. Differences are findings, never refusals: of 45 real files the first holds in 31.
 * Returns whether the first holds, null when the file has no closing balances or no vouchers.
 */
export function checkBalances(
  content: SieContent,
  movements: ReadonlyMap<AccountNumber, Ore>,
  findings: Findings,
): boolean | null {
  checkOpening(content, findings);
  if (content.type === '1' || content.type === '2' || content.type === '3') return null;
  if (movements.size === 0) return null;
  const isBalanceAccount = balanceAccounts(content);
  const lineOf = (account: AccountNumber, ...kinds: SieBalance['kind'][]): number =>
    content.balances.find((of) => of.account === account && of.year === 0 && kinds.includes(of.kind))?.line ??
    0;
  const opening = sumByAccount(content, 'IB');
  const closing = sumByAccount(content, 'UB');
  const result = sumByAccount(content, 'RES');
  if (result.size > 0) {
    for (const account of new Set([...result.keys(), ...movements.keys()])) {
      if (opening.has(account) || closing.has(account) || isBalanceAccount(account)) continue;
      const moved = movements.get(account) ?? 0;
      const given = result.get(account) ?? 0;
      if (moved !== given)
        findings.add('sie.result-mismatch', 0, () => [account, kronor(moved), kronor(given)]);
    }
  }
  if (closing.size === 0) return null;
  let tie = true;
  for (const account of new Set([...opening.keys(), ...closing.keys(), ...movements.keys()])) {
    if (!opening.has(account) && !closing.has(account) && !isBalanceAccount(account)) continue;
    const reckoned = (opening.get(account) ?? 0) + (movements.get(account) ?? 0);
    // A balance of zero may be missing from the file.
    const given = closing.get(account) ?? 0;
    if (reckoned === given) continue;
    tie = false;
    findings.add('sie.balance-mismatch', lineOf(account, 'UB', 'IB'), () => [
      account,
      kronor(reckoned),
      kronor(given),
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

/** Balances of the file's own year; an account that stands twice is summed. */
function sumByAccount(content: SieContent, kind: SieBalance['kind']): Map<AccountNumber, number> {
  const sums = new Map<AccountNumber, number>();
  for (const balance of content.balances) {
    if (balance.kind !== kind || balance.year !== 0) continue;
    sums.set(balance.account, (sums.get(balance.account) ?? 0) + balance.amountOre);
  }
  return sums;
}

/** By `#KTYP` when the file says so, else by BAS: classes 1 and 2. */
function balanceAccounts(content: SieContent): (account: AccountNumber) => boolean {
  const types = new Map(content.accounts.map(({ number, type }) => [number, type]));
  return (account) => {
    const type = types.get(account);
    return type === undefined
      ? account.startsWith('1') || account.startsWith('2')
      : type === 'T' || type === 'S';
  };
}

const kronor = (amount: number): string =>
  Number.isSafeInteger(amount) ? formatKronor(ore(amount)) : amount.toString();

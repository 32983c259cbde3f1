import type { AccountBalances, MainAttachment } from './account-groups.ts';
import type { AccountNumber } from './books.ts';
import type { WorkedOn } from './figures.ts';
import { tiesWithin } from './materiality.ts';
import type { Ore } from './money.ts';

type ClosingBalance = Pick<AccountBalances, 'number' | 'name' | 'closingOre'>;

/** An attachment that specifies accounts: from a subledger or a person's own. */
export interface Support {
  readonly accountGroup: string;
  readonly accounts: readonly AccountNumber[];
  /** What it leaves unexplained of the balances. */
  readonly restOre: Ore;
  /** The signatures that the firm asks for hold. */
  readonly signed: boolean;
}

/** How a balance-sheet account stands. */
export interface AccountSupport {
  readonly account: AccountNumber;
  readonly name: string;
  readonly closingOre: Ore;
  /** The attachment that specifies it; null: none does. */
  readonly supportedBy: string | null;
  /** What specifies it leaves nothing that matters. */
  readonly ties: boolean;
  readonly signed: boolean;
}

export interface SupportCount {
  readonly accounts: readonly AccountSupport[];
  /** N: supported, tied and signed. */
  readonly done: number;
  /** Supported and tied, signed or not. */
  readonly supported: number;
  /** M: balance-sheet accounts with a closing balance in the books. An account at 0 needs no support. */
  readonly of: number;
}

/**
 * N of M balance-sheet accounts are supported and signed.
 * @param balances of the balance-sheet accounts, as the books have them
 */
export function countSupport(
  balances: readonly ClosingBalance[],
  supports: readonly Support[],
  materialityOre: Ore,
): SupportCount {
  const byAccount = new Map<AccountNumber, Support>();
  for (const support of supports) {
    for (const account of support.accounts) {
      const held = byAccount.get(account);
      // Two for one account: the one that is further on counts.
      if (!held || rank(support, materialityOre) > rank(held, materialityOre))
        byAccount.set(account, support);
    }
  }
  const accounts = balances
    .filter(({ closingOre }) => closingOre !== 0)
    .map(({ number, name, closingOre }): AccountSupport => {
      const support = byAccount.get(number);
      const ties = support !== undefined && tiesWithin(support.restOre, materialityOre);
      return {
        account: number,
        name,
        closingOre,
        supportedBy: support?.accountGroup ?? null,
        ties,
        signed: support?.signed ?? false,
      };
    });
  return {
    accounts,
    done: accounts.filter(({ ties, signed }) => ties && signed).length,
    supported: accounts.filter(({ ties }) => ties).length,
    of: accounts.length,
  };
}

/** The closing balances of a group as the books have them, also where a person has kept others. */
export function closingInBooks({ accounts, keptAgainst }: MainAttachment & WorkedOn): ClosingBalance[] {
  if (!keptAgainst) return [...accounts];
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  return Object.entries(keptAgainst).flatMap(([figure, closingOre]) => {
    const [, number] = /^account\/(.+)\/closing$/.exec(figure) ?? [];
    return number === undefined ? [] : [{ number, name: names.get(number) ?? '', closingOre }];
  });
}

const rank = ({ restOre, signed }: Support, materialityOre: Ore): number =>
  (tiesWithin(restOre, materialityOre) ? 2 : 0) + (signed ? 1 : 0);

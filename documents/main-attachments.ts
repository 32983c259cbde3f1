import type { MainAttachment } from '../accounting/account-groups.ts';
import type { AccountNumber } from '../accounting/books.ts';
import type { OwnAttachment } from '../accounting/own-attachment.ts';
import type { WorkedOn } from '../accounting/figures.ts';
import type { MainAttachmentDocument, SignOff } from './content.ts';

/** Which attachment supports each account, as a reader finds it. */
export function supportNames(
  ledgers: readonly { readonly account: AccountNumber; readonly accounts: readonly AccountNumber[] }[],
  own: readonly OwnAttachment[],
): Map<AccountNumber, string> {
  const names = new Map<AccountNumber, string>();
  for (const { account, accounts } of ledgers)
    for (const number of accounts) names.set(number, `Bilaga ${account}`);
  for (const { title, accounts, withdrawn, carriedFrom } of own) {
    if (withdrawn || carriedFrom !== undefined) continue;
    for (const number of accounts) names.set(number, `Egen bilaga: ${title}`);
  }
  return names;
}

/** Of a group that has left the books, and that is printed for what people have signed or written under it. */
export const noAccountsLeft = 'Inga konton i bokföringen längre: utgående balans 0,00';

/** The huvudbilagor as groups of one document. */
export const mainGroups = (
  mains: readonly (MainAttachment & WorkedOn & { readonly signOff?: SignOff })[],
  supportedBy: ReadonlyMap<AccountNumber, string>,
): MainAttachmentDocument['groups'] =>
  mains.map(({ code, name, accounts, note, signOff }) => ({
    code,
    name,
    accounts: accounts.map(({ number, ...account }) => {
      const support = supportedBy.get(number);
      return { number, ...account, ...(support !== undefined && { supportedBy: support }) };
    }),
    ...(note !== undefined && { note }),
    ...(signOff && { signOff }),
  }));

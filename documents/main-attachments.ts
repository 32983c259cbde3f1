import type { MainAttachment } from '../accounting/account-groups.ts';
import type { AccountNumber } from '../accounting/books.ts';
import type { OwnAttachment } from '../accounting/own-attachment.ts';
import type { MainAttachmentDocument } from './content.ts';
import type { Frame } from './frame.ts';

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

/** The huvudbilagor as one document. */
export const mainAttachmentsDocument = (
  frame: Frame,
  mains: readonly (MainAttachment & { readonly note?: string })[],
  supportedBy: ReadonlyMap<AccountNumber, string>,
): MainAttachmentDocument => ({
  ...frame,
  groups: mains.map(({ code, name, accounts, note }) => ({
    code,
    name,
    accounts: accounts.map(({ number, ...account }) => {
      const support = supportedBy.get(number);
      return { number, ...account, ...(support !== undefined && { supportedBy: support }) };
    }),
    ...(note !== undefined && { note }),
  })),
});

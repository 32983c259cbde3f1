import { Sheet } from './sheet.ts';
import { Table } from './table.ts';
import { noAccountsLeft } from '../main-attachments.ts';
import { drawSignOff, drawSignOffLine } from './sign-off.ts';
import { formatKronor, sumOre, zeroOre } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import type { MainAttachmentDocument } from '../content.ts';

/** The huvudbilagor as PDF/A: for each account group opening balance, change, closing balance and what supports it. */
export async function mainAttachmentPdf(document: MainAttachmentDocument): Promise<Uint8Array> {
  const { groups, signOff } = document;
  const sheet = new Sheet({
    title: groups.length === 1 ? `Huvudbilaga ${groups[0]?.code} ${groups[0]?.name}` : 'Huvudbilagor',
    subtitle: 'Balanskonton: ingående balans, förändring och utgående balans',
    letterhead: document.letterhead,
    source: document.source,
    landscape: groups.some(({ accounts }) => (accounts[0]?.priorClosing?.length ?? 0) > 0),
  });
  const accounts = groups.flatMap((group) => group.accounts);
  const supported = accounts.filter(({ supportedBy }) => supportedBy !== undefined).length;
  sheet.facts([
    ['Konton med underlag', `${supported} av ${accounts.length}`],
    ['Kontogrupper', String(groups.length)],
  ]);
  if (signOff !== undefined) drawSignOff(sheet, signOff);
  for (const group of groups) {
    sheet.heading(`${group.code} ${group.name}`, 100);
    if (group.signOff !== undefined) drawSignOffLine(sheet, group.signOff);
    if (group.accounts.length > 0) drawAccounts(sheet, group.accounts);
    else sheet.paragraph(noAccountsLeft);
    if (group.note !== undefined) sheet.paragraph(group.note);
  }
  return sheet.finish();
}

function drawAccounts(sheet: Sheet, accounts: MainAttachmentDocument['groups'][number]['accounts']): void {
  const years = accounts[0]?.priorClosing?.map(({ yearEnd }) => yearEnd) ?? [];
  const table = new Table(sheet, [
    { title: 'Konto', share: 1 },
    { title: 'Benämning', share: years.length > 0 ? 3 : 4.4 },
    { title: 'Ingående balans', share: 2, figures: true },
    { title: 'Förändring', share: 2, figures: true },
    { title: 'Utgående balans', share: 2, figures: true },
    ...years.map((yearEnd) => ({ title: `Utgående balans ${yearEnd}`, share: 2, figures: true })),
    { title: 'Underlag', share: years.length > 0 ? 1.8 : 2.6 },
  ]);
  for (const { number, name, openingOre, changeOre, closingOre, priorClosing, supportedBy } of accounts) {
    const prior = (priorClosing ?? []).map((year) => year.closingOre);
    const amounts = [openingOre, changeOre, closingOre, ...prior].map(formatKronor);
    table.row([number, name, ...amounts, supportedBy ?? 'Saknas']);
  }
  const sum = (amountOf: (account: (typeof accounts)[number]) => Ore): string =>
    formatKronor(sumOre(accounts.map(amountOf)));
  table.total([
    'Summa',
    '',
    sum(({ openingOre }) => openingOre),
    sum(({ changeOre }) => changeOre),
    sum(({ closingOre }) => closingOre),
    ...years.map((_, index) => sum(({ priorClosing }) => priorClosing?.[index]?.closingOre ?? zeroOre)),
  ]);
}

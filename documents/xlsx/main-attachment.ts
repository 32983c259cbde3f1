import { sumOre } from '../../accounting/money.ts';
import type { MainAttachmentDocument } from '../content.ts';
import { noAccountsLeft } from '../main-attachments.ts';
import { aboutSheet } from './about.ts';
import { workbookBytes } from './workbook.ts';
import type { WorksheetColumn, WorksheetRow } from './workbook.ts';

const amount = (title: string): WorksheetColumn => ({ title, kind: 'amount', width: 18 });

/** The huvudbilagor as XLSX: a row for each balance-sheet account. */
export const mainAttachmentXlsx = (document: MainAttachmentDocument): Promise<Uint8Array> => {
  const { groups } = document;
  const accounts = groups.flatMap((group) => group.accounts);
  const years = accounts[0]?.priorClosing?.map(({ yearEnd }) => yearEnd) ?? [];
  const amountsOf = ({ openingOre, changeOre, closingOre, priorClosing = [] }: (typeof accounts)[number]) => [
    openingOre,
    changeOre,
    closingOre,
    ...priorClosing.map((prior) => prior.closingOre),
  ];
  const rows = groups.flatMap(({ code, name, accounts: ofGroup }): WorksheetRow[] => {
    const group = `${code} ${name}`;
    if (ofGroup.length === 0) return [[group, undefined, noAccountsLeft]];
    return ofGroup.map((account) => [
      group,
      account.number,
      account.name,
      ...amountsOf(account),
      account.supportedBy,
    ]);
  });
  const places = Array.from({ length: 3 + years.length }, (_, index) => index);
  const sums = places.map((at) => sumOre(accounts.map((account) => amountsOf(account)[at]!)));
  return workbookBytes('Huvudbilagor', document.source.fetchedAt, [
    {
      name: 'Huvudbilagor',
      columns: [
        { title: 'Grupp', kind: 'text', width: 34 },
        { title: 'Konto', kind: 'text', width: 10 },
        { title: 'Benämning', kind: 'text', width: 40 },
        amount('Ingående balans'),
        amount('Förändring'),
        amount('Utgående balans'),
        ...years.map((yearEnd) => amount(`Utgående balans ${yearEnd}`)),
        { title: 'Underlag', kind: 'text', width: 34 },
      ],
      rows: [...rows, { total: ['Summa', undefined, undefined, ...sums], sum: places.map((at) => at + 3) }],
      landscape: true,
    },
    aboutSheet('Huvudbilagor', document, document.signOff),
  ]);
};

import { zeroOre } from '../../accounting/money.ts';
import { ownCheckText, ownTotal } from '../../accounting/own-attachment.ts';
import type { OwnAttachmentDocument } from '../content.ts';
import { aboutSheet } from './about.ts';
import { workbookBytes } from './workbook.ts';

/** An own attachment as XLSX: its rows with their sum, the balances that it is held against, and its files. */
export const ownAttachmentXlsx = (document: OwnAttachmentDocument): Promise<Uint8Array> => {
  const { attachment } = document;
  const { title, text, accounts, rows, closing, files } = attachment;
  const name = `Bilaga ${accounts.join(', ')} ${title}`;
  return workbookBytes(name, document.source.fetchedAt, [
    {
      name: 'Specifikation',
      columns: [
        { title: 'Text', kind: 'text', width: 70 },
        { title: 'Föregående år', kind: 'amount', width: 18 },
        { title: 'Belopp (SEK)', kind: 'amount', width: 18 },
      ],
      rows: [
        ...rows.map(({ text: line, amountOre, priorOre }) => [line, priorOre, amountOre]),
        { total: ['Summa', undefined, ownTotal(attachment)], sum: [2] },
      ],
    },
    {
      name: 'Avstämning',
      columns: [
        { title: 'Utgående balans', kind: 'text', width: 70 },
        { title: 'Belopp (SEK)', kind: 'amount', width: 18 },
      ],
      rows: [
        ...accounts.map((account) => [`Konto ${account}`, closing[account] ?? zeroOre]),
        [],
        [ownCheckText(attachment)],
        ...(text.trim() === '' ? [] : [[], { title: 'Beskrivning' }, [text]]),
      ],
    },
    ...(files.length === 0
      ? []
      : [
          {
            name: 'Underlag',
            columns: [
              { title: 'Fil', kind: 'text', width: 50 },
              { title: 'Storlek (byte)', kind: 'whole', width: 15 },
              { title: 'SHA-256', kind: 'text', width: 70 },
            ],
            rows: files.map((file) => [file.name, file.sizeBytes, file.sha256]),
          } as const,
        ]),
    aboutSheet(name, document, document.signOff),
  ]);
};

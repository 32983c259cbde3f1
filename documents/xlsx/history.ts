import type { HistoryDocument } from '../content.ts';
import { swedishTime } from '../swedish.ts';
import { aboutSheet } from './about.ts';
import { workbookBytes } from './workbook.ts';

/** The behandlingshistorik as XLSX: a row for each event. */
export const historyXlsx = (document: HistoryDocument): Promise<Uint8Array> =>
  workbookBytes('Behandlingshistorik', document.source.fetchedAt, [
    {
      name: 'Behandlingshistorik',
      columns: [
        { title: 'Dag', kind: 'date', width: 12 },
        { title: 'Tid (svensk)', kind: 'text', width: 12 },
        { title: 'Vem', kind: 'text', width: 28 },
        { title: 'Vad', kind: 'text', width: 70 },
        { title: 'Gäller', kind: 'text', width: 40 },
      ],
      rows: document.entries.map(({ at, who, what, concerns }) => {
        const [day, time] = swedishTime(at).split(' ');
        return [day, time, who, what, concerns];
      }),
      landscape: true,
    },
    aboutSheet('Behandlingshistorik', document),
  ]);

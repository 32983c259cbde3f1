import type { BinderIndexDocument } from '../content.ts';
import { aboutSheet } from './about.ts';
import { workbookBytes } from './workbook.ts';

/** The binder's index as XLSX: each document with its size and hash. */
export const binderIndexXlsx = (document: BinderIndexDocument): Promise<Uint8Array> =>
  workbookBytes('Årsakt', document.source.fetchedAt, [
    {
      name: 'Innehållsförteckning',
      columns: [
        { title: 'Dokument', kind: 'text', width: 50 },
        { title: 'Fil', kind: 'text', width: 44 },
        { title: 'Storlek (byte)', kind: 'whole', width: 15 },
        { title: 'SHA-256', kind: 'text', width: 70 },
      ],
      rows: document.files.map(({ title, name, bytes, sha256 }) => [title, name, bytes, sha256]),
      landscape: true,
    },
    aboutSheet('Årsakt', document),
  ]);

import type { AccountNumber } from '../../accounting/books.ts';
import { formatOre, ore, sumOre } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import type { OwnAttachment, OwnRow } from '../../accounting/own-attachment.ts';
import { Problem } from '../../accounting/problem.ts';
import type { OwnAttachmentToSave } from '../close/own-attachments.ts';
import { readAmount } from './amount.ts';
import { textFields } from './form-fields.ts';

/** The fields of an own attachment as a person left them, readable or not: what was typed is never lost. */
export interface OwnForm {
  /** The version that the editing began from; 0 for a new one. */
  readonly version: number;
  readonly title: string;
  readonly text: string;
  /** Account numbers with blanks or commas between. */
  readonly accounts: string;
  readonly rows: readonly OwnRowForm[];
  /** Files that are uploaded already. */
  readonly fileIds: readonly string[];
}

export interface OwnRowForm {
  readonly text: string;
  readonly amount: string;
  readonly priorOre?: Ore;
}

const mostRows = 5_000;
const field = /^r(\d{1,4})\.(text|belopp|fore)$/;

export function readOwnForm(body: Readonly<Record<string, unknown>>): OwnForm {
  const fields = textFields(body);
  const rows = new Map<number, Record<string, string>>();
  for (const [name, value] of Object.entries(fields)) {
    const [, row, of = ''] = field.exec(name) ?? [];
    if (row === undefined || Number(row) >= mostRows) continue;
    rows.set(Number(row), { ...rows.get(Number(row)), [of]: value.trim() });
  }
  return {
    version: Number.parseInt(fields['version'] ?? '0', 10) || 0,
    title: (fields['titel'] ?? '').trim(),
    text: (fields['text'] ?? '').replaceAll('\r\n', '\n'),
    accounts: (fields['konton'] ?? '').trim(),
    rows: [...rows]
      .toSorted(([a], [b]) => a - b)
      .map(([, row]) => rowOf(row))
      .filter(({ text, amount, priorOre }) => text !== '' || amount !== '' || priorOre !== undefined),
    fileIds: listOf(body['fil']),
  };
}

function rowOf({ text = '', belopp = '', fore = '' }: Record<string, string>): OwnRowForm {
  const prior = /^-?\d{1,15}$/.test(fore) ? ore(Number(fore)) : undefined;
  return { text, amount: belopp, ...(prior !== undefined && { priorOre: prior }) };
}

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === 'string' && /^[0-9a-f-]{36}$/.test(one),
  );

/** Files that were chosen to be uploaded; a browser sends an empty one when none was. */
export const filesIn = (value: unknown): File[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is File => one instanceof File && one.size > 0);

export const accountsOf = ({ accounts }: Pick<OwnForm, 'accounts'>): AccountNumber[] =>
  accounts.split(/[\s,;]+/).filter((account) => account !== '');

/** What the fields say. @throws Problem `own-attachments.unreadable` naming the rows whose amount cannot be read */
export function ownOf(form: OwnForm): Omit<OwnAttachmentToSave, 'expectedVersion'> {
  const unread = form.rows
    .map(({ amount }, index) => (amount !== '' && readAmount(amount) === undefined ? index + 1 : 0))
    .filter((row) => row > 0);
  if (unread.length > 0) {
    throw new Problem({
      code: 'own-attachments.unreadable',
      what: `Bilagan är inte sparad: beloppet på rad ${unread.slice(0, 10).join(', ')} går inte att läsa.`,
      advice: 'Skriv beloppet med siffror, till exempel 1 234,50 eller -500.',
    });
  }
  return {
    title: form.title,
    text: form.text,
    accounts: accountsOf(form),
    rows: form.rows.map(({ text, amount, priorOre }): OwnRow => ({
      text,
      amountOre: readAmount(amount) ?? ore(0),
      ...(priorOre !== undefined && { priorOre }),
    })),
    fileIds: form.fileIds,
  };
}

/** Sum of what can be read in the fields. */
export const totalOf = ({ rows }: Pick<OwnForm, 'rows'>): Ore =>
  sumOre(rows.map(({ amount }) => readAmount(amount) ?? ore(0)));

export const formOfOwn = (own: OwnAttachment, version: number): OwnForm => ({
  version,
  title: own.title,
  text: own.text,
  accounts: own.accounts.join(' '),
  rows: own.rows.map(({ text, amountOre, priorOre }) => ({
    text,
    // A carried-forward row has last year's amount beside it, and this year's to fill in.
    amount: own.carriedFrom !== undefined && amountOre === 0 ? '' : formatOre(amountOre).replace('.', ','),
    ...(priorOre !== undefined && { priorOre }),
  })),
  fileIds: own.files.map(({ fileId }) => fileId),
});

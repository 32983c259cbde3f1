import type { Ledger } from './books.ts';

/**
 * A person's judgement of an open item: `doubtful` (osäker), `disputed` (tvistig), `lost` (konstaterad förlust: it is
 * certain that nothing will be paid).
 */
export const markKinds = ['doubtful', 'disputed', 'lost'] as const;
export type MarkKind = (typeof markKinds)[number];

/** What a person has said of one invoice. Kept by its number, so that a re-import keeps it. */
export interface ItemMark {
  readonly invoiceNumber: string;
  readonly kind?: MarkKind;
  readonly note?: string;
}

/** Only claims are doubted; a debt can be disputed, but stays one until it is settled. */
export const mayMark = (ledger: Ledger, kind: MarkKind): boolean =>
  ledger === 'receivables' || kind === 'disputed';

/** The marks of an attachment by invoice number. */
export const marksByInvoice = ({
  marks = [],
}: {
  readonly marks?: readonly ItemMark[];
}): ReadonlyMap<string, ItemMark> => new Map(marks.map((mark) => [mark.invoiceNumber, mark]));

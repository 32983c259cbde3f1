import type { IsoDate } from './dates.ts';
import type { VoucherRow } from './books.ts';
import type { OwnFile } from './own-attachment.ts';

/** One adjustment voucher (bokslutsverifikation) as the accountant edits it; the order of a revision is the order of sending. */
export interface Adjustment {
  /** Opaque, stable through revisions. */
  readonly id: string;
  readonly date: IsoDate;
  readonly text: string;
  readonly rows: readonly VoucherRow[];
  /** False: *ej aktuell för överföring*; it stays in the close and is never sent. */
  readonly transfer: boolean;
  /** Which proposal it was accepted from, when it was. */
  readonly proposalCode?: string;
  /** What supports it; goes into the binder and to Fortnox's inbox, connected to the voucher. */
  readonly files?: readonly OwnFile[];
}

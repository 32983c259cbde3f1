import type { IsoDate } from '../../accounting/dates.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { listEngagements } from '../../db/stores/engagements.ts';
import { listOrders, listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { listFiles } from '../../db/stores/files.ts';
import type { FileInfo } from '../../db/stores/files.ts';
import { endingOf } from '../../db/stores/history.ts';

/** A close, and what the law asks of it. */
export interface Keeping {
  readonly id: string;
  readonly yearTo: IsoDate;
  /** The last day on which what it has exported or bound must be kept. */
  readonly keptUntil: IsoDate;
  /**
   * What counts is what all of its runs have left, not how the last of them ended: a completed close can be reopened and then called off.
   * - `open`: a run is under way
   * - `empty`: no run has exported anything or assembled a binder; nothing must be kept
   * - `bound`: its newest binder holds all that was exported
   * - `unbound`: it does not, or there is none
   */
  readonly state: 'open' | 'empty' | 'bound' | 'unbound';
  /** The newest one, of whichever run. */
  readonly binder: FileInfo | undefined;
}

/** The last day on which a financial year's accounting information must be kept: the seventh year after the one in which it ended (BFL 7:2). */
export const keptUntil = (yearTo: IsoDate): IsoDate => `${Number(yearTo.slice(0, 4)) + 7}-12-31` as IsoDate;

/** Of every close of the transaction's firm. */
export async function keepings(tx: FirmTransaction): Promise<Keeping[]> {
  const found: Keeping[] = [];
  for (const { id, yearTo, run } of await listEngagements(tx)) {
    const [binder] = await listFiles(tx, id, 'binder');
    const state = (await endingOf(tx, id, run)) ? await leftBy(tx, id, binder) : 'open';
    found.push({ id, yearTo, keptUntil: keptUntil(yearTo), state, binder });
  }
  return found;
}

async function leftBy(
  tx: FirmTransaction,
  engagementId: string,
  binder: FileInfo | undefined,
): Promise<'empty' | 'bound' | 'unbound'> {
  const vouchers = await listVouchersOfEngagement(tx, engagementId);
  // An order without vouchers went as a SIE file; one whose every voucher was withdrawn went nowhere.
  const exported = (await listOrders(tx, engagementId)).filter(({ id }) => {
    const own = vouchers.filter(({ orderId }) => orderId === id);
    return own.length === 0 || own.some(({ status }) => status !== 'withdrawn');
  });
  if (!binder) return exported.length === 0 ? 'empty' : 'unbound';
  return exported.every(({ createdAt }) => createdAt <= binder.storedAt) ? 'bound' : 'unbound';
}

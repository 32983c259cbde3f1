import type { IsoDate } from '../../accounting/dates.ts';
import type { Database } from '../../db/database.ts';
import type { Eraser } from '../../db/erase.ts';
import { listEngagements } from '../../db/stores/engagements.ts';
import { firmIds } from '../../db/stores/firms.ts';
import { countRunOut, sweepRunOut } from '../../db/stores/sweep.ts';
import type { RunOut } from '../../db/stores/sweep.ts';

/** What a firm has that need not be kept any more. */
export interface Overdue {
  readonly firmId: string;
  /** Closes whose seventh year is over. */
  readonly closes: readonly { readonly id: string; readonly yearTo: IsoDate; readonly keptUntil: IsoDate }[];
  readonly runOut: RunOut;
}

/** The last day on which a financial year's accounting information must be kept: the seventh year after the one in which it ended (BFL 7:2). */
export const keptUntil = (yearTo: IsoDate): IsoDate => `${Number(yearTo.slice(0, 4)) + 7}-12-31` as IsoDate;

/** Of all firms, or of one. Looks alone. */
export async function overdue(database: Database, today: IsoDate, firmId?: string): Promise<Overdue[]> {
  const now = new Date(`${today}T23:59:59.999Z`);
  const found: Overdue[] = [];
  for (const id of firmId === undefined ? await firmIds(database) : [firmId]) {
    found.push(
      await database.forFirm(id, async (tx) => ({
        firmId: id,
        closes: (await listEngagements(tx))
          .map(({ id: engagementId, yearTo }) => ({ id: engagementId, yearTo, keptUntil: keptUntil(yearTo) }))
          .filter((close) => close.keptUntil < today),
        runOut: await countRunOut(tx, now > new Date() ? new Date() : now),
      })),
    );
  }
  return found.filter(
    ({ closes, runOut }) => closes.length > 0 || Object.values(runOut).some((count) => count > 0),
  );
}

/** Sweeps and erases what `overdue` found. @throws Problem `retention.must-be-kept` when the database counts otherwise */
export async function discard(
  database: Database,
  eraser: Eraser | undefined,
  found: readonly Overdue[],
): Promise<void> {
  for (const { firmId, closes } of found) {
    await database.forFirm(firmId, (tx) => sweepRunOut(tx, new Date()));
    for (const { id } of closes) await eraser?.engagement(firmId, id, false);
  }
}

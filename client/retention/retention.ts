import type { IsoDate } from '../../accounting/dates.ts';
import type { Database } from '../../db/database.ts';
import type { Eraser } from '../../db/erase.ts';
import { firmIds } from '../../db/stores/firms.ts';
import { countRunOut, sweepRunOut } from '../../db/stores/sweep.ts';
import type { RunOut } from '../../db/stores/sweep.ts';
import { keepings } from './keeping.ts';
import type { Keeping } from './keeping.ts';

/** What a firm has that need not be kept any more. */
export interface Overdue {
  readonly firmId: string;
  /** Closes whose seventh year is over. */
  readonly closes: readonly OverdueClose[];
  /** Of the same age, but under way: nothing erases them before they have ended. */
  readonly open: readonly OverdueClose[];
  readonly runOut: RunOut;
}

type OverdueClose = Pick<Keeping, 'id' | 'yearTo' | 'keptUntil'>;

/** Of all firms, or of one. Looks alone. */
export async function overdue(database: Database, today: IsoDate, firmId?: string): Promise<Overdue[]> {
  const now = new Date(`${today}T23:59:59.999Z`);
  const found: Overdue[] = [];
  for (const id of firmId === undefined ? await firmIds(database) : [firmId]) {
    found.push(
      await database.forFirm(id, async (tx) => {
        const old = (await keepings(tx)).filter((close) => close.keptUntil < today);
        return {
          firmId: id,
          closes: old.filter(({ state }) => state !== 'open').map(shown),
          open: old.filter(({ state }) => state === 'open').map(shown),
          runOut: await countRunOut(tx, now > new Date() ? new Date() : now),
        };
      }),
    );
  }
  return found.filter(
    ({ closes, open, runOut }) =>
      closes.length + open.length > 0 || Object.values(runOut).some((count) => count > 0),
  );
}

const shown = ({ id, yearTo, keptUntil }: Keeping): OverdueClose => ({ id, yearTo, keptUntil });

/**
 * Sweeps and erases what `overdue` found, but for a close that has been reopened since.
 * @throws Problem `retention.must-be-kept` when the database counts otherwise
 */
export async function discard(database: Database, eraser: Eraser, found: readonly Overdue[]): Promise<void> {
  for (const { firmId, closes } of found) {
    const open = await database.forFirm(firmId, async (tx) => {
      await sweepRunOut(tx, new Date());
      return new Set((await keepings(tx)).filter(({ state }) => state === 'open').map(({ id }) => id));
    });
    for (const { id } of closes) if (!open.has(id)) await eraser.engagement(firmId, id);
  }
}

import type { Adjustment } from '../../accounting/adjustment.ts';
import { checkAdjustments } from '../../accounting/adjustments.ts';
import type { AdjustmentFault } from '../../accounting/adjustments.ts';
import type { Account, VoucherSeries } from '../../accounting/books.ts';
import type { ProblemDetails } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestRevision } from '../../db/stores/adjustments.ts';
import type { AdjustmentRevision } from '../../db/stores/adjustments.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { getFirm } from '../../db/stores/firms.ts';
import { loadRegisters } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { importedSnapshot } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';

/** A series to choose from, with the reason when it cannot be. */
export interface SeriesChoice extends VoucherSeries {
  readonly selectable: boolean;
  /** Swedish; why it cannot be chosen. */
  readonly reason?: string;
}

/** What an approval would say yes to, and what stands in its way. Fortnox itself is asked when the export opens. */
export interface Preflight {
  readonly snapshot: Snapshot;
  readonly revision: AdjustmentRevision | undefined;
  readonly series: readonly SeriesChoice[];
  /** In the order of sending. */
  readonly toSend: readonly Adjustment[];
  /** Marked *ej aktuell för överföring*. */
  readonly kept: readonly Adjustment[];
  /** Already in Fortnox. */
  readonly sent: readonly Adjustment[];
  /** Vouchers that would be refused. */
  readonly faults: readonly AdjustmentFault[];
  /** What else stands in the way of an approval by this caller. */
  readonly obstacles: readonly ProblemDetails[];
  /** Names of the accounts, for showing the vouchers. */
  readonly accounts: readonly Account[];
}

/** @throws Problem `engagements.not-found`, `adjustments.nothing-imported` */
export async function preflight(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<Preflight> {
  return database.forFirm(caller.firmId, (tx) => readPreflight(tx, caller, engagementId));
}

export async function readPreflight(
  tx: FirmTransaction,
  caller: Caller,
  engagementId: string,
): Promise<Preflight> {
  // Asked for together, they go over the connection as one.
  const [, snapshot, revision, sentIds] = await Promise.all([
    getEngagement(tx, engagementId),
    importedSnapshot(tx, engagementId),
    findLatestRevision(tx, engagementId),
    idsInFortnox(tx, engagementId),
  ]);
  const [{ accounts, series }, obstacles] = await Promise.all([
    loadRegisters(tx, snapshot),
    obstaclesOf(tx, caller, revision),
  ]);
  const all = revision?.data ?? [];
  const unsent = all.filter(({ id }) => !sentIds.has(id));
  const toSend = unsent.filter(({ transfer }) => transfer);
  const { closing, lockedUntil } = snapshot.header;
  return {
    snapshot,
    revision,
    series: series.map(choiceOf),
    toSend,
    kept: unsent.filter(({ transfer }) => !transfer),
    sent: all.filter(({ id }) => sentIds.has(id)),
    faults: checkAdjustments(toSend, { accounts, year: closing, lockedUntil }),
    obstacles,
    accounts,
  };
}

/** The adjustments that Fortnox holds: nothing of them can be changed here any more. */
export async function idsInFortnox(tx: FirmTransaction, engagementId: string): Promise<ReadonlySet<string>> {
  const vouchers = await listVouchersOfEngagement(tx, engagementId);
  return new Set(
    vouchers.filter(({ status }) => status === 'confirmed').map(({ adjustmentId }) => adjustmentId),
  );
}

const choiceOf = (series: VoucherSeries): SeriesChoice =>
  series.manual
    ? { ...series, selectable: true }
    : {
        ...series,
        selectable: false,
        reason: 'Serien är inte manuell: Fortnox numrerar den själv och tar inte emot verifikationer i den.',
      };

async function obstaclesOf(
  tx: FirmTransaction,
  { actor }: Caller,
  revision: AdjustmentRevision | undefined,
): Promise<ProblemDetails[]> {
  if (!revision) {
    return [
      {
        code: 'approval.nothing-saved',
        what: 'Inga bokslutsverifikationer är sparade.',
        advice: 'Spara en revision först; den får vara tom om inget ska bokas.',
      },
    ];
  }
  if (!(await getFirm(tx)).fourEyes || revision.savedBy !== actor) return [];
  return [
    {
      code: 'approval.four-eyes',
      what: 'Du har själv sparat den här revisionen, och byrån kräver fyra ögon.',
      advice: 'Låt en annan person på byrån granska och godkänna.',
    },
  ];
}

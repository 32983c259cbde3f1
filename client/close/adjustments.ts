import type { Adjustment } from '../../accounting/adjustment.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { checkAdjustments } from '../../accounting/adjustments.ts';
import type { AdjustmentFault } from '../../accounting/adjustments.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestRevision, findRevision, saveRevision } from '../../db/stores/adjustments.ts';
import type { AdjustmentRevision } from '../../db/stores/adjustments.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { findLatestSnapshot, loadRegisters } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import type { Caller, ClientContext } from './context.ts';
import { endOfRun } from './ending.ts';
import { uploadedFiles } from './uploads.ts';
import { closeEnded } from './workflow.ts';

/** The adjustments that do not hold, with all faults of all vouchers at once. Nothing was saved. */
export class AdjustmentsRefused extends Problem {
  readonly faults: readonly AdjustmentFault[];

  constructor(faults: readonly AdjustmentFault[]) {
    super({
      code: 'adjustments.refused',
      what: `Bokslutsverifikationerna går inte att spara. ${faults.map(({ message }) => message).join(' ')}`,
      advice: 'Rätta det som är fel och spara igen.',
    });
    this.faults = faults;
  }
}

export interface AdjustmentsToSave {
  /** The revision that the editor worked from; 0 before the first save. */
  readonly expectedRevision: number;
  readonly adjustments: readonly Adjustment[];
}

/**
 * Saves the adjustments as the next revision, checked against the latest snapshot. Those that Fortnox holds must be as
 * they were sent, or be left out; nothing else is asked of them, since their period may be locked by now.
 * @throws AdjustmentsRefused, Problem `close.ended`, `adjustments.conflict`, `adjustments.nothing-imported`, `adjustments.already-sent`, `files.not-found`
 */
export async function saveAdjustments(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  save: AdjustmentsToSave,
): Promise<AdjustmentRevision> {
  return context.database.forFirm(caller.firmId, async (tx) => {
    if (await endOfRun(tx, engagementId)) throw new Problem(closeEnded);
    const snapshot = await importedSnapshot(tx, engagementId);
    const { accounts } = await loadRegisters(tx, snapshot);
    const { closing, lockedUntil } = snapshot.header;
    const adjustments = await withFilesOf(tx, engagementId, save.adjustments);
    const unsent = await refuseChangedSent(tx, engagementId, adjustments);
    const faults = checkAdjustments(unsent, { accounts, year: closing, lockedUntil });
    if (faults.length > 0) throw new AdjustmentsRefused(faults);
    return saveRevision(tx, {
      engagementId,
      ...save,
      adjustments,
      snapshotId: snapshot.id,
      savedBy: caller.actor,
    });
  });
}

/** The latest revision, or undefined before the first save. */
export async function latestAdjustments(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<AdjustmentRevision | undefined> {
  return context.database.forFirm(caller.firmId, async (tx) => {
    const [, latest] = await Promise.all([
      getEngagement(tx, engagementId),
      findLatestRevision(tx, engagementId),
    ]);
    return latest;
  });
}

/** One saved revision. @throws Problem `adjustments.revision-not-found` */
export async function getRevision(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  revision: number,
): Promise<AdjustmentRevision> {
  return context.database.forFirm(caller.firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const found = await findRevision(tx, engagementId, revision);
    if (found) return found;
    throw new Problem({
      code: 'adjustments.revision-not-found',
      what: `Bokslutsverifikationerna har ingen revision ${revision}.`,
      advice: 'Välj en revision ur listan.',
    });
  });
}

/** The adjustments with what the close knows of their files: of what the caller says of them the ids alone count. */
async function withFilesOf(
  tx: FirmTransaction,
  engagementId: string,
  adjustments: readonly Adjustment[],
): Promise<Adjustment[]> {
  if (!adjustments.some(({ files }) => files && files.length > 0)) return [...adjustments];
  const uploads = await uploadedFiles(tx, engagementId);
  return adjustments.map(({ files, ...adjustment }) => {
    if (!files || files.length === 0) return adjustment;
    return { ...adjustment, files: files.map(({ fileId }) => uploads.get(fileId) ?? noSuchFile(fileId)) };
  });
}

const noSuchFile = (fileId: string): never => {
  throw new Problem({
    code: 'files.not-found',
    what: `Filen ${fileId} är inte uppladdad till bokslutet.`,
    advice: 'Ladda upp filen till bokslutet först.',
  });
};

/** The adjustments that Fortnox does not hold. @throws Problem `adjustments.already-sent` when one it holds was changed */
async function refuseChangedSent(
  tx: FirmTransaction,
  engagementId: string,
  adjustments: readonly Adjustment[],
): Promise<Adjustment[]> {
  const vouchers = await listVouchersOfEngagement(tx, engagementId);
  const sent = new Map(
    vouchers.filter(({ status }) => status === 'confirmed').map((voucher) => [voucher.adjustmentId, voucher]),
  );
  for (const adjustment of adjustments) {
    const voucher = sent.get(adjustment.id);
    if (!voucher || canonicalJson(voucher.content) === canonicalJson(adjustment)) continue;
    throw new Problem({
      code: 'adjustments.already-sent',
      what: `Verifikationen ”${adjustment.text}” finns redan i Fortnox (${voucher.fortnoxSeries ?? ''}${voucher.fortnoxNumber ?? ''}) och kan inte ändras här.`,
      advice: 'Lägg till en ny bokslutsverifikation som rättar den.',
    });
  }
  return adjustments.filter(({ id }) => !sent.has(id));
}

export async function importedSnapshot(tx: FirmTransaction, engagementId: string): Promise<Snapshot> {
  const snapshot = await findLatestSnapshot(tx, engagementId);
  if (snapshot) return snapshot;
  throw new Problem({
    code: 'adjustments.nothing-imported',
    what: 'Bokföringen är inte importerad än.',
    advice: 'Importera bokföringen först.',
  });
}

import type { FoundRecord } from '../../accounting/controls/finding.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listSnapshots } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { importedSnapshot } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';

/** Something in what was read that a person should know; written by the import, whose docstrings say more. */
export interface Finding {
  readonly source: 'sie' | 'fortnox' | 'control';
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** A Swedish sentence. */
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly record?: string;
  readonly field?: string;
  readonly figures?: Readonly<Record<string, number>>;
  readonly records?: readonly FoundRecord[];
}

/** One import, without what it found. */
export type ImportSummary = Pick<
  Snapshot,
  'id' | 'seq' | 'hash' | 'source' | 'fetchedAt' | 'fetchedBy' | 'counts' | 'written'
> & { readonly findings: number };

/** The close's imports, newest first. */
export async function listImports(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<ImportSummary[]> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    return (await listSnapshots(tx, engagementId)).map(summaryOf);
  });
}

/** What the latest import found. @throws Problem `adjustments.nothing-imported` */
export async function importFindings(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<{ readonly snapshot: ImportSummary; readonly findings: readonly Finding[] }> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const snapshot = await importedSnapshot(tx, engagementId);
    return { snapshot: summaryOf(snapshot), findings: snapshot.findings as readonly Finding[] };
  });
}

export const summaryOf = (snapshot: Snapshot): ImportSummary => {
  const { id, seq, hash, source, fetchedAt, fetchedBy, counts, written, findings } = snapshot;
  return { id, seq, hash, source, fetchedAt, fetchedBy, counts, written, findings: findings.length };
};

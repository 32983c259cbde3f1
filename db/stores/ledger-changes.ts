import { and, desc, eq, sql } from 'drizzle-orm';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { processingHistory } from '../schema/record.ts';
import { recordHistory } from './history.ts';

/** What an export found changed at Fortnox since the approved import. Derived from the processing history, which is its only record. */
export interface FoundLedgerChange {
  readonly approvalId: string;
  /** SHA-256 over the changes with their content. */
  readonly fingerprint: string;
  /** Vouchers as "A-12" and accounts; the first hundred of each kind. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly openingBalances: readonly string[];
}

interface ApprovalOf {
  readonly engagementId: string;
  readonly approvalId: string;
}

const longestList = 100;
const found = 'export.ledger-changed';
const accepted = 'export.ledger-change-accepted';

/** Notes what an export found; the same find again is the same line. */
export async function recordLedgerChange(
  tx: FirmTransaction,
  engagementId: string,
  change: FoundLedgerChange,
): Promise<void> {
  const { approvalId, fingerprint } = change;
  const first = (list: readonly string[]) => list.slice(0, longestList);
  await recordHistory(tx, {
    actor: 'system',
    event: found,
    engagementId,
    details: {
      approvalId,
      fingerprint,
      added: first(change.added),
      changed: first(change.changed),
      removed: first(change.removed),
      openingBalances: first(change.openingBalances),
    },
    onceKey: `${found}/${approvalId}/${fingerprint}`,
  });
}

/** The latest change that stopped an export of the approval; undefined when none did. */
export async function findLedgerChange(
  tx: FirmTransaction,
  about: ApprovalOf,
): Promise<FoundLedgerChange | undefined> {
  const [latest] = await linesOf(tx, about, found);
  return latest;
}

/** A person takes a change as it is, for one approval. */
export async function acceptLedgerChange(
  tx: FirmTransaction,
  engagementId: string,
  { approvalId, fingerprint }: Pick<FoundLedgerChange, 'approvalId' | 'fingerprint'>,
  actor: Actor,
): Promise<void> {
  await recordHistory(tx, {
    actor,
    event: accepted,
    engagementId,
    details: { approvalId, fingerprint },
    onceKey: `${accepted}/${approvalId}/${fingerprint}`,
  });
}

/** Fingerprints of the changes that were accepted for the approval. */
export async function acceptedLedgerChanges(
  tx: FirmTransaction,
  about: ApprovalOf,
): Promise<ReadonlySet<string>> {
  const lines = await linesOf(tx, about, accepted);
  return new Set(lines.map(({ fingerprint }) => fingerprint));
}

/** Details of the lines about one approval, the newest first. */
async function linesOf(
  tx: FirmTransaction,
  { engagementId, approvalId }: ApprovalOf,
  event: string,
): Promise<FoundLedgerChange[]> {
  const { details } = processingHistory;
  const lines = await tx.db
    .select({ details })
    .from(processingHistory)
    .where(
      and(
        eq(processingHistory.engagementId, engagementId),
        eq(processingHistory.event, event),
        sql`${details} ->> 'approvalId' = ${approvalId}`,
      ),
    )
    .orderBy(desc(processingHistory.id));
  return lines.map((line) => line.details as FoundLedgerChange);
}

import type { Adjustment } from '../../accounting/adjustment.ts';
import type { Account } from '../../accounting/books.ts';
import type { OwnFile } from '../../accounting/own-attachment.ts';
import { listRevisions } from '../../db/stores/adjustments.ts';
import { actorNames } from '../../db/stores/users.ts';
import { readPreflight } from '../close/preflight.ts';
import { readAnsweredProposals } from '../close/proposals.ts';
import type { AnsweredProposal } from '../close/proposals.ts';
import { uploadedFiles } from '../close/uploads.ts';
import type { ClosePage } from './close-frame.tsx';

/** What the voucher editor works over. */
export interface Ground {
  readonly accounts: readonly Account[];
  /** In Fortnox already: shown, never changed. */
  readonly sent: readonly Adjustment[];
  readonly saved: readonly Adjustment[];
  /** 0 before the first save. */
  readonly revision: number;
  /** Newest first. */
  readonly revisions: readonly SavedRevision[];
  readonly proposals: readonly AnsweredProposal[];
  /** Uploaded to the close, by id. */
  readonly uploads: ReadonlyMap<string, OwnFile>;
}

export interface SavedRevision {
  readonly revision: number;
  readonly savedAt: Date;
  readonly who: string;
}

/** Undefined before the first import. */
export async function readGround({ c, who: { caller }, close }: ClosePage): Promise<Ground | undefined> {
  if (!close.lastImport) return undefined;
  return c.var.client.database.forFirm(caller.firmId, async (tx) => {
    const [flight, revisions, proposals, uploads] = await Promise.all([
      readPreflight(tx, caller, close.id),
      listRevisions(tx, close.id),
      readAnsweredProposals(tx, close.id),
      uploadedFiles(tx, close.id),
    ]);
    const { accounts, sent, toSend, kept, revision } = flight;
    const unsent = new Set([...toSend, ...kept].map(({ id }) => id));
    const names = await actorNames(
      tx,
      revisions.map(({ savedBy }) => savedBy),
    );
    return {
      accounts,
      sent,
      saved: revision?.data.filter(({ id }) => unsent.has(id)) ?? [],
      revision: revision?.revision ?? 0,
      revisions: revisions.map(({ savedBy, ...rest }) => ({ ...rest, who: names.get(savedBy) ?? '' })),
      proposals,
      uploads,
    };
  });
}

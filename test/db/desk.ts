import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Books } from '../../accounting/books.ts';
import type { ActivityContext } from '../../activities/context.ts';
import { createAssembleBinder } from '../../activities/assemble-binder.ts';
import { createGenerateAttachments } from '../../activities/generate-attachments.ts';
import { productionLimits } from '../../activities/limits.ts';
import { createReportMoves } from '../../activities/report-moves.ts';
import type { Caller, ClientContext } from '../../client/close/context.ts';
import type { Database } from '../../db/database.ts';
import { saveRevision } from '../../db/stores/adjustments.ts';
import { approve } from '../../db/stores/approvals.ts';
import type { Approval } from '../../db/stores/approvals.ts';
import { getFile } from '../../db/stores/files.ts';
import { getSnapshot } from '../../db/stores/snapshots.ts';
import { saveUser } from '../../db/stores/users.ts';
import { renderers } from '../../documents/renderers.ts';
import { adjustment, newEngagement, newUser, storeBooks } from './support.ts';

export type Desk = Awaited<ReturnType<typeof openDesk>>;

/** A firm with two people, an engagement, and the steps of an import. */
export async function openDesk(database: Database, options: { readonly fourEyes?: boolean } = {}) {
  const { firmId, engagement } = await newEngagement(database, options);
  const person = async (name: string): Promise<Caller> => {
    const user = await database.forFirm(firmId, (tx) =>
      saveUser(tx, {
        issuer: 'https://login.example',
        subject: `${name}/${firmId}`,
        name,
        email: `${name.toLowerCase()}@example.com`,
        role: 'preparer',
      }),
    );
    return { firmId, actor: `user:${user.id}` };
  };
  const activities: ActivityContext = {
    database,
    openFortnox: () => {
      throw new Error('nothing is asked of Fortnox');
    },
    custody: { revoke: async () => undefined } as unknown as ActivityContext['custody'],
    render: (kind, data) => renderers[kind](data as never) as never,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now: Date.now,
    limits: productionLimits,
  };
  const generate = createGenerateAttachments(activities);
  const report = createReportMoves(activities);
  const assemble = createAssembleBinder(activities);
  /** Stores books as an import does, and makes the attachments. */
  const take = async (content: Books, engagementId = engagement.id): Promise<string> => {
    const snapshot = await database.forFirm(firmId, (tx) => storeBooks(tx, engagementId, content));
    const input = { firmId, engagementId, snapshotId: snapshot.id };
    await new MockActivityEnvironment().run(generate, input);
    return snapshot.id;
  };
  /** Saves one adjustment over the books and approves it. */
  const approveOver = (snapshotId: string): Promise<Approval> =>
    database.forFirm(firmId, async (tx) => {
      const revision = await saveRevision(tx, {
        engagementId: engagement.id,
        expectedRevision: 0,
        snapshotId,
        adjustments: [adjustment('a1')],
        savedBy: await newUser(tx, 'preparer'),
      });
      const { approval } = await approve(tx, {
        id: randomUUID(),
        engagementId: engagement.id,
        revision: revision.revision,
        revisionHash: revision.hash,
        snapshotId,
        snapshotHash: (await getSnapshot(tx, snapshotId)).hash,
        series: 'B',
        final: true,
        approvedBy: await newUser(tx, 'reviewer'),
        signal: { workflowId: `close/${engagement.id}`, signal: 'adjustmentsApproved', args: [] },
      });
      return approval;
    });
  /** Puts the binder together as the end of a close does. */
  const binder = async (): Promise<Uint8Array> => {
    const input = { firmId, engagementId: engagement.id };
    const stored = await new MockActivityEnvironment().run<
      [typeof input],
      { fileId: string },
      typeof assemble
    >(assemble, input);
    return (await database.forFirm(firmId, (tx) => getFile(tx, stored.fileId))).bytes;
  };
  return {
    firmId,
    engagement,
    id: engagement.id,
    client: { database } as unknown as ClientContext,
    anna: await person('Anna'),
    bo: await person('Bo'),
    forFirm: <T>(work: Parameters<typeof database.forFirm<T>>[1]) => database.forFirm(firmId, work),
    import: take,
    approve: approveOver,
    binder,
    report: (snapshotId: string) => report({ firmId, engagementId: engagement.id, snapshotId }),
  };
}

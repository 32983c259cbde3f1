import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProblemDetails } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestRevision, findRevision, saveRevision } from '../../db/stores/adjustments.ts';
import { approve, findApproval, findLatestApproval, isStale } from '../../db/stores/approvals.ts';
import type { ApprovalRequest } from '../../db/stores/approvals.ts';
import {
  attachmentVersions,
  currentAttachments,
  listSignOffs,
  saveAttachment,
  signAttachment,
} from '../../db/stores/attachments.ts';
import { moveVoucher } from '../../db/stores/export-vouchers.ts';
import type { VoucherStep } from '../../db/stores/export-vouchers.ts';
import { finishOrder, listOrders, listVouchers, openOrder } from '../../db/stores/exports.ts';
import { ensureUpload, markConnected, markUploaded } from '../../db/stores/file-uploads.ts';
import { listHistory } from '../../db/stores/history.ts';
import { undeliveredSignals } from '../../db/stores/outbox.ts';
import type { ExportStatus } from '../../db/schema/export.ts';
import { sha256 } from '../../db/hash.ts';
import {
  adjustment,
  books,
  codeOf,
  newEngagement,
  newUser,
  openTestDatabase,
  storeBooks,
  voucher,
} from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});

afterAll(() => opened.close());

/** An engagement with a snapshot and one saved revision of the adjustments, by Anna. */
async function start(options: { readonly fourEyes?: boolean } = {}) {
  const { firmId, engagement } = await newEngagement(opened.database, options);
  const engagementId = engagement.id;
  const forFirm = <T>(work: (tx: FirmTransaction) => Promise<T>) => opened.database.forFirm(firmId, work);
  const [anna, bo, cecilia] = await forFirm((tx) =>
    Promise.all([newUser(tx, 'administrator'), newUser(tx, 'reviewer'), newUser(tx, 'preparer')]),
  );
  const snapshot = await forFirm((tx) => storeBooks(tx, engagementId, books([voucher(1)])));
  const save = (expectedRevision: number, adjustments = [adjustment('a1'), adjustment('a2')]) =>
    forFirm((tx) =>
      saveRevision(tx, {
        engagementId,
        expectedRevision,
        snapshotId: snapshot.id,
        adjustments,
        savedBy: anna,
      }),
    );
  const revision = await save(0);
  const request = (changes: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
    id: randomUUID(),
    engagementId,
    revision: revision.revision,
    revisionHash: revision.hash,
    snapshotId: snapshot.id,
    snapshotHash: snapshot.hash,
    series: 'B',
    final: true,
    approvedBy: bo,
    signal: { workflowId: `close/${engagementId}`, signal: 'adjustmentsApproved', args: [] },
    ...changes,
  });
  const ask = (changes: Partial<ApprovalRequest> = {}) => forFirm((tx) => approve(tx, request(changes)));
  const open = (approvalId: string, tenant: string = firmId) =>
    forFirm((tx) =>
      openOrder(tx, {
        engagementId,
        approvalId,
        tenant,
        yearFrom: engagement.yearFrom,
        vouchers: ['a1', 'a2'].map((id) => ({
          marker: `${approvalId}-${id}`,
          adjustment: adjustment(id),
          series: 'B',
        })),
      }),
    );
  return { firmId, engagementId, snapshot, revision, forFirm, save, request, ask, open, anna, bo, cecilia };
}

describe('adjustments', () => {
  it('are saved as revisions, one at a time', async () => {
    const { engagementId, forFirm, save, revision } = await start();
    const second = await save(1, [adjustment('a1', 700_00)]);
    expect(second.revision).toBe(2);
    expect(await codeOf(save(1))).toBe('adjustments.conflict');
    const racing = await Promise.all([codeOf(save(2)), codeOf(save(2)), codeOf(save(2))]);
    expect(racing.toSorted()).toEqual(['adjustments.conflict', 'adjustments.conflict', 'nothing thrown']);
    expect((await forFirm((tx) => findLatestRevision(tx, engagementId)))?.revision).toBe(3);
    const first = await forFirm((tx) => findRevision(tx, engagementId, 1));
    expect(first).toEqual(revision);
    expect(first?.data).toEqual([adjustment('a1'), adjustment('a2')]);
  });
});

describe('an approval', () => {
  it('is a row, a line of history and an owed signal, together', async () => {
    const { firmId, engagementId, forFirm, ask, bo } = await start();
    const { approval, signalId } = await ask();
    expect(await forFirm((tx) => findLatestApproval(tx, engagementId))).toEqual(approval);
    expect(await forFirm((tx) => isStale(tx, approval))).toBe(false);
    const history = await forFirm((tx) => listHistory(tx, engagementId));
    expect(history.at(-1)).toMatchObject({ event: 'adjustments.approved', actor: bo });
    const owed = await undeliveredSignals(opened.database, { olderThanMs: 0, limit: 100 });
    expect(owed.filter((pending) => pending.firmId === firmId).map(({ id }) => id)).toEqual([signalId]);
  });

  it('is one of twenty at once, and the same again by its id', async () => {
    const { engagementId, forFirm, ask, request } = await start();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => codeOf(ask())));
    expect(outcomes.filter((outcome) => outcome === 'nothing thrown')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'approval.already-approved')).toHaveLength(19);
    const winner = (await forFirm((tx) => findLatestApproval(tx, engagementId)))!;
    const again = await forFirm((tx) => approve(tx, request({ id: winner.id })));
    expect(again).toEqual({ approval: winner });
    expect(await codeOf(ask({ id: winner.id, series: 'C' }))).toBe('approval.already-approved');
  });

  it('is refused for what is no longer the latest, and goes stale', async () => {
    const { engagementId, forFirm, save, ask, request } = await start();
    const { approval } = await ask();
    await save(1, [adjustment('a1', 1)]);
    expect(await forFirm((tx) => isStale(tx, approval))).toBe(true);
    expect(await codeOf(ask())).toBe('approval.stale');
    const latest = (await forFirm((tx) => findLatestRevision(tx, engagementId)))!;
    const current = { revision: latest.revision, revisionHash: latest.hash };
    expect(await codeOf(ask({ ...current, revisionHash: request().revisionHash }))).toBe('approval.stale');
    const second = (await ask(current)).approval;
    const other = (await ask({ ...current, series: 'C' })).approval;
    expect(await forFirm((tx) => isStale(tx, second))).toBe(true);
    expect(await forFirm((tx) => isStale(tx, other))).toBe(false);
    await forFirm((tx) => storeBooks(tx, engagementId, books([voucher(1), voucher(2)])));
    expect(await forFirm((tx) => isStale(tx, other))).toBe(true);
    expect(await codeOf(ask({ ...current, series: 'D' }))).toBe('approval.stale');
  });

  it('needs another person than the one who saved, when the firm says so', async () => {
    const { ask, forFirm, request, anna, bo } = await start({ fourEyes: true });
    expect(await codeOf(ask({ approvedBy: anna }))).toBe('approval.four-eyes');
    expect(await codeOf(ask({ approvedBy: 'key:1' }))).toBe('approval.four-eyes');
    const { id } = request();
    expect(await codeOf(ask({ id }))).toBe('nothing thrown');
    expect((await forFirm((tx) => findApproval(tx, id)))?.approvedBy).toBe(bo);
    const lenient = await start();
    expect(await codeOf(lenient.ask({ approvedBy: lenient.anna }))).toBe('nothing thrown');
  });

  it('is given by an active reviewer or administrator, never by a preparer, whatever door they came through', async () => {
    const { ask, forFirm, cecilia, bo } = await start();
    const { ask: askElsewhere } = await start();
    expect(await codeOf(ask({ approvedBy: cecilia }))).toBe('approval.not-a-reviewer');
    expect(await codeOf(ask({ approvedBy: 'user:nobody' }))).toBe('approval.not-a-reviewer');
    expect(await codeOf(askElsewhere({ approvedBy: bo }))).toBe('approval.not-a-reviewer');
    await forFirm((tx) => tx.sql`update users set active = false where 'user:' || id = ${bo}`);
    expect(await codeOf(ask({ approvedBy: bo }))).toBe('approval.not-a-reviewer');
    expect(await codeOf(ask({ approvedBy: 'key:1' }))).toBe('nothing thrown');
  });
});

const problem: ProblemDetails = { code: 'x', what: 'x', advice: 'x' };
const steps: Record<ExportStatus, VoucherStep> = {
  planned: { to: 'planned' },
  sending: { to: 'sending' },
  unknown: { to: 'unknown', problem },
  ambiguous: { to: 'ambiguous', problem },
  posted: { to: 'posted', fortnox: { series: 'B', number: 12, yearId: 3 } },
  differs: { to: 'differs', problem },
  confirmed: { to: 'confirmed' },
  refused: { to: 'refused', problem },
  withdrawn: { to: 'withdrawn' },
};
const statuses = Object.keys(steps) as ExportStatus[];

describe('an export order', () => {
  it('is one for an approval, and alone on its company and year in all firms', async () => {
    const [one, other] = [await start(), await start()];
    const [mine, theirs] = [(await one.ask()).approval, (await other.ask()).approval];
    const orders = await Promise.all([one.open(mine.id), one.open(mine.id)]);
    expect(orders[0]).toEqual(orders[1]);
    expect(await codeOf(other.open(theirs.id, one.firmId))).toBe('export.another-in-progress');
    expect(await codeOf(one.ask({ series: 'C' }))).toBe('approval.export-in-progress');
    expect(await codeOf(one.save(1))).toBe('adjustments.export-in-progress');
    const order = orders[0];
    expect(await codeOf(one.forFirm((tx) => finishOrder(tx, order.id)))).toBe('export.illegal-step');
    for (const position of [1, 2])
      await one.forFirm((tx) => moveVoucher(tx, { orderId: order.id, position }, 'planned', steps.withdrawn));
    await one.forFirm((tx) => finishOrder(tx, order.id));
    await one.forFirm((tx) => finishOrder(tx, order.id));
    expect(await codeOf(other.open(theirs.id, one.firmId))).toBe('nothing thrown');
  });

  it('sends no adjustment a second time', async () => {
    const { forFirm, ask, open, engagementId } = await start();
    const first = await open((await ask()).approval.id);
    const key = (position: number) => ({ orderId: first.id, position });
    await forFirm(async (tx) => {
      await moveVoucher(tx, key(1), 'planned', steps.sending);
      await moveVoucher(tx, key(1), 'sending', steps.posted);
      await moveVoucher(tx, key(1), 'posted', steps.confirmed);
      await moveVoucher(tx, key(2), 'planned', steps.withdrawn);
      await finishOrder(tx, first.id);
    });
    const next = (await ask({ series: 'C' })).approval;
    expect(await codeOf(open(next.id))).toBe('export.already-sent');
    const rest = await forFirm((tx) =>
      openOrder(tx, {
        engagementId,
        approvalId: next.id,
        tenant: first.tenant,
        yearFrom: first.yearFrom,
        vouchers: [{ marker: `${next.id}-a2`, adjustment: adjustment('a2'), series: 'C' }],
      }),
    );
    expect((await forFirm((tx) => listVouchers(tx, rest.id))).map((v) => v.adjustmentId)).toEqual(['a2']);
    expect(await forFirm((tx) => listOrders(tx, engagementId))).toHaveLength(2);
  });

  it('takes each legal step of a voucher and no other, whoever tries', async () => {
    const legal = new Set([
      'planned>sending',
      'planned>withdrawn',
      'sending>posted',
      'sending>refused',
      'sending>planned',
      'sending>unknown',
      'unknown>posted',
      'unknown>planned',
      'unknown>ambiguous',
      'ambiguous>posted',
      'ambiguous>planned',
      'posted>confirmed',
      'posted>differs',
      'differs>confirmed',
      'refused>planned',
      'refused>withdrawn',
    ]);
    const ways: Record<ExportStatus, ExportStatus[]> = {
      planned: [],
      sending: ['sending'],
      unknown: ['sending', 'unknown'],
      ambiguous: ['sending', 'unknown', 'ambiguous'],
      posted: ['sending', 'posted'],
      differs: ['sending', 'posted', 'differs'],
      confirmed: ['sending', 'posted', 'confirmed'],
      refused: ['sending', 'refused'],
      withdrawn: ['withdrawn'],
    };
    const { forFirm, ask, open } = await start();
    const order = await open((await ask()).approval.id);
    const key = { orderId: order.id, position: 1 };
    class Undo extends Error {}
    const tried: string[] = [];
    for (const from of statuses) {
      for (const to of statuses) {
        const outcome = forFirm(async (tx) => {
          let at: ExportStatus = 'planned';
          for (const status of ways[from]) {
            await moveVoucher(tx, key, at, steps[status]);
            at = status;
          }
          await moveVoucher(tx, key, from, steps[to]);
          throw new Undo();
        });
        const code = await codeOf(outcome);
        expect([from, to, code]).toEqual([
          from,
          to,
          legal.has(`${from}>${to}`) ? 'Error' : 'export.illegal-step',
        ]);
        tried.push(code);
      }
    }
    expect(tried).toHaveLength(81);
    const [row] = await forFirm((tx) => listVouchers(tx, order.id));
    expect(row).toMatchObject({ status: 'planned', attempts: 0, sentAt: null });
  });

  it('lets one of several workers send, and keeps what is to be sent', async () => {
    const { forFirm, ask, open } = await start();
    const order = await open((await ask()).approval.id);
    const key = { orderId: order.id, position: 1 };
    const send = () => codeOf(forFirm((tx) => moveVoucher(tx, key, 'planned', steps.sending)));
    const outcomes = await Promise.all([send(), send(), send()]);
    expect(outcomes.toSorted()).toEqual(['export.moved-on', 'export.moved-on', 'nothing thrown']);
    const rewrite = opened.admin`update export_vouchers set content = '{}' where order_id = ${order.id}`;
    await expect(rewrite).rejects.toMatchObject({ code: 'BK003' });
    await expect(opened.admin`delete from export_vouchers`).rejects.toMatchObject({ code: 'BK001' });
  });

  it('knows which files were uploaded and connected', async () => {
    const { forFirm, ask, open } = await start();
    const order = await open((await ask()).approval.id);
    const key = { orderId: order.id, position: 1, sha256: sha256('pdf') };
    const ensure = () => forFirm((tx) => ensureUpload(tx, key, '1510.pdf'));
    expect(await ensure()).toMatchObject({ fortnoxFileId: null, connectedAt: null });
    await forFirm((tx) => markUploaded(tx, key, 'f-1'));
    expect(await ensure()).toMatchObject({ fortnoxFileId: 'f-1', connectedAt: null });
    await forFirm((tx) => markConnected(tx, key));
    expect((await ensure()).connectedAt).not.toBeNull();
  });
});

describe('attachments', () => {
  it('are kept by version, with an offer beside what was worked on and signatures that follow the figures', async () => {
    const { engagementId, snapshot, forFirm } = await start();
    const save = (expectedVersion: number, open: number, origin: 'generated' | 'edited' | 'offered') =>
      forFirm((tx) =>
        saveAttachment(tx, {
          engagementId,
          accountGroup: '1510',
          expectedVersion,
          snapshotId: snapshot.id,
          origin,
          data: { open },
          figuresHash: sha256(String(open)),
          savedBy: 'user:anna',
        }),
      );
    const first = await save(0, 1, 'generated');
    expect(await save(0, 1, 'generated')).toEqual(first);
    const edited = await save(1, 2, 'edited');
    expect(await codeOf(save(1, 3, 'edited'))).toBe('attachments.conflict');
    const offered = await save(2, 4, 'offered');
    expect(await forFirm((tx) => currentAttachments(tx, engagementId))).toEqual([edited]);
    expect(await forFirm((tx) => attachmentVersions(tx, engagementId, '1510'))).toEqual([
      offered,
      edited,
      first,
    ]);
    await forFirm((tx) =>
      signAttachment(tx, { attachmentId: edited.id, role: 'prepared', signedBy: 'user:anna' }),
    );
    const signatures = await forFirm((tx) => listSignOffs(tx, engagementId));
    expect(signatures).toMatchObject([
      { accountGroup: '1510', figuresHash: edited.figuresHash, signedBy: 'user:anna', role: 'prepared' },
    ]);
  });
});

import type { WorkflowBundle } from '@temporalio/worker';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { markedText } from '../../accounting/marker.ts';
import { Problem } from '../../accounting/problem.ts';
import { markerKey } from '../../activities/export/marker-key.ts';
import { acceptChange, ledgerChange, takeVoucher } from '../../client/close/export-decisions.ts';
import { exportStatus } from '../../client/close/export-status.ts';
import { closeHistory } from '../../client/close/history.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import {
  adjustment,
  control,
  createWorld,
  inFortnox,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
  vouchersIn,
} from './world.ts';
import type { TestWorld } from './world.ts';

let bundle: WorkflowBundle;
let world: TestWorld;

beforeAll(async () => {
  bundle = await bundleWorkflows();
});
beforeEach(async () => {
  world = await createWorld({ server: inject('temporalAddress'), bundle });
});
afterEach(() => world.end());

/** A close in adjusting, and a worker at it while the work lasts. */
async function atApproval(work: (engagementId: string) => Promise<void>): Promise<void> {
  const worker = await world.worker();
  await worker.runUntil(async () => {
    const engagementId = await startClose(world);
    await logIn(world, engagementId);
    await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
    await work(engagementId);
  });
}

const fault = (about: object): Promise<unknown> => control(world, 'POST', 'faults', { times: 1, ...about });

const rows = (amount: string): object[] => [
  { account: '1930', credit: amount },
  { account: '3740', debit: amount, text: 'Öresutjämning' },
];

const attentionOf = async (engagementId: string, code?: string) =>
  (
    await untilStatus(
      world,
      engagementId,
      ({ attention }) => attention !== null && (code === undefined || attention.code === code),
    )
  ).attention;

const resultOf = (engagementId: string): Promise<unknown> =>
  world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId)).result();

const closingYear = async (): Promise<number> =>
  ((await control(world, 'GET', 'books')) as { closingYear: number }).closingYear;

const take = (engagementId: string, number: number): Promise<void> =>
  takeVoucher(world.client, world.caller, engagementId, { position: 1, series: 'K', number });

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
};

/** Events that a person decided, with what they were about. */
const told = async (engagementId: string, ...events: string[]) =>
  (await closeHistory(world.client, world.caller, engagementId))
    .filter(({ event }) => events.includes(event))
    .map(({ event, details }) => [event, (details as { voucher?: string; accepted?: string }).voucher]);

describe('what only a person can decide about an export', () => {
  it('which of two vouchers with one mark is the sent one', () =>
    atApproval(async (engagementId) => {
      const sent = adjustment('one');
      await fault({ match: { method: 'POST', path: '/3/vouchers' }, fault: 'cut-after-commit' });
      const copy = {
        op: 'addVoucher',
        series: 'K',
        date: sent.date,
        text: markedText(sent.text, markerKey(engagementId, sent, 0)),
        rows: rows('125.50'),
      };
      await fault({ match: { method: 'GET', path: '/3/vouchers' }, fault: 'books-change', patch: [copy] });
      await saveAndApprove(world, engagementId, [sent]);
      await attentionOf(engagementId, 'export.ambiguous');

      const [view] = await exportStatus(world.client, world.caller, engagementId);
      expect(
        view?.vouchers[0]?.problem?.candidates?.map(({ series, number }) => `${series}-${number}`),
      ).toEqual(['K-1', 'K-2']);
      expect(await codeOf(take(engagementId, 3))).toBe('export.not-a-candidate');
      await take(engagementId, 1);
      expect(await resultOf(engagementId)).toMatchObject({ outcome: 'completed' });
      expect(await told(engagementId, 'voucher.named', 'voucher.exported')).toEqual([
        ['voucher.named', 'K-1'],
        ['voucher.exported', 'K-1'],
      ]);
      expect(await vouchersIn(world, 'K')).toHaveLength(2);
    }));

  it('that a voucher is taken as it stands, though it differs from what was sent', () =>
    atApproval(async (engagementId) => {
      const edit = {
        op: 'editVoucher',
        series: 'K',
        number: 1,
        financialYear: await closingYear(),
        dropOldRows: true,
        rows: rows('999.00'),
      };
      await fault({
        match: { method: 'GET', path: '/3/vouchers/K/1' },
        fault: 'books-change',
        patch: [edit],
      });
      await saveAndApprove(world, engagementId, [adjustment('one')]);
      await attentionOf(engagementId, 'export.differs');
      expect(await codeOf(take(engagementId, 2))).toBe('export.not-a-candidate');
      await take(engagementId, 1);
      expect(await resultOf(engagementId)).toMatchObject({ outcome: 'completed' });
      expect(await codeOf(take(engagementId, 1))).toBe('export.nothing-to-decide');
      const lines = await closeHistory(world.client, world.caller, engagementId);
      const exported = lines.filter(({ event }) => event === 'voucher.exported');
      expect(exported.map(({ actor, details }) => [actor, details])).toEqual([
        [world.caller.actor, expect.objectContaining({ voucher: 'K-1', accepted: 'export.differs' })],
      ]);
    }));

  it('never that a voucher is there, which Fortnox no longer has', () =>
    atApproval(async (engagementId) => {
      const gone = { op: 'removeVoucher', series: 'K', number: 1, financialYear: await closingYear() };
      await fault({
        match: { method: 'GET', path: '/3/vouchers/K/1' },
        fault: 'books-change',
        patch: [gone],
      });
      await saveAndApprove(world, engagementId, [adjustment('one')]);
      await attentionOf(engagementId, 'export.gone');
      expect(await codeOf(take(engagementId, 1))).toBe('export.nothing-to-decide');
    }));

  it('that the ledger may have changed since the import; a later change stops the export again', () =>
    atApproval(async (engagementId) => {
      const book = (text: string): Promise<unknown> =>
        inFortnox(world, { op: 'addVoucher', series: 'A', date: '2025-12-30', text, rows: rows('10.00') });
      await book('Sen bokning');
      await saveAndApprove(world, engagementId, [adjustment('one')]);
      const first = await attentionOf(engagementId, 'export.preflight-failed');
      const seen = await ledgerChange(world.client, world.caller, engagementId);
      expect(first?.what).toContain(seen?.added[0]);
      expect(await codeOf(acceptChange(world.client, world.caller, engagementId, 'f'.repeat(64)))).toBe(
        'export.no-such-change',
      );

      await book('Ännu senare');
      await acceptChange(world.client, world.caller, engagementId, seen?.fingerprint ?? '');
      const latest = await expect
        .poll(async () => ledgerChange(world.client, world.caller, engagementId), { timeout: 20_000 })
        .not.toEqual(seen)
        .then(() => ledgerChange(world.client, world.caller, engagementId));
      await attentionOf(engagementId, 'export.preflight-failed');
      expect(latest?.added).toHaveLength(2);
      await acceptChange(world.client, world.caller, engagementId, latest?.fingerprint ?? '');
      expect(await resultOf(engagementId)).toMatchObject({ outcome: 'completed' });
      expect(await vouchersIn(world, 'K')).toHaveLength(1);
    }));
});

describe('a voucher that waits for Fortnox’s own attest', () => {
  it('counts as exported, and is shown as what it is', () =>
    atApproval(async (engagementId) => {
      const approver = { id: 1, name: 'Attestant' };
      await inFortnox(world, { op: 'setSeries', code: 'K', financialYear: await closingYear(), approver });
      await saveAndApprove(world, engagementId, [adjustment('one')]);
      expect(await resultOf(engagementId)).toMatchObject({ outcome: 'completed' });
      const [view] = await exportStatus(world.client, world.caller, engagementId);
      expect(view?.vouchers.map(({ status, awaitsAttest }) => [status, awaitsAttest])).toEqual([
        ['confirmed', true],
      ]);
    }));
});

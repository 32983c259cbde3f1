import type { WorkflowBundle } from '@temporalio/worker';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { requestImport, retryStep, cancelClose } from '../../client/close/messages.ts';
import { saveAdjustments } from '../../client/close/adjustments.ts';
import { listOrders, listVouchers } from '../../db/stores/exports.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import {
  adjustment,
  approveLatest,
  control,
  createWorld,
  historyOf,
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

const adjusting = ({ phase }: CloseStatus): boolean => phase === 'adjusting';
const needsAttention = ({ attention }: CloseStatus): boolean => attention !== null;
const result = (engagementId: string): Promise<unknown> =>
  world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId)).result();

/** Runs a worker until the close stands in adjusting; then none runs. */
async function broughtToAdjusting(): Promise<string> {
  const worker = await world.worker();
  return worker.runUntil(async () => {
    const engagementId = await startClose(world);
    await logIn(world, engagementId);
    await untilStatus(world, engagementId, adjusting);
    return engagementId;
  });
}

describe('what ops see', () => {
  it('is found by search attributes that hold no name and no organisation number', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const engagementId = await startClose(world);
      await logIn(world, engagementId);
      await untilStatus(world, engagementId, adjusting);
      const { searchAttributes, memo } = await world.client.temporal.workflow
        .getHandle(closeWorkflowId(engagementId))
        .describe();
      expect(searchAttributes).toMatchObject({
        FirmId: [world.caller.firmId],
        Phase: ['adjusting'],
        FinancialYearEnd: [new Date('2025-12-31T00:00:00Z')],
      });
      expect(searchAttributes['LoginExpiresAt']).toHaveLength(1);
      expect(searchAttributes['NeedsAttention']).toBeUndefined();
      expect(memo ?? {}).toEqual({});
    });
  });
});

describe('an export that would fail', () => {
  it('tells all reasons at once before anything is sent, and a retry goes on when they are mended', async () => {
    const engagementId = await broughtToAdjusting();
    await saveAndApprove(world, engagementId, [adjustment('one')]);
    const year = await closingYear();
    await inFortnox(
      world,
      { op: 'setSeries', code: 'K', financialYear: year, manual: false },
      { op: 'setAccount', number: '3740', active: false },
      { op: 'lockPeriod', until: '2025-12-31' },
    );
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const { attention, allowed } = await untilStatus(world, engagementId, needsAttention);
      expect(attention?.code).toBe('export.preflight-failed');
      for (const code of [
        'export.series-not-manual',
        'adjustment.account-inactive',
        'adjustment.locked-period',
      ]) {
        expect(attention?.what).toContain(`[${code}]`);
      }
      expect(allowed).toEqual(expect.arrayContaining(['retry', 'approve', 'import', 'cancel']));
      expect(await vouchersIn(world, 'K')).toEqual([]);

      await inFortnox(
        world,
        { op: 'setSeries', code: 'K', financialYear: year, manual: true },
        { op: 'setAccount', number: '3740', active: true },
        { op: 'lockPeriod', until: null },
      );
      await retryStep(world.client, world.caller, engagementId);
      expect(await result(engagementId)).toMatchObject({ outcome: 'completed' });
      expect(await vouchersIn(world, 'K')).toHaveLength(1);
    });
  });

  it('stops when somebody has booked in Fortnox since the import', async () => {
    const engagementId = await broughtToAdjusting();
    await saveAndApprove(world, engagementId, [adjustment('one')]);
    await inFortnox(world, {
      op: 'addVoucher',
      series: 'A',
      date: '2025-12-30',
      text: 'Sen bokning',
      rows: [
        { account: '1930', debit: '10.00' },
        { account: '3740', credit: '10.00' },
      ],
    });
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const { attention } = await untilStatus(world, engagementId, needsAttention);
      expect(attention?.what).toContain('[export.ledger-changed]');
      expect(attention?.what).not.toContain('Sen bokning');

      await requestImport(world.client, world.caller, engagementId);
      await untilStatus(world, engagementId, (status) => adjusting(status) && status.attention === null);
      await approveLatest(world, engagementId);
      expect(await result(engagementId)).toMatchObject({ outcome: 'completed' });
    });
  });

  it('does not send what was approved before it was changed', async () => {
    const engagementId = await broughtToAdjusting();
    await saveAndApprove(world, engagementId, [adjustment('one')]);
    await saveAdjustments(world.client, world.caller, engagementId, {
      expectedRevision: 1,
      adjustments: [adjustment('one', { text: 'Bokslut one, rättad' })],
    });
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const { attention, phase } = await untilStatus(world, engagementId, needsAttention);
      expect({ code: attention?.code, phase }).toEqual({ code: 'approval.stale', phase: 'adjusting' });
      expect(await vouchersIn(world, 'K')).toEqual([]);

      await approveLatest(world, engagementId);
      expect(await result(engagementId)).toMatchObject({ outcome: 'completed' });
      expect(await vouchersIn(world, 'K')).toEqual([expect.stringContaining('rättad')]);
    });
  });
});

describe('a voucher that Fortnox refuses in the middle', () => {
  it('leaves an exact account; after a new import and approval the rest goes by another series', async () => {
    const engagementId = await broughtToAdjusting();
    const year = await closingYear();
    await saveAndApprove(world, engagementId, [adjustment('one'), adjustment('two')]);
    await control(world, 'POST', 'faults', {
      match: { method: 'POST', path: '/3/vouchers' },
      skip: 1,
      times: 1,
      fault: 'books-change',
      patch: [{ op: 'setSeries', code: 'K', financialYear: year, manual: false }],
    });
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const stopped = await untilStatus(world, engagementId, needsAttention);
      expect(stopped.attention?.code).toBe('fortnox.series-not-manual');
      expect(stopped.export).toMatchObject({ confirmed: 1, total: 2 });
      expect(stopped.allowed).not.toContain('cancel');

      await requestImport(world.client, world.caller, engagementId);
      await untilStatus(world, engagementId, (status) => adjusting(status) && status.attention === null);
      await approveLatest(world, engagementId, 'A');
      expect(await result(engagementId)).toMatchObject({ outcome: 'completed' });
    });
    expect((await vouchersIn(world, 'K')).filter((text) => text.startsWith('Bokslut'))).toHaveLength(1);
    expect((await vouchersIn(world, 'A')).filter((text) => text.startsWith('Bokslut two'))).toHaveLength(1);
    expect(await statesByOrder(engagementId)).toEqual([['confirmed', 'withdrawn'], ['confirmed']]);
  });
});

describe('calling a close off', () => {
  it('ends it before anything is sent', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const engagementId = await startClose(world);
      await logIn(world, engagementId);
      await untilStatus(world, engagementId, adjusting);
      await cancelClose(world.client, world.caller, engagementId);
      expect(await result(engagementId)).toEqual({ outcome: 'cancelled' });
      expect((await historyOf(world, engagementId)).at(-1)).toBe('engagement.cancelled');
    });
  });
});

describe('a login that Fortnox ends', () => {
  it('in the middle of an export: the close waits for a new one and goes on, each voucher once', async () => {
    const engagementId = await broughtToAdjusting();
    await saveAndApprove(world, engagementId, [adjustment('one'), adjustment('two')]);
    await control(world, 'POST', 'faults', {
      match: { method: 'POST', path: '/3/vouchers' },
      skip: 1,
      times: 1,
      fault: 'revoked',
    });
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const waiting = await untilStatus(world, engagementId, ({ login }) => login.state === 'revoked');
      expect(waiting).toMatchObject({ phase: 'exporting', allowed: ['connect'] });
      expect(waiting.attention?.code).toMatch(/^login\./);
      await logIn(world, engagementId);
      expect(await result(engagementId)).toMatchObject({ outcome: 'completed' });
    });
    expect((await vouchersIn(world, 'K')).filter((text) => text.startsWith('Bokslut'))).toHaveLength(2);
  });

  it('of another company is refused, ended and revoked', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const engagementId = await startClose(world);
      const change = { op: 'setCompany', organisationNumber: '999999-9999' };
      const [company] = world.sandbox.companies;
      const connectionId = await logIn(world, engagementId, () => inFortnox(world, change));
      const waiting = await untilStatus(world, engagementId, needsAttention);
      expect(waiting).toMatchObject({
        phase: 'awaitingConnection',
        attention: { code: 'login.wrong-company', step: 'verifyConnection' },
        login: { state: 'revoked', connectionId },
      });
      await inFortnox(world, { op: 'setCompany', organisationNumber: company?.organisationNumber });
      await logIn(world, engagementId);
      await untilStatus(world, engagementId, adjusting);
    });
  });
});

async function closingYear(): Promise<number> {
  const response = await fetch(`${world.sandbox.url}/sandbox/books`);
  return ((await response.json()) as { closingYear: number }).closingYear;
}

async function statesByOrder(engagementId: string): Promise<string[][]> {
  return world.database.forFirm(world.caller.firmId, async (tx) => {
    const states: string[][] = [];
    for (const { id } of await listOrders(tx, engagementId)) {
      states.push((await listVouchers(tx, id)).map(({ status }) => status));
    }
    return states;
  });
}

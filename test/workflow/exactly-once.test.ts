import type { WorkflowBundle } from '@temporalio/worker';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { markedText } from '../../accounting/marker.ts';
import { markerKey } from '../../activities/export/marker-key.ts';
import { retryStep } from '../../client/close/messages.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import {
  adjustment,
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
import { startWorkerProcess } from './worker-process.ts';

let bundle: WorkflowBundle;
let world: TestWorld;

beforeAll(async () => {
  bundle = await bundleWorkflows();
});
beforeEach(async () => {
  world = await createWorld({
    server: inject('temporalAddress'),
    bundle,
    durations: { sendTimeoutMs: 2_000, stepTimeoutMs: 3_000, heartbeatTimeoutMs: 2_000 },
  });
});
afterEach(() => world.end());

async function broughtToApproval(): Promise<string> {
  const worker = await world.worker();
  return worker.runUntil(async () => {
    const engagementId = await startClose(world);
    await logIn(world, engagementId);
    await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
    return engagementId;
  });
}

const fault = (about: object): Promise<unknown> =>
  control(world, 'POST', 'faults', { match: { method: 'POST', path: '/3/vouchers' }, times: 1, ...about });

/** How the close ended, what stands in Fortnox of it, and how often each event stands in the processing history. */
async function account(engagementId: string): Promise<object> {
  const { outcome } = (await resultOf(engagementId)) as { outcome: string };
  const texts = (await vouchersIn(world, 'K')).map((text) => text.replace(/ \(bokslut .*/, ''));
  const events = await historyOf(world, engagementId);
  const times = (event: string): number => events.filter((one) => one === event).length;
  return {
    outcome,
    inFortnox: texts.filter((text) => text.startsWith('Bokslut')).toSorted(),
    exported: times('voucher.exported'),
    others: [
      'export.opened',
      'export.closed',
      'attachments.linked',
      'binder.stored',
      'engagement.completed',
    ].map(times),
  };
}

const eachOnce = {
  outcome: 'completed',
  inFortnox: ['Bokslut one', 'Bokslut two'],
  exported: 2,
  others: [1, 1, 1, 1, 1],
};

describe('a worker that is killed', () => {
  it.each(['export.after-post', 'export.before-post', 'export.after-posted', 'attachments.after-connect'])(
    'at %s: the next one finishes, each voucher once',
    async (point) => {
      const engagementId = await broughtToApproval();
      const dying = startWorkerProcess(world, inject('temporalAddress'), point);
      await dying.started;
      await saveAndApprove(world, engagementId, [adjustment('one'), adjustment('two')]);
      expect(await dying.ended).toBe('SIGKILL');
      const worker = await world.worker();
      expect(await worker.runUntil(() => account(engagementId))).toEqual(eachOnce);
    },
    // A process is started, and its death is noticed by time-outs.
    60_000,
  );

  it('stops cleanly when it is told to', async () => {
    const running = startWorkerProcess(world, inject('temporalAddress'));
    await running.started;
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
  });
});

describe('a sender that stands still between its row and the request', () => {
  it('sends nothing when it wakes up after another has sent the voucher', async () => {
    const engagementId = await broughtToApproval();
    let wake = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    let late: Promise<unknown> | undefined;
    const worker = await world.worker({
      openFortnox: (...opening) => {
        const client = world.activityContext.openFortnox(...opening);
        return {
          ...client,
          createVoucher: (...voucher) => {
            if (late) return client.createVoucher(...voucher);
            const woken = asleep.then(() => client.createVoucher(...voucher));
            late = woken.catch(({ code }: { code?: string }) => code);
            return woken;
          },
        };
      },
    });
    await worker.runUntil(async () => {
      await saveAndApprove(world, engagementId, [adjustment('one'), adjustment('two')]);
      expect(await account(engagementId)).toEqual(eachOnce);
      wake();
      expect(await late).toBe('fortnox.kept-back');
      expect(await account(engagementId)).toEqual(eachOnce);
    });
  });
});

describe('the wire between us and Fortnox', () => {
  it.each([
    ['cut before Fortnox has read the request', { fault: 'cut-before' }],
    ['cut after Fortnox has booked the voucher', { fault: 'cut-after-commit' }],
    ['cut in the middle of the answer', { fault: 'cut-in-body' }],
    ['answered with an HTML page', { fault: 'html' }],
    ['too many requests', { fault: 'status-429', retryAfter: 0 }],
    ['unavailable', { fault: 'status-503' }],
    ['booked after the client has given up', { fault: 'commit-late', delayMs: 100, status: 0 }],
  ])('%s: each voucher once, and nobody is asked', async (_, about) => {
    const engagementId = await broughtToApproval();
    await fault(about);
    const worker = await world.worker();
    await worker.runUntil(async () => {
      await saveAndApprove(world, engagementId, [adjustment('one'), adjustment('two')]);
      expect(await account(engagementId)).toEqual(eachOnce);
    });
  });
});

describe('what a person must look at', () => {
  it('two vouchers with one mark are shown with both numbers; the close goes on when one is cleared up', async () => {
    const engagementId = await broughtToApproval();
    const year = await closingYear();
    const sent = adjustment('one');
    await fault({ fault: 'cut-after-commit' });
    // Before we look for the lost voucher, somebody copies it inside Fortnox.
    const copy = {
      op: 'addVoucher',
      series: 'K',
      date: sent.date,
      text: markedText(sent.text, markerKey(engagementId, sent, 0)),
      rows: [
        { account: '1930', credit: '125.50' },
        { account: '3740', debit: '125.50' },
      ],
    };
    await fault({ match: { method: 'GET', path: '/3/vouchers' }, fault: 'books-change', patch: [copy] });
    const worker = await world.worker();
    await worker.runUntil(async () => {
      await saveAndApprove(world, engagementId, [sent]);
      const { attention } = await untilStatus(world, engagementId, (status) => status.attention !== null);
      expect(attention?.code).toBe('export.ambiguous');
      expect(attention?.what).toMatch(/K-1 .*K-2 /);
      await inFortnox(world, { op: 'removeVoucher', series: 'K', number: 2, financialYear: year });
      await retryStep(world.client, world.caller, engagementId);
      expect(await resultOf(engagementId)).toMatchObject({ outcome: 'completed' });
    });
    expect(await vouchersIn(world, 'K')).toHaveLength(1);
  });

  it('a voucher that stands otherwise than it was sent', async () => {
    const engagementId = await broughtToApproval();
    const edit = {
      op: 'editVoucher',
      series: 'K',
      number: 1,
      financialYear: await closingYear(),
      dropOldRows: true,
    };
    await fault({
      match: { method: 'GET', path: '/3/vouchers/K/1' },
      fault: 'books-change',
      patch: [{ ...edit, rows: rows('999.00') }],
    });
    const worker = await world.worker();
    await worker.runUntil(async () => {
      await saveAndApprove(world, engagementId, [adjustment('one')]);
      const { attention } = await untilStatus(world, engagementId, (status) => status.attention !== null);
      expect(attention).toMatchObject({
        code: 'export.differs',
        what: expect.stringContaining('K-1') as string,
      });
      expect(attention?.what).not.toContain('999');
      await inFortnox(world, { ...edit, rows: rows('125.50') });
      await retryStep(world.client, world.caller, engagementId);
      expect(await resultOf(engagementId)).toMatchObject({ outcome: 'completed' });
    });
    expect(await vouchersIn(world, 'K')).toHaveLength(1);
  });
});

const rows = (amount: string): object[] => [
  { account: '1930', credit: amount },
  { account: '3740', debit: amount, text: 'Öresutjämning' },
];

const resultOf = (engagementId: string): Promise<unknown> =>
  world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId)).result();

const closingYear = async (): Promise<number> =>
  ((await control(world, 'GET', 'books')) as { closingYear: number }).closingYear;

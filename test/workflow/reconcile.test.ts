import type { WorkflowBundle } from '@temporalio/worker';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Problem } from '../../accounting/problem.ts';
import { disconnect, disconnectCompany } from '../../client/close/fortnox-login.ts';
import { retryStep } from '../../client/close/messages.ts';
import { startWatch } from '../../client/close/watch.ts';
import { reconcile } from '../../client/reconcile/reconcile.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { renderInThread } from '../../documents/render.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId, loginExpiryWorkflowId, watchScheduleId } from '../../workflows/messages.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import { createTestDatabase } from '../setup/database.ts';
import type { TestDatabase } from '../setup/database.ts';
import { backUp } from './restore.ts';
import type { Backup } from './restore.ts';
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

/* The database or Temporal is put back to an earlier moment; what was sent stays in Fortnox. */

let bundle: WorkflowBundle;
let world: TestWorld;
let database: TestDatabase;
let backup: Backup | undefined;

beforeAll(async () => {
  bundle = await bundleWorkflows();
});
beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld({ server: inject('temporalAddress'), bundle, database });
});
afterEach(async () => {
  await world.end();
  await backup?.drop();
  backup = undefined;
});

const adjusting = ({ phase }: CloseStatus): boolean => phase === 'adjusting';
const needsAttention = ({ attention }: CloseStatus): boolean => attention !== null;
const close = (engagementId: string) =>
  world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId));
const twoAdjustments = [adjustment('one'), adjustment('two')];

const outOfInk = { code: 'step.failed', what: 'Bläcket är slut.', advice: 'Fyll på.' };

const soon = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 60_000 });

async function atWork<T>(work: () => Promise<T>): Promise<T> {
  return (await world.worker()).runUntil(work);
}

const broughtToAdjusting = (): Promise<string> =>
  atWork(async () => {
    const engagementId = await startClose(world);
    await logIn(world, engagementId);
    await untilStatus(world, engagementId, adjusting);
    return engagementId;
  });

const outcomeOf = async (engagementId: string): Promise<unknown> =>
  ((await close(engagementId).result()) as { outcome: string }).outcome;

/** What the command says, and does with `apply`. */
async function run(apply: boolean): Promise<[action: string, about: string][]> {
  const found = await reconcile(world.client, world.caller.firmId);
  if (apply) for (const { mend } of found) await mend?.();
  return found.map(({ action, about }) => [action, about]);
}

/** Our vouchers in Fortnox, and what the rows say of them. */
async function account(engagementId: string): Promise<object> {
  const texts = (await vouchersIn(world, 'K')).map((text) => text.replace(/ \(bokslut .*/, ''));
  const rows = await world.database.forFirm(world.caller.firmId, (tx) =>
    listVouchersOfEngagement(tx, engagementId),
  );
  return {
    inFortnox: texts.filter((text) => text.startsWith('Bokslut')).toSorted(),
    rows: rows.map(({ status }) => status),
  };
}
const eachOnce = { inFortnox: ['Bokslut one', 'Bokslut two'], rows: ['confirmed', 'confirmed'] };

async function stopInTheMiddle(): Promise<number> {
  const { closingYear } = (await control(world, 'GET', 'books')) as { closingYear: number };
  await control(world, 'POST', 'faults', {
    match: { method: 'POST', path: '/3/vouchers' },
    skip: 1,
    times: 1,
    fault: 'books-change',
    patch: [{ op: 'setSeries', code: 'K', financialYear: closingYear, manual: false }],
  });
  return closingYear;
}
/** An export that has stood still in its middle, backed up there, and mended in Fortnox since. */
async function putAsideInTheMiddle() {
  const engagementId = await broughtToAdjusting();
  const year = await stopInTheMiddle();
  await saveAndApprove(world, engagementId, twoAdjustments, 'K', false);
  await atWork(() => untilStatus(world, engagementId, needsAttention));
  const made = await backUp(database);
  backup = made;
  await mendSeries(year);
  return { engagementId, year, restore: () => made.restore() };
}
const mendSeries = (financialYear: number): Promise<unknown> =>
  inFortnox(world, { op: 'setSeries', code: 'K', financialYear, manual: true });

describe('the database is put back while Temporal and Fortnox have gone on', () => {
  it('to a moment between the approval and its export: what stands in Fortnox is found, not sent again', async () => {
    const engagementId = await broughtToAdjusting();
    expect(await run(false)).toEqual([]);
    await saveAndApprove(world, engagementId, twoAdjustments);
    // Nothing was put back: there is nothing to say, though the approval waits to be taken up.
    expect(await run(false)).toEqual([]);
    backup = await backUp(database);
    expect(await atWork(() => outcomeOf(engagementId))).toBe('completed');
    await backup.restore();
    expect(await historyOf(world, engagementId)).not.toContain('export.opened');

    // It shows what it would do, and does nothing.
    const about = closeWorkflowId(engagementId);
    expect(await run(false)).toEqual([
      ['start', about],
      ['look', about],
    ]);
    expect(await run(true)).toContainEqual(['start', about]);
    expect(await atWork(() => outcomeOf(engagementId))).toBe('completed');
    expect(await account(engagementId)).toEqual(eachOnce);
    expect(await historyOf(world, engagementId)).toContain('close.resumed');
    expect(await run(false)).toEqual([]);
  });

  it('to the middle of an export, whose workflow has come further', async () => {
    const { engagementId, restore } = await putAsideInTheMiddle();
    const exported = (now: CloseStatus): boolean => adjusting(now) && now.export?.confirmed === 2;
    await atWork(async () => {
      await retryStep(world.client, world.caller, engagementId);
      await untilStatus(world, engagementId, exported);
    });
    await restore();

    const about = closeWorkflowId(engagementId);
    expect(await run(true)).toEqual([
      ['look-for', about],
      ['replace', about],
    ]);
    await atWork(() => untilStatus(world, engagementId, exported));
    expect(await account(engagementId)).toEqual(eachOnce);
  });

  it('to a moment between the last voucher and the end of its order: the order is closed after all', async () => {
    const engagementId = await broughtToAdjusting();
    await saveAndApprove(world, engagementId, twoAdjustments, 'K', false);
    // Both vouchers stand in Fortnox; the order cannot be printed, so that it stays open.
    const render: typeof renderInThread = (kind, ...rest) =>
      kind === 'bokforingsorderPdf' ? Promise.reject(new Problem(outOfInk)) : renderInThread(kind, ...rest);
    const broken = await world.worker({ render });
    const { attention } = await broken.runUntil(() => untilStatus(world, engagementId, needsAttention));
    expect(attention?.step).toBe('closeExport');
    expect(await run(false)).toEqual([]);
    backup = await backUp(database);
    await atWork(async () => {
      await retryStep(world.client, world.caller, engagementId);
      await untilStatus(world, engagementId, adjusting);
    });
    await backup.restore();
    expect(await historyOf(world, engagementId)).not.toContain('export.closed');

    expect(await run(true)).toEqual([['replace', closeWorkflowId(engagementId)]]);
    await atWork(async () => {
      await soon(() => historyOf(world, engagementId)).toContain('export.closed');
      await untilStatus(world, engagementId, adjusting);
    });
    expect(await account(engagementId)).toEqual(eachOnce);
    await saveAndApprove(world, engagementId, [...twoAdjustments, adjustment('three')]);
  });

  it('to the middle of an export, whose workflow has done with it and gone on as a new run', async () => {
    await withShortRuns();
    const engagementId = await broughtToAdjusting();
    const year = await stopInTheMiddle();
    await saveAndApprove(world, engagementId, twoAdjustments, 'K', false);
    await atWork(() => untilStatus(world, engagementId, needsAttention));
    const exporting = (await close(engagementId).describe()).runId;
    backup = await backUp(database);
    await mendSeries(year);
    await atWork(async () => {
      await retryStep(world.client, world.caller, engagementId);
      await soon(async () => (await close(engagementId).describe()).runId).not.toBe(exporting);
    });
    await backup.restore();

    const about = closeWorkflowId(engagementId);
    expect(await run(true)).toEqual([
      ['look-for', about],
      ['replace', about],
    ]);
    await atWork(() =>
      untilStatus(world, engagementId, (now) => adjusting(now) && now.export?.confirmed === 2),
    );
    expect(await account(engagementId)).toEqual(eachOnce);
  });

  it('to a moment before a voucher left, whose answer its workflow still waits for: it is not sent twice', async () => {
    const { engagementId, year, restore } = await putAsideInTheMiddle();
    // It is changed in Fortnox before it is read back, so that the workflow never hears it confirmed.
    await control(world, 'POST', 'faults', {
      match: { method: 'GET', path: '/3/vouchers/K/2' },
      times: 1,
      fault: 'books-change',
      patch: [
        {
          op: 'editVoucher',
          series: 'K',
          number: 2,
          financialYear: year,
          dropOldRows: true,
          rows: [
            { account: 1930, debit: '0', credit: '999.00' },
            { account: 3740, debit: '999.00', credit: '0' },
          ],
        },
      ],
    });
    const isOther = ({ attention }: CloseStatus): boolean => attention?.code === 'export.differs';
    await atWork(async () => {
      await retryStep(world.client, world.caller, engagementId);
      await untilStatus(world, engagementId, isOther);
    });
    await restore();
    expect(await account(engagementId)).toMatchObject({ rows: ['confirmed', 'refused'] });

    expect(await run(true)).toEqual([['look-for', closeWorkflowId(engagementId)]]);
    expect(await run(false)).toEqual([]);
    await atWork(async () => {
      await retryStep(world.client, world.caller, engagementId);
      await soon(() => account(engagementId)).toMatchObject({ rows: ['confirmed', 'differs'] });
    });
    expect(await account(engagementId)).toEqual({ ...eachOnce, rows: ['confirmed', 'differs'] });
  });

  it('to a moment before the adjustments were saved: entered again, they are known by their marks', async () => {
    const engagementId = await broughtToAdjusting();
    backup = await backUp(database);
    await saveAndApprove(world, engagementId, twoAdjustments, 'K', false);
    await atWork(() =>
      untilStatus(world, engagementId, (now) => adjusting(now) && now.export?.confirmed === 2),
    );
    await backup.restore();

    const about = closeWorkflowId(engagementId);
    expect(await run(true)).toEqual([
      ['replace', about],
      ['look', about],
    ]);
    await atWork(async () => {
      // Read anew: the books hold what was sent.
      await untilStatus(world, engagementId, (now) => adjusting(now) && now.snapshot !== null);
      await expect.poll(() => historyOf(world, engagementId)).toContain('close.resumed');
      await expect
        .poll(
          async () =>
            (await historyOf(world, engagementId)).filter((one) => one === 'attachments.generated').length,
        )
        .toBe(2);
      await saveAndApprove(world, engagementId, twoAdjustments, 'A');
      const { attention } = await untilStatus(world, engagementId, needsAttention);
      expect(attention?.code).toBe('export.stands-elsewhere');
      await approveLatest(world, engagementId, 'K');
      expect(await outcomeOf(engagementId)).toBe('completed');
    });
    expect(await account(engagementId)).toEqual(eachOnce);
  });

  it('to a moment before the close was started: its workflows end', async () => {
    backup = await backUp(database);
    const engagementId = await startClose(world);
    const connectionId = await atWork(async () => {
      const id = await logIn(world, engagementId);
      await untilStatus(world, engagementId, adjusting);
      return id;
    });
    await backup.restore();
    const workflows = [closeWorkflowId(engagementId), loginExpiryWorkflowId(connectionId)];
    // Visibility follows a moment after.
    await expect.poll(() => run(false)).toHaveLength(2);
    const ended = await run(true);
    expect(ended).toHaveLength(2);
    expect(ended).toEqual(expect.arrayContaining(workflows.map((id) => ['end', id])));
    for (const id of workflows) {
      const { status } = await world.client.temporal.workflow.getHandle(id).describe();
      expect(status.name).toBe('TERMINATED');
    }
  });
});

/** A world in which a run with more events than a few goes on as a new one. */
async function withShortRuns(): Promise<void> {
  await world.end();
  database = await createTestDatabase();
  world = await createWorld({
    server: inject('temporalAddress'),
    bundle,
    database,
    durations: { historyEvents: 30 },
  });
}

it('a close that has gone on as a new run agrees with its rows', async () => {
  await withShortRuns();
  const engagementId = await broughtToAdjusting();
  await saveAndApprove(world, engagementId, twoAdjustments, 'K', false);
  await atWork(() =>
    untilStatus(world, engagementId, (now) => adjusting(now) && now.export?.confirmed === 2),
  );
  expect(await run(false)).toEqual([]);
});

describe('Temporal is put back, or empty, while the database has gone on', () => {
  const forget = async (workflowId: string): Promise<void> => {
    const { workflowService, workflow } = world.client.temporal;
    await workflowService.deleteWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId },
    });
    await expect
      .poll(() =>
        workflow
          .getHandle(workflowId)
          .describe()
          .then(
            () => 'there',
            () => 'gone',
          ),
      )
      .toBe('gone');
  };

  it('has lost everything: each close goes on where its rows stand, and its login is watched', async () => {
    const engagementId = await startClose(world);
    const year = await stopInTheMiddle();
    const connectionId = await atWork(async () => {
      const id = await logIn(world, engagementId);
      await untilStatus(world, engagementId, adjusting);
      await startWatch(world.client, world.caller, engagementId);
      await saveAndApprove(world, engagementId, twoAdjustments);
      await untilStatus(world, engagementId, needsAttention);
      return id;
    });
    await world.client.temporal.schedule.getHandle(watchScheduleId(engagementId)).delete();
    await forget(closeWorkflowId(engagementId));
    await forget(loginExpiryWorkflowId(connectionId));
    await mendSeries(year);

    expect(await run(true)).toEqual([
      ['look-for', closeWorkflowId(engagementId)],
      ['start', closeWorkflowId(engagementId)],
      ['watch', watchScheduleId(engagementId)],
      ['watch', loginExpiryWorkflowId(connectionId)],
    ]);
    expect(await atWork(() => outcomeOf(engagementId))).toBe('completed');
    expect(await account(engagementId)).toEqual(eachOnce);
    const watch = await world.client.temporal.workflow
      .getHandle(loginExpiryWorkflowId(connectionId))
      .describe();
    expect(watch.status.name).toBe('RUNNING');
    expect(await run(false)).toEqual([]);
  });

  it('has lost a login’s watcher at work: the login is revoked after all', async () => {
    const engagementId = await startClose(world);
    const connectionId = await atWork(async () => {
      const id = await logIn(world, engagementId);
      await untilStatus(world, engagementId, adjusting);
      return id;
    });
    await disconnect(world.client, world.caller, connectionId);
    const watchId = loginExpiryWorkflowId(connectionId);
    await forget(watchId);

    expect(await run(true)).toEqual([['watch', watchId]]);
    const ended = await atWork(() => world.client.temporal.workflow.getHandle(watchId).result());
    expect(ended).toEqual({ ended: 'disconnected' });
    expect(await run(false)).toEqual([]);
  });

  /** Puts the close's workflow back to how it stands now: its history from here on is forgotten, signals and all. */
  async function keepMoment(engagementId: string): Promise<() => Promise<unknown>> {
    const { events } = await close(engagementId).fetchHistory();
    const then = (events ?? [])
      .filter(({ workflowTaskCompletedEventAttributes: task }) => task)
      .at(-1)?.eventId;
    return () =>
      world.client.temporal.workflowService.resetWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: closeWorkflowId(engagementId) },
        workflowTaskFinishEventId: then ?? null,
        requestId: engagementId,
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- RESET_REAPPLY_TYPE_NONE
        resetReapplyType: 2,
        reason: 'as after a restore',
      });
  }

  it('is back at a moment before the approval: the approval is taken up', async () => {
    const engagementId = await broughtToAdjusting();
    const putBack = await keepMoment(engagementId);
    await saveAndApprove(world, engagementId, twoAdjustments, 'K', false);
    await atWork(() =>
      untilStatus(world, engagementId, (now) => adjusting(now) && now.export?.confirmed === 2),
    );
    await putBack();

    expect(await run(true)).toEqual([['replace', closeWorkflowId(engagementId)]]);
    await atWork(async () => {
      await untilStatus(world, engagementId, adjusting);
      await saveAndApprove(world, engagementId, [...twoAdjustments, adjustment('three')]);
      expect(await outcomeOf(engagementId)).toBe('completed');
    });
    expect(await account(engagementId)).toEqual({
      inFortnox: ['Bokslut one', 'Bokslut three', 'Bokslut two'],
      rows: ['confirmed', 'confirmed', 'confirmed'],
    });
  });

  it('is back at a moment before a second login: the close goes on with it', async () => {
    const engagementId = await startClose(world);
    const ended = ({ login }: CloseStatus): boolean => login.state === 'revoked';
    const { putBack, connectionId } = await atWork(async () => {
      await logIn(world, engagementId);
      await untilStatus(world, engagementId, adjusting);
      await disconnectCompany(world.client, world.caller, engagementId);
      await untilStatus(world, engagementId, ended);
      const moment = await keepMoment(engagementId);
      const second = await logIn(world, engagementId);
      await untilStatus(world, engagementId, (now) => !ended(now));
      return { putBack: moment, connectionId: second };
    });
    // Servers would have started the second login's watcher: none runs here.
    const watch = ['watch', loginExpiryWorkflowId(connectionId)];
    expect(await run(false)).toEqual([watch]);
    await putBack();

    expect(await run(true)).toEqual([['replace', closeWorkflowId(engagementId)], watch]);
    const { login } = await atWork(() => untilStatus(world, engagementId, (now) => !ended(now)));
    expect(login).toMatchObject({ state: 'valid', connectionId });
  });
});

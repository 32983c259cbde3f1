import { MockActivityEnvironment } from '@temporalio/testing';
import type { WorkflowBundle } from '@temporalio/worker';
import { afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import type { ActivityContext } from '../../activities/context.ts';
import type { VoucherInput } from '../../activities/contract.ts';
import { createActivities } from '../../activities/index.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import {
  adjustment,
  control,
  createWorld,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
  vouchersIn,
} from './world.ts';
import type { TestWorld } from './world.ts';

/* A worker that is taken for dead, and is not, while another one has gone on with the same step. */

let bundle: WorkflowBundle;
let world: TestWorld;

beforeAll(async () => {
  bundle = await bundleWorkflows();
});
beforeEach(async () => {
  world = await createWorld({ server: inject('temporalAddress'), bundle });
});
afterEach(() => world.end());

const run = <Input, Output>(
  activity: (input: Input) => Promise<Output>,
  input: Input,
  startToCloseTimeoutMs = 20_000,
): Promise<Output> => new MockActivityEnvironment({ startToCloseTimeoutMs }).run(activity, input);

const activitiesWith = (changes: Partial<ActivityContext>) =>
  createActivities({ ...world.activityContext, ...changes });

/** An order of one voucher, opened and not sent; no workflow goes on with it by itself. */
async function openedOrder(): Promise<VoucherInput> {
  const worker = await world.worker();
  const engagementId = await worker.runUntil(async () => {
    const id = await startClose(world);
    await logIn(world, id);
    await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
    return id;
  });
  const approvalId = await saveAndApprove(world, engagementId, [adjustment('one')]);
  const { firmId } = world.caller;
  const order = await run(activitiesWith({}).openExport, { firmId, engagementId, approvalId });
  if (order.outcome !== 'opened') throw new Error(order.outcome);
  return { firmId, engagementId, orderId: order.orderId, position: 1 };
}

/** The whole process stands still, as one that is suspended does. */
const standStill = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('one that stood still past the time of its attempt sends nothing any more', async () => {
  const voucher = await openedOrder();
  const { sendVoucher, findVoucher } = activitiesWith({
    crashPoint: (point) => point === 'export.before-post' && standStill(2_100),
  });
  await expect(run(sendVoucher, voucher, 2_000)).rejects.toThrow('fortnox.kept-back');
  expect(await vouchersIn(world, 'K')).toEqual([]);
  expect(await run(findVoucher, { ...voucher, settled: true })).toBe('absent');
});

it('two that upload the same attachment hang it on its voucher once', async () => {
  const voucher = await openedOrder();
  expect(await run(activitiesWith({}).sendVoucher, voucher)).toBe('confirmed');

  // Each waits with its first upload until the other one is at it as well.
  let uploading = 0;
  let bothAreThere = (): void => undefined;
  const both = new Promise<void>((resolve) => (bothAreThere = resolve));
  const { linkAttachments } = activitiesWith({
    openFortnox: (...opening) => {
      const client = world.activityContext.openFortnox(...opening);
      return {
        ...client,
        uploadToInbox: async (...upload) => {
          uploading += 1;
          if (uploading === 2) bothAreThere();
          await both;
          return client.uploadToInbox(...upload);
        },
      };
    },
  });
  const linked = await Promise.all([run(linkAttachments, voucher), run(linkAttachments, voucher)]);
  expect(linked).toEqual([{ linked: 2 }, { linked: 2 }]);
  const { connections } = (await control(world, 'GET', 'files')) as { connections: object[] };
  expect(connections).toHaveLength(2);
});

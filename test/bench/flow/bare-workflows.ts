import {
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  startChild,
} from '@temporalio/workflow';

/*
 * A workflow that asks Temporal for what a close asks it for, in the same order, and does nothing: the measure of what the product
 * adds. The suite compares both histories' counts and refuses to measure when they differ.
 */

const { nothing, ready } = proxyActivities<{
  nothing(): Promise<void>;
  ready(id: string): Promise<void>;
}>({ startToCloseTimeout: '2 minutes' });

export const go = defineSignal('go');
const renewed = defineSignal('renewed');

const day = 24 * 60 * 60 * 1_000;

export async function bareClose(id: string): Promise<void> {
  let approved = false;
  setHandler(go, () => void (approved = true));
  await nothing();
  await startChild(bareLogin, {
    workflowId: `bare-login/${id}`,
    parentClosePolicy: ParentClosePolicy.ABANDON,
  });
  const login = getExternalWorkflowHandle(`bare-login/${id}`);
  await nothing();
  await login.signal(renewed);
  await ready(id);
  await condition(() => approved);
  for (let step = 0; step < 5; step += 1) await nothing();
  await login.signal(renewed);
  await nothing();
  await nothing();
}

/** As `loginExpiry`: reads its row, sleeps for weeks, reads again when it is told. */
export async function bareLogin(): Promise<void> {
  let renewals = 0;
  setHandler(renewed, () => void (renewals += 1));
  for (;;) {
    await nothing();
    const before = renewals;
    await condition(() => renewals > before, 23 * day);
  }
}

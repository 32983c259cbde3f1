import { afterAll, beforeAll, expect, it } from 'vitest';
import { enqueueSignal } from '../../db/stores/outbox.ts';
import { loginTermMs } from '../../db/stores/connections.ts';
import { operatingFigures } from '../../db/stores/operating-figures.ts';
import { newEngagement, openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';
import { wholeClose } from './whole-close.ts';

let opened: OpenTestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

const figure = async (name: string, label = ''): Promise<number> =>
  (await operatingFigures(opened.database, loginTermMs)).find(
    (one) => one.figure === name && one.label === label,
  )?.value ?? 0;

it('counts over all firms what waits, without a firm being named', async () => {
  const before = { signals: await figure('signals'), ...(await logins()) };
  const first = await wholeClose(opened.database);
  const { firmId } = await newEngagement(opened.database);
  for (const firm of [first.firmId, firmId]) {
    await opened.database.forFirm(firm, (tx) =>
      enqueueSignal(tx, { workflowId: 'close/one', signal: 'adjustmentsApproved', args: [] }),
    );
  }
  const owed = await opened.admin<{ count: number }[]>`
    select count(*)::int from outbox where delivered_at is null`;
  expect(await figure('signals')).toBe(owed[0]!.count);
  expect(await figure('signals')).toBeGreaterThanOrEqual(before.signals + 2);
  await opened.admin`update outbox set created_at = now() - interval '90 seconds' where firm_id = ${firmId}`;
  expect(await figure('oldestSignal')).toBeGreaterThanOrEqual(90);
  expect(await figure('oldestSignal')).toBeLessThan(150);
});

it('tells logins by the whole days that they have left, and those that are ended not at all', async () => {
  const close = await wholeClose(opened.database);
  const ofFirm = opened.admin`firm_id = ${close.firmId}`;
  const days = async (renewed: string): Promise<Record<string, number>> => {
    await opened.admin`
      update connections set ended_at = null, end_reason = null, renewed_at = now() - ${renewed}::interval where ${ofFirm}`;
    return logins();
  };
  await opened.admin`delete from connections where firm_id <> ${close.firmId}`;
  expect(await days('29 days 12 hours')).toEqual({ 0: 1 });
  expect(await days('23 days 12 hours')).toEqual({ 6: 1 });
  expect(await days('1 hour')).toEqual({ 29: 1 });
  expect(await days('40 days')).toEqual({ 0: 1 });
  await opened.admin`update connections set ended_at = now(), end_reason = 'expired' where ${ofFirm}`;
  expect(await logins()).toEqual({});
});

async function logins(): Promise<Record<string, number>> {
  const figures = await operatingFigures(opened.database, loginTermMs);
  return Object.fromEntries(
    figures.filter((one) => one.figure === 'logins').map(({ label, value }) => [label, value]),
  );
}

import type { WorkflowBundle } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { closingOf } from '../../accounting/account-groups.ts';
import { importFindings } from '../../client/close/imports.ts';
import { balancesAt } from '../../db/stores/balances.ts';
import { findLatestSnapshot } from '../../db/stores/snapshots.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { createWorld, inFortnox, logIn, startClose, untilStatus } from './world.ts';
import type { TestWorld } from './world.ts';

let bundle: WorkflowBundle;
let world: TestWorld;

beforeAll(async () => {
  bundle = await bundleWorkflows();
  world = await createWorld({ server: inject('temporalAddress'), bundle });
});
afterAll(() => world.end());

it('an account whose balance at Fortnox is another than its SIE file gives is found, and no other', async () => {
  const worker = await world.worker();
  await worker.runUntil(async () => {
    const engagementId = await startClose(world);
    await inFortnox(world, { op: 'stateBalance', financialYear: 2, account: '1930', amount: '12.34' });
    await logIn(world, engagementId);
    await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');

    const { findings } = await importFindings(world.client, world.caller, engagementId);
    const found = findings.filter(({ code }) => code === 'control.fortnox-balance-differs');
    const closing = await world.database.forFirm(world.caller.firmId, async (tx) => {
      const snapshot = await findLatestSnapshot(tx, engagementId);
      return closingOf((await balancesAt(tx, snapshot!)).closing).get('1930') ?? 0;
    });
    expect(found).toMatchObject([
      {
        source: 'control',
        severity: 'warning',
        records: [{ name: '1930', againstOre: 12_34, differenceOre: closing - 12_34 }],
        figures: { count: 1, differencesOre: Math.abs(closing - 12_34) },
      },
    ]);
    expect(found[0]?.message).toContain('avviker från Fortnox eget saldo på 1930');
  });
}, 60_000);

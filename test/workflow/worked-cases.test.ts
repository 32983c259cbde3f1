import { fileURLToPath } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, inject, it } from 'vitest';
import type { Attachment } from '../../accounting/attachment.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { exchangeForm } from '../../accounting/exchange-form.ts';
import { ore } from '../../accounting/money.ts';
import { createActivities } from '../../activities/index.ts';
import { beginLogin, finishLogin } from '../../client/close/fortnox-login.ts';
import { currentAttachments } from '../../db/stores/attachments.ts';
import { createCompany } from '../../db/stores/companies.ts';
import { createEngagement } from '../../db/stores/engagements.ts';
import { enterRates } from '../../db/stores/rates.ts';
import { getSnapshot } from '../../db/stores/snapshots.ts';
import { caseNames, loadCase } from '../cases/load.ts';
import { consent, createWorld } from './world.ts';
import type { TestWorld } from './world.ts';

/** Lists in any order, however deep: equal contents give equal values. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(unordered).toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unordered(inner)]));
}

const run = <Input, Output>(activity: (input: Input) => Promise<Output>, input: Input): Promise<Output> =>
  new MockActivityEnvironment().run(activity, input);

describe('the worked cases, from Fortnox over HTTP to the stored attachments', () => {
  it.each(caseNames)('%s', async (name) => {
    const companyFile = fileURLToPath(new URL(`../cases/${name}/company.json`, import.meta.url));
    const world = await createWorld({
      server: inject('temporalAddress'),
      // No worker runs here: the activities are called as they are.
      bundle: { code: '' },
      sandbox: { companyFiles: [companyFile] },
    });
    try {
      const { books, expected } = loadCase(name);
      const { engagementId, connectionId } = await connect(world, name);
      const act = createActivities(world.activityContext);
      const ids = { firmId: world.caller.firmId, engagementId };
      await run(act.verifyConnection, { ...ids, connectionId });
      const request = { ...ids, connectionId, requestId: 'first', requestedBy: 'person' } as const;
      const imported = await run(act.importBooks, request);
      expect(imported).toMatchObject({
        vouchers: books.closing.vouchers.length,
        invoices: books.invoices.length,
      });
      const generated = await run(act.generateAttachments, { ...ids, snapshotId: imported.snapshotId });

      const stored = await world.database.forFirm(ids.firmId, (tx) => currentAttachments(tx, engagementId));
      const forms = Object.fromEntries(
        stored.map(({ accountGroup, data }) => [accountGroup, exchangeForm(data as Attachment)]),
      );
      expect(unordered(forms)).toEqual(unordered(expected.attachments));
      expect(generated).toEqual({
        attachments: 2,
        withDifference: Object.values(expected.attachments).filter(({ differenceOre }) => differenceOre !== 0)
          .length,
      });

      // Both steps again: the same snapshot and the same attachments; another request: the same books, another snapshot.
      expect(await run(act.importBooks, request)).toEqual(imported);
      await run(act.generateAttachments, { ...ids, snapshotId: imported.snapshotId });
      const again = await world.database.forFirm(ids.firmId, (tx) => currentAttachments(tx, engagementId));
      expect(again.map(({ version }) => version)).toEqual([1, 1]);
      const second = await run(act.importBooks, { ...request, requestId: 'second' });
      expect(second).toMatchObject({ snapshotHash: imported.snapshotHash, changed: 0 });
      const { written } = await world.database.forFirm(ids.firmId, (tx) =>
        getSnapshot(tx, second.snapshotId),
      );
      expect(written).toBe(0);
    } finally {
      await world.end();
    }
  });
});

async function connect(
  world: TestWorld,
  caseName: string,
): Promise<{ readonly engagementId: string; readonly connectionId: string }> {
  const { books, rates, accountSets } = loadCase(caseName);
  const [company] = world.sandbox.companies;
  if (!company) throw new Error('the sandbox has no company');
  const { id: engagementId } = await world.database.forFirm(world.caller.firmId, async (tx) => {
    const { name, organisationNumber } = company;
    const { id: companyId } = await createCompany(tx, { name, organisationNumber });
    await enterRates(tx, rates, 'system');
    return createEngagement(tx, {
      companyId,
      yearFrom: books.closing.year.from,
      yearTo: books.closing.year.to,
      settings: { source: 'fortnox', materialityOre: ore(0), accountSets },
    });
  });
  const { code, state } = await consent(world, await beginLogin(world.client, world.caller, engagementId));
  const { connectionId } = await finishLogin(world.client, { code, state });
  return { engagementId, connectionId };
}

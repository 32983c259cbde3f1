import { inspect } from 'node:util';
import type { WorkflowBundle } from '@temporalio/worker';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { requestImport, retryStep } from '../../client/close/messages.ts';
import { findLiveConnection } from '../../db/stores/connections.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { getFile, listFiles } from '../../db/stores/files.ts';
import { openTokens } from '../../fortnox/sealed-tokens.ts';
import { createSealer } from '../../fortnox/seal.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId, loginExpiryWorkflowId } from '../../workflows/messages.ts';
import {
  adjustment,
  control,
  createWorld,
  inFortnox,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
} from './world.ts';
import type { TestWorld } from './world.ts';

let bundle: WorkflowBundle;
let world: TestWorld;
const lines: string[] = [];
const keep = (about: object, message: string): void =>
  void lines.push(`${message} ${inspect(about, { depth: 10 })}`);

beforeAll(async () => {
  bundle = await bundleWorkflows();
  world = await createWorld({
    server: inject('temporalAddress'),
    bundle,
    sandbox: { vouchers: 150, invoices: 50 },
    context: { log: { info: keep, warn: keep, error: keep } },
  });
});
afterAll(() => world.end());

it('no token, name, text or organisation number reaches histories, search attributes, memos or logs', async () => {
  const worker = await world.worker();
  await worker.runUntil(async () => {
    const engagementId = await startClose(world);
    const connectionId = await logIn(world, engagementId);
    await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
    const keys = await tokensOf(engagementId);
    const secrets = [...(await whatFortnoxHolds()), 'Bokslut hemlig', 'Byrån Kanariefågel'];

    // With every kind of failure on the way.
    await control(world, 'POST', 'faults', importFaults);
    await requestImport(world.client, world.caller, engagementId);
    await expect.poll(allPlayed, { timeout: 60_000 }).toBe(true);
    await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
    await inFortnox(world, { op: 'setAccount', number: '3740', active: false });
    await control(world, 'POST', 'faults', exportFaults);
    await saveAndApprove(world, engagementId, [adjustment('hemlig')]);
    await untilStatus(world, engagementId, ({ attention }) => attention !== null);
    await inFortnox(world, { op: 'setAccount', number: '3740', active: true });
    await retryStep(world.client, world.caller, engagementId);
    // The login is revoked in Fortnox in the middle of the export: a person logs in again.
    await untilStatus(world, engagementId, ({ login }) => login.state === 'revoked');
    const again = await logIn(world, engagementId);
    keys.push(...(await tokensOf(engagementId)));
    await world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId)).result();
    expect(await allPlayed()).toBe(true);

    const told = [...lines];
    for (const workflowId of [
      closeWorkflowId(engagementId),
      loginExpiryWorkflowId(connectionId),
      loginExpiryWorkflowId(again),
    ]) {
      const handle = world.client.temporal.workflow.getHandle(workflowId);
      told.push(readable(historyToJSON(await handle.fetchHistory())));
      const { raw: _, ...described } = await handle.describe();
      told.push(inspect(described, { depth: 20 }));
    }
    // The search itself is able to find: what the payloads hold is there in clear.
    expect(told.join('\n')).toContain(`"engagementId":"${engagementId}"`);
    expect(told.join('\n')).toContain('[adjustment.account-inactive]');
    for (const secret of [...secrets, ...keys])
      expect(told.filter((text) => text.includes(secret))).toEqual([]);
    // Documents name the company and its customers, but never what opens a door.
    const files = await storedFiles(engagementId);
    expect(files.length).toBeGreaterThan(5);
    for (const key of keys) expect(files.filter((text) => text.includes(key))).toEqual([]);
  });
});

const once = (method: string, path: string, fault: string, about: object = {}): object => ({
  match: { method, path },
  times: 1,
  fault,
  ...about,
});

const importFaults = [
  once('GET', '/3/accounts', 'cut-before'),
  once('GET', '/3/voucherseries', 'cut-in-body'),
  once('GET', '/3/predefinedaccounts', 'status-502'),
  once('GET', '/3/settings/lockedperiod', 'status-504'),
  once('GET', '/3/sie/4', 'html'),
  once('GET', '/3/vouchers', 'status-429', { retryAfter: 1 }),
  once('GET', '/3/invoices', 'status-500'),
  once('GET', '/3/supplierinvoices', 'status-503'),
  once('GET', '/3/invoicepayments', 'wrong-content-type'),
  once('GET', '/3/supplierinvoicepayments', 'slow', { delayMs: 300 }),
];

const exportFaults = [
  once('POST', '/3/vouchers', 'cut-after-commit'),
  once('GET', '/3/vouchers/sublist', 'revoked'),
  once('POST', '/3/inbox', 'cut-before'),
  once('POST', '/3/voucherfileconnections', 'license-missing'),
];

async function allPlayed(): Promise<boolean> {
  const faults = (await control(world, 'GET', 'faults')) as { hits: number }[];
  return faults.every(({ hits }) => hits > 0);
}

/** What is stored of the close, as text: documents, and the files as they came. */
async function storedFiles(engagementId: string): Promise<string[]> {
  return world.database.forFirm(world.caller.firmId, async (tx) => {
    const texts: string[] = [];
    for (const { id } of await listFiles(tx, engagementId)) {
      texts.push(Buffer.from((await getFile(tx, id)).bytes).toString('latin1'));
    }
    return texts;
  });
}

async function tokensOf(engagementId: string): Promise<string[]> {
  const connection = await world.database.forFirm(world.caller.firmId, async (tx) =>
    findLiveConnection(tx, (await getEngagement(tx, engagementId)).companyId),
  );
  if (!connection) throw new Error('no connection');
  const { accessToken, refreshToken } = openTokens(createSealer(world.tokenKeys), connection);
  return [accessToken.reveal(), refreshToken.reveal(), world.sandbox.clientSecret];
}

/** Names of company and parties, its organisation number, and the texts of its vouchers. */
async function whatFortnoxHolds(): Promise<string[]> {
  const books = (await control(world, 'GET', 'books')) as {
    company: { name: string; organisationNumber: string };
    customers: { name: string }[];
    suppliers: { name: string }[];
    vouchers: { text: string }[];
  };
  const { name, organisationNumber } = books.company;
  const texts = books.vouchers.map(({ text }) => text).filter((text) => text.length > 8);
  const names = [...books.customers, ...books.suppliers].map((party) => party.name);
  expect(names.length).toBeGreaterThan(5);
  return [name, organisationNumber, ...names, ...texts];
}

/** A history with its payloads as text: they are base64 in JSON. */
const readable = (history: string): string =>
  JSON.stringify(JSON.parse(history), (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
  ).replaceAll(String.raw`\"`, '"');

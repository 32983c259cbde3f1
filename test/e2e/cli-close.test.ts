import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Worker } from '@temporalio/worker';
import { readAccountSets } from '../../client/close/account-sets.ts';
import { createApiKey } from '../../client/close/api-keys.ts';
import { createServer } from '../../client/http/create-server.ts';
import type { HttpServer } from '../../client/http/create-server.ts';
import { allCloses } from '../../client/close/overview.ts';
import { listNotifications } from '../../client/notify/list.ts';
import { closeClient } from '../../client/close-client.ts';
import { confirmLogin, logIn } from '../../dev/demo/accountant.ts';
import { leaves } from '../../dev/demo/follow.ts';
import { fortnoxInside } from '../../dev/demo/fortnox-inside.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { ensureNotification } from '../../db/stores/notifications.ts';
import { runProgram } from '../setup/run-program.ts';
import { startWebhookReceiver } from '../setup/webhook-receiver.ts';
import { adjustment, createWorld } from '../workflow/world.ts';
import type { TestWorld } from '../workflow/world.ts';

let world: TestWorld;
let worker: Worker;
let running: Promise<void>;
let server: HttpServer;
let environment: Record<string, string>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'bokslut-cli-'));
  world = await createWorld({ server: inject('temporalAddress'), bundle: await bundleWorkflows() });
  worker = await world.worker();
  running = worker.run();
  server = await createServer(world.client, { port: 0 });
  const { firmId } = world.caller;
  const { key } = await createApiKey(world.client, firmId, {
    name: 'cli',
    scopes: ['read', 'write', 'approve'],
  });
  environment = {
    DATABASE_URL: world.appUrl,
    TOKEN_KEYS: world.tokenKeys,
    PUBLIC_URL: 'http://127.0.0.1:9/',
    FORTNOX_CLIENT_ID: world.sandbox.clientId,
    FORTNOX_CLIENT_SECRET: world.sandbox.clientSecret,
    FORTNOX_BASE_URL: world.sandbox.url,
    FORTNOX_AUTH_URL: world.sandbox.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: world.client.taskQueue,
    BOKSLUT_API_KEY: key,
  };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
  worker.shutdown();
  await running;
  await world.end();
});

const bokslut = (...args: string[]) => runProgram('client/cli/main.ts', args, environment);
const json = async (...args: string[]): Promise<unknown> => {
  const { code, out, err } = await bokslut(...args, '--json');
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out);
};

test('a close by the command line, from start to the vouchers in Fortnox', { timeout: 480_000 }, async () => {
  const [company] = world.sandbox.companies;
  const named = [
    '--company',
    company?.name ?? '',
    '--organisation-number',
    company?.organisationNumber ?? '',
  ];
  const of2025 = ['close', 'start', ...named, '--from', '2025-01-01', '--to', '2025-12-31'];
  const incomeAccount = await bokslut(...of2025, '--payables', '2440,4010');
  expect(incomeAccount.err).toContain('[settings.account-sets-invalid]');
  const { id } = (await json(...of2025, '--receivables', '1510,1511')) as { id: string };
  expect(await readAccountSets(world.client, world.caller, id)).toMatchObject({
    accountSets: { receivables: ['1510', '1511'] },
  });

  const tooEarly = await bokslut('close', 'approve', id, '--revision', '1', '--series', 'K');
  expect(tooEarly).toMatchObject({ code: 1, out: '' });
  expect(tooEarly.err).toContain('[adjustments.nothing-imported]');
  const noRetry = await bokslut('close', 'retry', id);
  expect(noRetry.code).toBe(1);
  expect(noRetry.err).toContain('[close.retry-not-now]');

  const door = { url: server.url, apiKey: environment['BOKSLUT_API_KEY'] ?? '' };
  const fortnox = fortnoxInside(world.sandbox.url, company?.databaseNumber ?? 0);
  const { connectionId } = await logIn(door, id, fortnox);
  await confirmLogin(door, id, connectionId);
  await leaves(world.client, id, ['awaitingConnection', 'importing', 'generatingAttachments']);

  const inOneGo = await bokslut('close', 'follow', id);
  expect(inOneGo).toMatchObject({ code: 0, err: '' });
  expect(inOneGo.out).toContain('adjusting: Waits for the accountant');
  expect(await json('close', 'status', id)).toMatchObject({
    phase: 'adjusting',
    login: { state: 'valid', connectionId },
    revision: 0,
    next: [
      { action: 'import', how: expect.stringContaining(`close import ${id}`) },
      { action: 'approve', how: expect.stringContaining('/justeringar') },
      { action: 'cancel' },
    ],
  });
  // Temporal's list is a moment late.
  const known = async () => (await allCloses(world.client, world.caller)).map(({ phase }) => phase);
  await expect.poll(known, { timeout: 60_000 }).toEqual(['adjusting']);
  expect(await json('close', 'list', '--phase', 'adjusting', '--login-expires-within', '31d')).toMatchObject([
    { id, company: company?.name, phase: 'adjusting', attention: null },
  ]);
  expect((await bokslut('close', 'list', '--attention')).out).toBe('None.\n');
  expect(await json('connection', 'list')).toEqual([
    expect.objectContaining({ id: connectionId, state: 'valid' }),
  ]);
  // Of all firms, so without a firm's key.
  const sealed = await runProgram('client/cli/main.ts', ['keys', 'rotate', '--json'], {
    ...environment,
    BOKSLUT_API_KEY: '',
  });
  expect(JSON.parse(sealed.out)).toEqual({ firms: 1, resealed: 0, current: 1, busy: 0, lost: 0 });

  const close = closeClient(world.client, world.caller).of(id);
  await close.saveAdjustments({ expectedRevision: 0, adjustments: [adjustment('one')] });
  const stale = await bokslut('close', 'approve', id, '--revision', '2', '--series', 'K');
  expect(stale.err).toContain('[approval.stale]');
  const automatic = await bokslut('close', 'approve', id, '--revision', '1', '--series', 'B');
  expect(automatic.err).toContain('[approval.series-not-manual]');
  expect(await bokslut('close', 'ask', id, '--revision', '1')).toMatchObject({ code: 0, err: '' });
  const approval = ['--revision', '1', '--series', 'K', '--not-final'];
  const followed = await bokslut('close', 'approve', id, ...approval, '--follow');
  expect(followed).toMatchObject({ code: 0, err: '' });
  expect(followed.out).toMatch(/1 voucher to be sent into series K/);
  expect(followed.out.trimEnd().split('\n').at(-1)).toMatch(/^adjusting: /);

  const tooLate = await bokslut('close', 'cancel', id);
  expect(tooLate.code).toBe(1);
  expect(tooLate.err).toContain('[close.cancel-too-late]');

  const history = await json('history', 'show', id);
  expect(history).toContainEqual(expect.objectContaining({ event: 'approval.requested' }));
  const pdf = path.join(folder, 'historik.pdf');
  expect(await bokslut('history', 'print', id, '--to', pdf)).toMatchObject({ code: 0, out: `${pdf}\n` });
  expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');

  const unsure = await bokslut('connection', 'revoke', connectionId);
  expect(unsure.code).toBe(1);
  expect(unsure.err).toMatch(/Ends the login of .*\n.*\[cli\.not-confirmed\]/);
  const revoked = await bokslut('connection', 'revoke', connectionId, '--yes');
  expect(revoked).toMatchObject({ code: 0, out: 'Ended.\n' });
  expect(await json('connection', 'list')).toEqual([
    expect.objectContaining({ id: connectionId, state: expect.stringContaining('disconnected') }),
  ]);
});

test(
  'a close that is called off and opened again, and what it left on paper',
  { timeout: 300_000 },
  async () => {
    const [company] = world.sandbox.companies;
    const names = ['--company', 'Egna AB', '--organisation-number', company?.organisationNumber ?? ''];
    const year = ['--from', '2024-01-01', '--to', '2024-12-31'];
    const { id } = (await json('close', 'start', ...names, ...year, '--sie')) as { id: string };
    expect((await bokslut('close', 'reopen', id, '--yes')).err).toContain('[close.reopen-not-now]');
    expect((await bokslut('binder', 'fetch', id)).err).toContain('[binder.not-found]');
    const unsure = await bokslut('close', 'cancel', id);
    expect(unsure).toMatchObject({ code: 1, out: '' });
    expect(unsure.err).toMatch(/Calls off the close of Egna AB.*\n.*\[cli\.not-confirmed\]/);
    expect(await bokslut('close', 'cancel', id, '--yes')).toMatchObject({ code: 0 });
    const ended = await bokslut('close', 'follow', id);
    expect(ended).toMatchObject({ code: 0, out: expect.stringMatching(/^cancelled: /m) });
    await world.client.temporal.workflow.getHandle(`close/${id}`).result();
    const status = await bokslut('close', 'status', id);
    expect(status.out).toContain(`next      reopen: npm run bokslut -- close reopen ${id}`);
    expect(await bokslut('close', 'reopen', id, '--yes')).toMatchObject({ code: 0, out: 'Opened: run 2.\n' });
    expect(await json('close', 'status', id)).toMatchObject({ run: 2, phase: 'awaitingConnection' });
  },
);

test("where the firm's notifications go, and what became of them", { timeout: 300_000 }, async () => {
  const receiver = await startWebhookReceiver();
  const refused = await bokslut('webhook', 'add', receiver.url);
  expect(refused.err).toContain('[webhooks.url-refused]');
  environment = { ...environment, WEBHOOKS_TO_PRIVATE_ADDRESSES: '1' };
  const added = (await json('webhook', 'add', receiver.url)) as { id: string; secret: string };
  expect(added.secret).toMatch(/^whsec_/);
  const shown = await bokslut('webhook', 'list');
  expect(shown.out).toContain(receiver.url);
  expect(shown.out).not.toContain('whsec_');

  const { firmId } = world.caller;
  await world.database.forFirm(firmId, (tx) =>
    ensureNotification(tx, { kind: 'close.completed', dueKey: 'cli', details: { run: 1 } }),
  );
  const sent = async () =>
    (await listNotifications(world.client, world.caller)).items
      .flatMap(({ deliveries }) => deliveries)
      .filter(({ state }) => state === 'sent');
  await expect.poll(sent, { timeout: 120_000 }).toHaveLength(1);
  const [line] = (await json('notification', 'list')) as { deliveryId: string }[];
  expect(line).toMatchObject({ kind: 'close.completed', channel: 'webhook', state: 'sent', attempts: 1 });
  const again = await bokslut('notification', 'send-again', line?.deliveryId ?? '');
  expect(again).toMatchObject({ code: 0, err: '' });
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(2);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

  const unsure = await bokslut('webhook', 'remove', added.id);
  expect(unsure.err).toContain(`Posts nothing more to ${receiver.url}`);
  expect(await bokslut('webhook', 'remove', added.id, '--yes')).toMatchObject({ code: 0 });
  expect(await json('webhook', 'list')).toEqual([]);
  await receiver.stop();
});

test('a firm, its people and its keys, by the database alone', { timeout: 300_000 }, async () => {
  const forOps = { DATABASE_URL: world.appUrl, BOKSLUT_API_KEY: '' };
  const ops = (...args: string[]) => runProgram('client/cli/main.ts', args, forOps);
  const said = async <T>(...args: string[]): Promise<T> => {
    const { code, out, err } = await ops(...args, '--json');
    expect([code, err]).toEqual([0, '']);
    return JSON.parse(out) as T;
  };
  const { id: firm } = await said<{ id: string }>('firm', 'create', '--name', 'Nya byrån AB', '--four-eyes');
  expect(await said('firm', 'list')).toContainEqual(
    expect.objectContaining({ id: firm, name: 'Nya byrån AB', fourEyes: true }),
  );
  expect((await ops('firm', 'user', 'list')).err).toContain('[cli.firm-missing]');
  const off = await ops('firm', 'four-eyes', 'off', '--firm', firm);
  expect([off.code, off.err]).toEqual([1, expect.stringContaining('[cli.not-confirmed]')]);

  const person = ['--name', 'Eva Exempel', '--email', 'eva@example.com', '--role', 'reviewer'];
  const known = ['--issuer', 'https://login.example.com', '--subject', '00u1', '--firm', firm];
  const { id: eva } = await said<{ id: string }>('firm', 'user', 'add', ...person, ...known);
  expect(await said('firm', 'user', 'list', '--firm', firm)).toMatchObject([
    { id: eva, role: 'reviewer', active: true },
  ]);
  const removed = await ops('firm', 'user', 'remove', eva, '--firm', firm, '--yes');
  expect([removed.code, removed.err]).toEqual([0, expect.stringContaining('Eva Exempel (reviewer)')]);
  expect((await ops('firm', 'user', 'list', '--firm', firm)).out).toMatch(/reviewer +no/);

  const make = ['firm', 'key', 'create', '--firm', firm, '--name', 'Produkten', '--scopes'];
  expect((await ops(...make, 'read,everything')).code).toBe(2);
  const key = await said<{ id: string; key: string }>(...make, 'read,write');
  const asKey = { ...environment, BOKSLUT_API_KEY: key.key };
  const list = () => runProgram('client/cli/main.ts', ['close', 'list', '--json'], asKey);
  expect(JSON.parse((await list()).out)).toEqual([]);
  expect((await ops('firm', 'key', 'list', '--firm', firm)).out).not.toContain(key.key.slice(-20));
  expect(await ops('firm', 'key', 'revoke', key.id, '--firm', firm, '--yes')).toMatchObject({ code: 0 });
  expect((await list()).err).toContain('[cli.api-key-unknown]');
  expect((await ops('firm', 'key', 'revoke', key.id, '--firm', firm)).err).toContain('[api-keys.not-found]');
});

test('a key that is unknown, and one without the right', { timeout: 120_000 }, async () => {
  const { key } = await createApiKey(world.client, world.caller.firmId, { name: 'reads', scopes: ['read'] });
  environment = { ...environment, BOKSLUT_API_KEY: key };
  const refused = await bokslut('close', 'cancel', '6f1c2f0e-0000-4000-8000-000000000000');
  expect(refused.err).toContain('[cli.scope-missing]');
  environment = { ...environment, BOKSLUT_API_KEY: `${key}x` };
  const unknown = await bokslut('close', 'list');
  expect(unknown).toMatchObject({ code: 1, out: '' });
  expect(unknown.err).toContain('[cli.api-key-unknown]');
  environment = { ...environment, BOKSLUT_API_KEY: key, TOKEN_KEYS: '', PUBLIC_URL: 'nowhere' };
  const unset = await bokslut('close', 'list');
  expect(unset.err).toMatch(/TOKEN_KEYS.*PUBLIC_URL.*\[config\.invalid\]/);
});

import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Worker } from '@temporalio/worker';
import { createApiKey } from '../../client/close/api-keys.ts';
import { createServer } from '../../client/http/create-server.ts';
import type { HttpServer } from '../../client/http/create-server.ts';
import { closeClient } from '../../client/close-client.ts';
import { confirmLogin, logIn } from '../../dev/demo/accountant.ts';
import { leaves } from '../../dev/demo/follow.ts';
import { fortnoxInside } from '../../dev/demo/fortnox-inside.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { runProgram } from '../setup/run-program.ts';
import { adjustment, createWorld } from '../workflow/world.ts';
import type { TestWorld } from '../workflow/world.ts';

let world: TestWorld;
let worker: Worker;
let running: Promise<void>;
let server: HttpServer;
let environment: Record<string, string>;

beforeAll(async () => {
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

test('a close by the command line, from start to the vouchers in Fortnox', { timeout: 240_000 }, async () => {
  const [company] = world.sandbox.companies;
  const named = [
    '--company',
    company?.name ?? '',
    '--organisation-number',
    company?.organisationNumber ?? '',
  ];
  const started = await json('close', 'start', ...named, '--from', '2025-01-01', '--to', '2025-12-31');
  const { id } = started as { id: string };

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

  expect(await json('close', 'status', id)).toMatchObject({
    phase: 'adjusting',
    login: { state: 'valid', connectionId },
  });
  expect(await json('connection', 'list')).toEqual([
    expect.objectContaining({ id: connectionId, state: 'valid' }),
  ]);
  expect(await bokslut('keys', 'rotate')).toMatchObject({
    code: 0,
    out: 'sealed anew 0, already so 1, busy 0\n',
  });

  const close = closeClient(world.client, world.caller).of(id);
  await close.saveAdjustments({ expectedRevision: 0, adjustments: [adjustment('one')] });
  const stale = await bokslut('close', 'approve', id, '--revision', '2', '--series', 'K');
  expect(stale.err).toContain('[approval.stale]');
  const automatic = await bokslut('close', 'approve', id, '--revision', '1', '--series', 'B');
  expect(automatic.err).toContain('[approval.series-not-manual]');
  await json('close', 'approve', id, '--revision', '1', '--series', 'K', '--not-final');
  await leaves(world.client, id, ['adjusting']);
  await leaves(world.client, id, ['exporting']);

  const tooLate = await bokslut('close', 'cancel', id);
  expect(tooLate.code).toBe(1);
  expect(tooLate.err).toContain('[close.cancel-too-late]');

  const revoked = await bokslut('connection', 'revoke', connectionId);
  expect(revoked).toMatchObject({ code: 0, err: '' });
  expect(await json('connection', 'list')).toEqual([
    expect.objectContaining({ id: connectionId, state: expect.stringContaining('disconnected') }),
  ]);
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

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { listEngagements } from '../../db/stores/engagements.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import { wholeClose } from '../db/whole-close.ts';
import { createTestDatabase } from '../setup/database.ts';
import { runProgram } from '../setup/run-program.ts';
import {
  adjustment,
  createWorld,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
} from '../workflow/world.ts';
import type { TestWorld } from '../workflow/world.ts';

let world: TestWorld;
let folder: string;
let environment: Record<string, string>;
let engagementId: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'bokslut-kept-'));
  const database = await createTestDatabase();
  world = await createWorld({ server: inject('temporalAddress'), bundle: await bundleWorkflows(), database });
  environment = {
    DATABASE_URL: world.appUrl,
    DATABASE_ADMIN_URL: database.adminUrl,
    TOKEN_KEYS: world.tokenKeys,
    PUBLIC_URL: 'http://127.0.0.1:9/',
    FORTNOX_CLIENT_ID: world.sandbox.clientId,
    FORTNOX_CLIENT_SECRET: world.sandbox.clientSecret,
    FORTNOX_BASE_URL: world.sandbox.url,
    FORTNOX_AUTH_URL: world.sandbox.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: world.client.taskQueue,
  };
  const worker = await world.worker();
  engagementId = await worker.runUntil(async () => {
    const id = await startClose(world);
    await logIn(world, id);
    await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
    await saveAndApprove(world, id, [adjustment('one')]);
    await world.client.temporal.workflow.getHandle(closeWorkflowId(id)).result();
    return id;
  });
});
afterAll(async () => {
  await world.end();
  rmSync(folder, { recursive: true });
});

const bokslut = (...args: string[]) => runProgram('client/cli/main.ts', args, environment);

test('an operator looks first, archives, and erases a firm', { timeout: 240_000 }, async () => {
  const { firmId } = world.caller;
  const agreed = await bokslut('reconcile', '--firm', firmId);
  expect(agreed).toMatchObject({ code: 0, err: '', out: 'None.\n' });
  expect(await bokslut('retention', '--firm', firmId, '--apply')).toMatchObject({ code: 0, err: '' });

  const refused = await bokslut('firm', 'erase', firmId);
  expect(refused.out).toMatch(new RegExp(`${engagementId} +2032-12-31 +held`));
  expect(refused.code).toBe(1);

  const archived = await bokslut('archive', '--to', folder, '--firm', firmId);
  expect(archived).toMatchObject({ code: 0, err: '', out: 'Binders: 1, each whole.\n' });
  expect(readdirSync(path.join(folder, firmId, engagementId))).toHaveLength(1);

  const asked = await bokslut('firm', 'erase', firmId, '--archived', folder, '--apply');
  expect(asked).toMatchObject({ code: 1 });
  expect(asked.err).toContain('[cli.not-confirmed]');
  const erased = await bokslut('firm', 'erase', firmId, '--archived', folder, '--apply', '--yes');
  expect(erased.code).toBe(0);
  const gone = await bokslut('firm', 'erase', firmId);
  expect(gone.err).toContain('[firms.not-found]');
  expect(existsSync(path.join(folder, firmId, engagementId))).toBe(true);
});

test('reconcile and retention ask before they end or erase anything', { timeout: 240_000 }, async () => {
  const { firmId, engagementId: old } = await wholeClose(world.database);
  const isThere = async (): Promise<boolean> =>
    (await world.database.forFirm(firmId, listEngagements)).some(({ id }) => id === old);
  const unasked = { code: 1, err: expect.stringContaining('[cli.not-confirmed]') as unknown };

  expect(await bokslut('reconcile', '--firm', firmId, '--apply')).toMatchObject(unasked);
  const close = world.client.temporal.workflow.getHandle(closeWorkflowId(old));
  await expect(close.describe()).rejects.toThrow('not found');

  const admin = postgres(environment['DATABASE_ADMIN_URL'] ?? '', { max: 1 });
  await admin`update engagements set year_from = '2014-01-01', year_to = '2014-12-31' where id = ${old}`;
  await admin.end();
  await world.database.forFirm(firmId, (tx) =>
    recordHistory(tx, {
      actor: 'system',
      event: 'engagement.completed',
      engagementId: old,
      details: { run: 1 },
    }),
  );
  expect(await bokslut('retention', '--firm', firmId, '--apply')).toMatchObject(unasked);
  expect(await isThere()).toBe(true);
  expect(await bokslut('retention', '--firm', firmId, '--apply', '--yes')).toMatchObject({ code: 0 });
  expect(await isThere()).toBe(false);
});

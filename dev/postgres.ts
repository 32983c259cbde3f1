import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLeftOver, lastLines, startChild } from './children.ts';
import type { Child } from './children.ts';
import { claim } from './claim.ts';
import { localFolder } from './local-folder.ts';
import { freePort } from './ports.ts';
import { postgresPrograms } from './postgres-programs.ts';
import type { PostgresPrograms } from './postgres-programs.ts';
import { runCommand } from './run-command.ts';
import { newRunFolder } from './run-folder.ts';
import { ownDatabaseOn } from './postgres-given.ts';

export interface PostgresOptions {
  /** Where the data is kept between runs. Left out: a throwaway database, fast, gone after `stop`. */
  readonly dataDir?: string;
  /** The port to try first; any free one when it is taken. */
  readonly port?: number;
  readonly log?: (line: string) => void;
}

export interface RunningPostgres {
  /** Connects as the owner of everything: for migrations. */
  readonly adminUrl: string;
  /** Where the data lies in truth: elsewhere than asked for when the server's own user cannot enter there. */
  readonly dataDir?: string;
  stop(): Promise<void>;
  /** Ends the server as a crash would; `stop` lets go of its folder. Only for a server that was started here. */
  kill9(): Promise<void>;
}

/**
 * A Postgres for this machine: the one of `DATABASE_URL` when that is set, else the embedded one.
 *
 * A kept data folder goes through four states, told by what lies in it, never by a note about it: *absent*; *half made*
 * (`cluster.new`: a run was killed while making it; thrown away); *stopped* (`cluster`); *running* (`cluster` with a live
 * postmaster). A live postmaster whose run is gone is ended first; one whose run is alive is a refusal that names the process.
 *
 * @throws Error saying what is wrong and how to mend it
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const log = options.log ?? (() => undefined);
  const given = process.env['DATABASE_URL'];
  if (given) {
    log(`Postgres: the one of DATABASE_URL`);
    return options.dataDir === undefined
      ? { ...(await ownDatabaseOn(given)), kill9: refuseForGiven }
      : { adminUrl: given, stop: async () => undefined, kill9: refuseForGiven };
  }
  const programs = postgresPrograms();
  if (options.dataDir === undefined) {
    const run = await newRunFolder(programs.folderFor(path.join(localFolder, 'runs')), 'postgres');
    return startIn(programs, programs.folderFor(run.folder), {
      throwaway: true,
      port: options.port,
      log,
      onEnd: () => run.remove(),
    });
  }
  const folder = programs.folderFor(path.resolve(options.dataDir));
  const claimed = claim(path.join(folder, 'owner.json'), 'The database');
  return startIn(programs, folder, {
    throwaway: false,
    port: options.port,
    log,
    onEnd: () => claimed.release(),
  });
}

async function refuseForGiven(): Promise<void> {
  throw new Error('The server of DATABASE_URL was not started here and is not ended here.');
}

interface Start {
  readonly throwaway: boolean;
  readonly port: number | undefined;
  readonly log: (line: string) => void;
  readonly onEnd: () => void;
}

async function startIn(programs: PostgresPrograms, folder: string, start: Start): Promise<RunningPostgres> {
  const { throwaway, port: preferred, log, onEnd } = start;
  try {
    const ended = await endLeftOver(path.join(folder, 'server.json'));
    if (ended !== undefined) log(`Postgres: ended the server that a killed run had left (process ${ended})`);
    // What a killed run has left: half of a cluster; a number that is another program's today, for which Postgres would refuse to start.
    rmSync(path.join(folder, 'cluster.new'), { recursive: true, force: true });
    rmSync(path.join(folder, 'cluster', 'data', 'postmaster.pid'), { force: true });
    if (!existsSync(path.join(folder, 'cluster'))) await makeCluster(programs, folder, throwaway);
    checkVersion(programs, folder);
    const { server, port } = await serve(programs, folder, throwaway, preferred);
    log(`Postgres: listening on port ${port}, data in ${folder}`);
    const password = readFileSync(path.join(folder, 'cluster', 'admin-password'), 'utf8');
    return {
      adminUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      dataDir: folder,
      stop: async () => {
        await server.stop();
        onEnd();
      },
      kill9: () => server.kill9(),
    };
  } catch (error) {
    onEnd();
    throw error;
  }
}

async function makeCluster(programs: PostgresPrograms, folder: string, throwaway: boolean): Promise<void> {
  // Made under another name and renamed when it is whole.
  const unfinished = path.join(folder, 'cluster.new');
  mkdirSync(unfinished);
  const passwordFile = path.join(unfinished, 'admin-password');
  writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  if (programs.user) {
    for (const owned of [unfinished, passwordFile]) chownSync(owned, programs.user.uid, programs.user.gid);
  }
  const args = [
    `--pgdata=${path.join(unfinished, 'data')}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of letters on every machine, whatever locales it has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--set=timezone=UTC',
    ...(throwaway ? ['--no-sync'] : []),
  ];
  const options = { ...programs.user, cwd: folder, env: quietEnvironment(), timeout: 120_000 };
  const failed = await runCommand(programs.initdb, args, options);
  if (failed !== undefined)
    throw new Error(`Postgres could not make its data folder ${unfinished}: ${failed}`);
  renameSync(unfinished, path.join(folder, 'cluster'));
}

function checkVersion(programs: PostgresPrograms, folder: string): void {
  const made = readFileSync(path.join(folder, 'cluster', 'data', 'PG_VERSION'), 'utf8').trim();
  const share = path.join(path.dirname(programs.postgres), '..', 'share', 'postgresql', 'postgres.bki');
  const runs = /^# PostgreSQL (\d+)/.exec(readFileSync(share, 'utf8'))?.[1];
  if (runs === undefined || made === runs) return;
  throw new Error(
    `The data in ${folder} was made by Postgres ${made} and this is Postgres ${runs}. ` +
      'Move that folder away to start afresh, or upgrade it with pg_upgrade.',
  );
}

/** Nothing need survive a crash; and room as a server has it, or a large import waits for its own pages to be written out. */
const throwawaySettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
};

async function serve(
  programs: PostgresPrograms,
  folder: string,
  throwaway: boolean,
  preferred: number | undefined,
): Promise<{ server: Child; port: number }> {
  const data = path.join(folder, 'cluster', 'data');
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...(throwaway ? throwawaySettings : {}),
  };
  const logFile = path.join(folder, 'postgres.log');
  const until = Date.now() + 60_000;
  for (;;) {
    const port = await freePort(preferred);
    rmSync(logFile, { force: true });
    const server = await startChild({
      name: 'Postgres',
      program: programs.postgres,
      args: [
        '-D',
        data,
        '-p',
        String(port),
        ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
      ],
      logFile,
      noteFile: path.join(folder, 'server.json'),
      cwd: folder,
      env: quietEnvironment(),
      ...programs.user,
    });
    while (!server.hasEnded() && !isReady(data) && Date.now() < until) await sleep(15);
    if (!server.hasEnded() && isReady(data)) return { server, port };
    const said = lastLines(logFile);
    await server.stop();
    // The port was taken in between, or the sessions of a killed server are about to notice its end: both pass.
    const passes = /Address already in use|pre-existing shared memory block/.test(said);
    if (!passes || Date.now() > until) throw new Error(`Postgres does not start. It says:\n${said}`);
    await sleep(200);
  }
}

/** The eighth line of the postmaster's file, the one that pg_ctl waits for too. */
function isReady(data: string): boolean {
  try {
    return readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/** Without the PG… variables of the person's shell, which would lead the programs elsewhere. */
function quietEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

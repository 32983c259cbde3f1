import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLeftOver, lastLines, startChild } from './children.ts';
import type { Child } from './children.ts';
import { claim } from './claim.ts';
import { localFolder } from './local-folder.ts';
import { freePort, isOpen } from './ports.ts';
import { newRunFolder } from './run-folder.ts';
import { temporalCliPath } from './temporal-programs.ts';
import { givenTemporal, isServing } from './temporal-given.ts';
import type { SearchAttributes } from './temporal-given.ts';

export interface TemporalOptions {
  /** Where the server keeps its workflows between runs. Left out: in memory, gone with the server. */
  readonly dbFile?: string;
  /** The port to try first for the server; any free one when it is taken. */
  readonly port?: number;
  /** The port to try first for the web page; any free one when it is taken. */
  readonly uiPort?: number;
  /** Without the web page. */
  readonly headless: boolean;
  /** What workflows are found by: name → type. Registered before this returns. */
  readonly searchAttributes: SearchAttributes;
  readonly log?: (line: string) => void;
}

export interface RunningTemporal {
  /** host:port */
  readonly address: string;
  readonly namespace: string;
  /** The web page; undefined when headless, and for a server that was there before. */
  readonly uiUrl?: string;
  stop(): Promise<void>;
  /** Ends the server as a crash would. Only for a server that was started here. */
  kill9(): Promise<void>;
  /** Starts it again on the same ports, after `kill9` or instead of it. Without `dbFile` it comes back empty. */
  restart(): Promise<void>;
}

/**
 * A Temporal server for this machine: the one of `TEMPORAL_ADDRESS` when that is set, else the development server,
 * whose program is looked for and, when it is nowhere, fetched.
 *
 * @throws Error saying what is wrong and how to mend it
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const log = options.log ?? (() => undefined);
  if (process.env['TEMPORAL_ADDRESS']) {
    const { address, namespace } = await givenTemporal(options.searchAttributes);
    log(`Temporal: the server of TEMPORAL_ADDRESS, ${address}, namespace ${namespace}`);
    return {
      address,
      namespace,
      stop: async () => undefined,
      kill9: refuseForGiven,
      restart: refuseForGiven,
    };
  }
  const program = await temporalCliPath(log);
  const place =
    options.dbFile === undefined ? await placeForOneRun() : keptPlace(path.resolve(options.dbFile));
  try {
    const ended = await endLeftOver(place.noteFile);
    if (ended !== undefined) log(`Temporal: ended the server that a killed run had left (process ${ended})`);
    let running = await serve(program, place, options);
    const uiUrl = options.headless ? undefined : `http://127.0.0.1:${running.ports.ui}`;
    log(`Temporal: ${running.address}${uiUrl ? `, web page ${uiUrl}` : ''}`);
    return {
      address: running.address,
      namespace: 'default',
      ...(uiUrl ? { uiUrl } : {}),
      stop: async () => {
        // Without a file there is nothing to put in order, and a good end takes the server a second.
        await (place.dbFile === undefined ? running.server.kill9() : running.server.stop());
        place.leave();
      },
      kill9: () => running.server.kill9(),
      restart: async () => {
        await running.server.stop();
        running = await serve(program, place, options, running.ports);
      },
    };
  } catch (error) {
    place.leave();
    throw error;
  }
}

async function refuseForGiven(): Promise<void> {
  throw new Error('The server of TEMPORAL_ADDRESS was not started here and is not ended here.');
}

interface Place {
  readonly dbFile?: string;
  readonly logFile: string;
  readonly noteFile: string;
  readonly leave: () => void;
}

async function placeForOneRun(): Promise<Place> {
  const run = await newRunFolder(path.join(localFolder, 'runs'), 'temporal');
  return {
    logFile: path.join(run.folder, 'temporal.log'),
    noteFile: run.serverNote,
    leave: () => run.remove(),
  };
}

function keptPlace(dbFile: string): Place {
  const claimed = claim(`${dbFile}.owner.json`, 'The Temporal server');
  return {
    dbFile,
    logFile: `${dbFile}.log`,
    noteFile: `${dbFile}.server.json`,
    leave: () => claimed.release(),
  };
}

interface Ports {
  readonly server: number;
  readonly ui: number;
}

interface Serving {
  readonly server: Child;
  readonly address: string;
  readonly ports: Ports;
}

async function serve(
  program: string,
  place: Place,
  options: TemporalOptions,
  again?: Ports,
): Promise<Serving> {
  const until = Date.now() + 60_000;
  for (;;) {
    const ports = again ?? { server: await freePort(options.port), ui: await freePort(options.uiPort) };
    const address = `127.0.0.1:${ports.server}`;
    const args = [
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(ports.server),
      '--log-level',
      'warn',
      // Closes carry their firm as a fairness key; a server that is not told so serves them in the order of coming.
      '--dynamic-config-value',
      'matching.enableFairness=true',
    ];
    args.push(...(options.headless ? ['--headless'] : ['--ui-port', String(ports.ui)]));
    if (place.dbFile !== undefined) args.push('--db-filename', place.dbFile);
    for (const [name, type] of Object.entries(options.searchAttributes)) {
      args.push('--search-attribute', `${name}=${type}`);
    }
    const server = await startChild({
      name: 'Temporal',
      program,
      args,
      logFile: place.logFile,
      noteFile: place.noteFile,
      env: withoutTemporalSettings(),
    });
    while (!server.hasEnded() && Date.now() < until) {
      if ((await isOpen(ports.server)) && (await isServing(address, options.searchAttributes)))
        return { server, address, ports };
      await sleep(20);
    }
    await server.stop();
    const said = lastLines(place.logFile);
    // Somebody took the port between the choice and the start: choose again.
    const passes = /address already in use/i.test(said);
    if (!passes || again || Date.now() > until) throw new Error(`Temporal does not start. It says:\n${said}`);
  }
}

/** The TEMPORAL_… variables of the person's shell are for clients; the program would take some of them for itself. */
function withoutTemporalSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

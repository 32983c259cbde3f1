import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defaultAssumptions } from './assumptions.ts';
import type { Books } from './books.ts';
import { createClock } from './clock.ts';
import { booksFromCompanyFile } from './company-file.ts';
import { generateCompany } from './generator/generate.ts';
import { createOAuthState } from './oauth/tokens.ts';
import { RateWindow } from './rate-window.ts';
import { Refused } from './refused.ts';
import { createSandboxServer } from './server.ts';
import { booksFromSie } from './sie-import.ts';
import { createSaver, loadState } from './state-file.ts';
import type { World } from './world.ts';

export { Refused } from './refused.ts';

export interface SandboxOptions {
  /** 0 (the default) = a free port. */
  port?: number | undefined;
  host?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  /** Paths of company files; each becomes a company. */
  companyFiles?: string[] | undefined;
  /** Company files already parsed. */
  companies?: unknown[] | undefined;
  /** Path of a SIE 4 file. */
  sieFile?: string | undefined;
  /** The sample company's size; the default is about 250 vouchers and 80 invoices. */
  vouchers?: number | undefined;
  invoices?: number | undefined;
  seed?: number | undefined;
  /** false switches the rate limit off: benchmarks only. */
  rateLimit?: boolean | undefined;
  /** Where the state is kept over restarts. When it exists, it goes before the companies named above. */
  stateFile?: string | undefined;
}

export interface Sandbox {
  url: string;
  clientId: string;
  clientSecret: string;
  companies: { name: string; organisationNumber: string; databaseNumber: number }[];
  stop(): Promise<void>;
}

/** Starts a sandbox in this process. Throws `Refused` when what it was given cannot be a company. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const saved = options.stateFile === undefined ? null : loadState(options.stateFile);
  const clock = createClock(saved?.advancedMs ?? 0);
  const world: World = {
    url: '',
    clientId: options.clientId ?? 'sandbox-client',
    clientSecret: options.clientSecret ?? 'sandbox-secret',
    companies: saved?.companies ?? loadCompanies(options, clock.nowMs()),
    oauth: saved?.oauth ?? createOAuthState(),
    clock,
    assumptions: { ...defaultAssumptions, ...saved?.assumptions },
    faults: [],
    requests: saved?.requests ?? [],
    rateWindow: options.rateLimit === false ? null : new RateWindow(),
    pending: [],
  };
  const saver = options.stateFile === undefined ? null : createSaver(options.stateFile, world);
  const server = createSandboxServer(world, () => saver?.changed());
  // A client that keeps a connection for a minute meets no reset that no fault asked for.
  server.keepAliveTimeout = 65_000;
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  world.url = `http://${host}:${typeof address === 'object' && address ? address.port : options.port}`;
  return {
    url: world.url,
    clientId: world.clientId,
    clientSecret: world.clientSecret,
    companies: [...world.companies.values()].map(({ name, organisationNumber, databaseNumber }) => ({
      name,
      organisationNumber,
      databaseNumber,
    })),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      saver?.flush();
    },
  };
}

function loadCompanies(options: SandboxOptions, nowMs: number): Map<number, Books> {
  const all: Books[] = [];
  for (const path of options.companyFiles ?? []) {
    all.push(booksFromCompanyFile(parseJson(readInput(path).toString(), path), basename(path), nowMs));
  }
  for (const file of options.companies ?? [])
    all.push(booksFromCompanyFile(file, 'the company given', nowMs));
  if (options.sieFile !== undefined) {
    all.push(booksFromSie(readInput(options.sieFile), basename(options.sieFile), nowMs));
  }
  if (all.length === 0) all.push(generateCompany(options, nowMs));
  const companies = new Map(all.map((books) => [books.databaseNumber, books]));
  if (companies.size < all.length) throw new Refused('two companies have the same databaseNumber');
  return companies;
}

function readInput(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Refused(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Refused(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

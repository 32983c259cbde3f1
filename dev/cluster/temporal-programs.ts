import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { localFolder } from '../local-folder.ts';
import { runCommand } from '../run-command.ts';

const version = '1.31.2';
const folder = path.join(localFolder, `temporal-server-${version}`);

/** Temporal's server and its tool for the schema. */
export interface TemporalPrograms {
  readonly server: string;
  readonly sqlTool: string;
}

/**
 * The programs of the Go module `go.temporal.io/server`, built once and kept under `.local/`: five minutes on two cores. Go is taken from the
 * PATH, else from /usr/local/go.
 *
 * @throws Error saying why they could not be built
 */
export async function temporalPrograms(log: (line: string) => void): Promise<TemporalPrograms> {
  const programs = { server: path.join(folder, 'server'), sqlTool: path.join(folder, 'sql') };
  if (existsSync(programs.server) && existsSync(programs.sqlTool)) return programs;
  log(`Temporal's server ${version} is built from its Go module, once; this takes some minutes …`);
  const unfinished = `${folder}.new`;
  mkdirSync(unfinished, { recursive: true });
  const modules = ['server', 'tools/sql'].map((name) => `go.temporal.io/server/cmd/${name}@v${version}`);
  const whyNot: string[] = [];
  for (const go of ['go', '/usr/local/go/bin/go']) {
    const env = { ...process.env, GOBIN: unfinished, GOFLAGS: '' };
    const failed = await runCommand(go, ['install', ...modules], { env, timeout: 3_600_000 });
    if (failed === undefined) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(unfinished, folder);
      return programs;
    }
    whyNot.push(`${go}: ${failed}`);
  }
  throw new Error(`Temporal's server cannot be built (Go 1.26 or later is needed): ${whyNot.join('; ')}`);
}

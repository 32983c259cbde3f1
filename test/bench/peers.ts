import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { readSie } from '../../accounting/sie/read.ts';
import { localFolder } from '../../dev/local-folder.ts';
import { aside, elapsedMs, figure, median, pairedRatio } from './measure.ts';
import { sampleSie } from './sie-file.ts';
import type { BenchResult } from './sie-read.ts';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('peers', import.meta.url));
const folder = path.join(localFolder, 'bench-peers');
const vouchers = 100_000;
const rounds = 5;

/** Another SIE reader: its name, and how a program of ours around it reads the file once more, in ms. */
interface Peer {
  readonly name: string;
  /** Of the ratio ours / theirs in MB/s; undefined: none. */
  readonly atLeast: number | undefined;
  build(): Promise<() => Promise<number>>;
}

const rust: Peer = {
  name: 'Rust crate sie-parser 0.2.0',
  atLeast: 4,
  build: async () => {
    const own = copyOfSources('rust');
    await run('cargo', ['build', '--release', '--quiet'], { cwd: own });
    return () => timeOf(path.join(own, 'target', 'release', 'sie-peer'), [], 1);
  },
};

const java: Peer = {
  name: "Java, Alipsa's SIEParser",
  atLeast: undefined,
  build: async () => {
    const own = copyOfSources('java');
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: own });
    const classPath = `lib/*${path.delimiter}.`;
    await run('javac', ['-cp', classPath, 'Peer.java'], { cwd: own });
    // The last of some times, when the machine code is made.
    return () => timeOf('java', ['-cp', classPath, 'Peer'], 4, own);
  },
};

/**
 * `--peers`: the same seeded file of 40 MB read by the readers that others have, in turns with ours. Built under
 * `.local/`; one whose tools or packages cannot be had here is named and not counted.
 */
export async function peersBench(tell: (line: string) => void): Promise<BenchResult[]> {
  const file = sampleSie(vouchers);
  mkdirSync(folder, { recursive: true });
  writeFileSync(sampleFile, file.bytes);
  const megabytes = file.bytes.length / 1e6;
  const results: BenchResult[] = [];
  for (const peer of [rust, java]) {
    let theirs: () => Promise<number>;
    try {
      theirs = await peer.build();
    } catch (error) {
      tell(`  ${peer.name}: not here, not counted (${firstLine(error)})`);
      continue;
    }
    const times = { ours: [] as number[], theirs: [] as number[] };
    await read(file.bytes);
    for (let round = 0; round < rounds; round++) {
      times.ours.push(await elapsedMs(() => read(file.bytes)));
      times.theirs.push(await theirs());
    }
    const ratio = pairedRatio(times.theirs, times.ours);
    const name = `SIE read / ${peer.name}`;
    results.push(
      aside(peer.name, (megabytes / median(times.theirs)) * 1000, 'MB/s'),
      peer.atLeast === undefined
        ? aside(name, ratio, 'ratio')
        : figure(name, ratio, 'ratio', 'higher', peer.atLeast),
    );
  }
  rmSync(sampleFile);
  return results;
}

const sampleFile = path.join(folder, 'sample.se');

async function read(bytes: Uint8Array): Promise<void> {
  const file = await readSie(bytes, { onVouchers: () => undefined });
  if (file.voucherCount !== vouchers) throw new Error('the sample file was not read right');
}

/** A copy to build in, so that nothing is written beside the sources. */
function copyOfSources(name: string): string {
  const own = path.join(folder, name);
  cpSync(path.join(sources, name), own, { recursive: true });
  return own;
}

/** The last of the times that the program prints, each with the number of vouchers that it found. */
async function timeOf(
  program: string,
  args: readonly string[],
  times: number,
  cwd = folder,
): Promise<number> {
  const { stdout } = await run(program, [...args, sampleFile, String(times)], { cwd });
  const [ms = '', count] = stdout.trim().split('\n').at(-1)!.split(' ');
  if (Number(count) !== vouchers) throw new Error(`${program} found ${count} vouchers, not ${vouchers}`);
  return Number(ms);
}

/** What a program said, without its colours, or that there is no such program. */
function firstLine(error: unknown): string {
  const said = error as { stdout?: string; stderr?: string; message?: string };
  const lines = stripVTControlCharacters([said.stderr, said.stdout, said.message].join('\n')).split('\n');
  return (lines.find((line) => /[a-z]/i.test(line)) ?? String(error)).trim().slice(0, 240);
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openBenchDatabase } from './database.ts';
import type { BenchDatabase } from './database.ts';
import { documentsBench } from './documents.ts';
import { importBench } from './import.ts';
import { importMemoryBench } from './import-memory.ts';
import { ledgerBench } from './ledger.ts';
import type { BenchOptions } from './measure.ts';
import { peersBench } from './peers.ts';
import { sieReadBench } from './sie-read.ts';
import type { BenchResult } from './sie-read.ts';

type Tell = (line: string) => void;

/** The books: reading, open items, storing and comparing, memory, documents. */
const parts: Readonly<Record<string, (tell: Tell, peers: boolean) => Promise<BenchResult[]>>> = {
  reading: async (tell, peers) => [...(await sieReadBench()), ...(peers ? await peersBench(tell) : [])],
  items: () => withDatabase(ledgerBench),
  import: () => withDatabase(importBench),
  memory: () => withDatabase(importMemoryBench),
  documents: documentsBench,
};

/** All parts, each in a process of its own, so that none is measured in the heap that another has left; or one, here. */
export async function booksSuite(tell: Tell, { part, peers }: BenchOptions): Promise<BenchResult[]> {
  if (part === undefined) {
    const results: BenchResult[] = [];
    for (const name of Object.keys(parts)) results.push(...(await inProcess(name, peers)));
    return results;
  }
  const run = parts[part];
  if (!run) throw new Error(`No such part: ${part}. There are: ${Object.keys(parts).join(', ')}.`);
  tell(`${part} …`);
  const results = await run(tell, peers);
  for (const one of results) tell(`  ${one.name}: ${one.value.toPrecision(3)} ${one.unit}`);
  return results;
}

async function inProcess(part: string, peers: boolean): Promise<BenchResult[]> {
  const child = fork(
    fileURLToPath(new URL('books-part.ts', import.meta.url)),
    [part, ...(peers ? ['--peers'] : [])],
    { execArgv: ['--import', 'tsx'] },
  );
  let results: BenchResult[] | undefined;
  child.on('message', (message) => (results = message as BenchResult[]));
  await once(child, 'exit');
  if (!results) throw new Error(`The part ${part} has failed: see above.`);
  return results;
}

async function withDatabase<T>(bench: (opened: BenchDatabase) => Promise<T>): Promise<T> {
  const opened = await openBenchDatabase();
  try {
    return await bench(opened);
  } finally {
    await opened.end();
  }
}

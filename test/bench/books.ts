import { openBenchDatabase } from './database.ts';
import { documentsBench } from './documents.ts';
import { importBench } from './import.ts';
import { importMemoryBench } from './import-memory.ts';
import { ledgerBench } from './ledger.ts';
import type { BenchOptions } from './measure.ts';
import { peersBench } from './peers.ts';
import { sieReadBench } from './sie-read.ts';
import type { BenchResult } from './sie-read.ts';

/** The books: reading, storing, comparing, open items, documents. Parts: reading, items, import, memory, documents. */
export async function booksSuite(
  tell: (line: string) => void,
  { part, peers }: BenchOptions,
): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  const measure = async (name: string, bench: () => Promise<readonly BenchResult[]>): Promise<void> => {
    if (part !== undefined && part !== name) return;
    tell(`${name} …`);
    const figures = await bench();
    results.push(...figures);
    for (const one of figures) tell(`  ${one.name}: ${one.value.toPrecision(3)} ${one.unit}`);
  };
  await measure('reading', sieReadBench);
  if (peers) await measure('reading', () => peersBench(tell));
  const opened = await openBenchDatabase();
  try {
    // First, with a heap in which the imports have left nothing.
    await measure('items', () => ledgerBench(opened));
    await measure('import', () => importBench(opened));
    await measure('memory', () => importMemoryBench(opened));
  } finally {
    await opened.end();
  }
  await measure('documents', documentsBench);
  return results;
}

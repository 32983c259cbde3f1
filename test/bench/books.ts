import { openBenchDatabase } from './database.ts';
import { documentsBench } from './documents.ts';
import { importBench } from './import.ts';
import { importMemoryBench } from './import-memory.ts';
import { ledgerBench } from './ledger.ts';
import { sieReadBench } from './sie-read.ts';
import type { BenchResult } from './sie-read.ts';

/** The books: reading, storing, comparing, open items, documents. */
export async function booksSuite(tell: (line: string) => void): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  const add = (figures: readonly BenchResult[]): void => {
    results.push(...figures);
    for (const { name, value, unit } of figures) tell(`  ${name}: ${value.toPrecision(3)} ${unit}`);
  };
  tell('reading SIE …');
  add(await sieReadBench());
  const opened = await openBenchDatabase();
  try {
    tell('import …');
    const imported = await importBench(opened);
    add(imported.results);
    tell('memory …');
    add(await importMemoryBench(opened));
    tell('open items and differences …');
    add(await ledgerBench(opened, imported.firstImportMs));
  } finally {
    await opened.end();
  }
  tell('documents …');
  add(await documentsBench());
  return results;
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { booksSuite } from './books.ts';
import { fairnessSuite } from './fairness.ts';
import { flowSuite } from './flow.ts';
import type { BenchOptions } from './measure.ts';
import type { BenchResult } from './sie-read.ts';
import { webSuite } from './web.ts';

type Suite = (tell: (line: string) => void, options: BenchOptions) => Promise<BenchResult[]>;

/**
 * `npm run bench [-- SUITE… [--quick] [--part NAME] [--peers]]`: a table for people, `out/bench/SUITE.json` for programs.
 * Exit 1 when a target is missed.
 */
const suites: Readonly<Record<string, Suite>> = {
  books: booksSuite,
  web: webSuite,
  flow: flowSuite,
  fairness: fairnessSuite,
};

async function main(names: readonly string[], options: BenchOptions): Promise<void> {
  const unknown = names.filter((name) => !(name in suites));
  if (unknown.length > 0)
    throw new Error(`No such suite: ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}.`);
  mkdirSync('out/bench', { recursive: true });
  for (const name of names.length > 0 ? names : Object.keys(suites)) {
    const results = await suites[name]!((line) => console.error(line), options);
    writeFileSync(`out/bench/${name}.json`, `${JSON.stringify(results, null, 2)}\n`);
    console.log(`\n${name}\n${table(results)}`);
    if (results.some(({ holds }) => !holds)) process.exitCode = 1;
  }
}

function table(results: readonly BenchResult[]): string {
  const lines = results.map(({ name, value, unit, target, better, holds }) => {
    const goal =
      target === 0 && holds && better === 'higher' ? '' : `${better === 'higher' ? '≥' : '≤'} ${target}`;
    return [name, `${round(value)} ${unit}`, goal, goal === '' ? '' : holds ? 'holds' : 'MISSED'];
  });
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n');
}

const round = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, part: { type: 'string' }, peers: { type: 'boolean' } },
});
const { quick = false, part, peers = false } = values;
await main(positionals, { quick, part, peers });

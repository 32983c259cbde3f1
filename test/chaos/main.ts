import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkoutFolder } from '../../dev/local-folder.ts';
import { partFaults } from './part-faults.ts';
import { reportOf, summaryOf, tablesOf } from './report.ts';
import { runSuite } from './suite.ts';

const usage = `npm run chaos [-- --runs N] [--seed S] [--sequences M]

  Closes that meet a fault each: processes killed and frozen, the wire to Fortnox, servers restarted, networks that stand still,
  random sequences (M of the N, a sixteenth when nothing is said). Afterwards every invariant is looked at. Writes out/chaos/summary.json and report.md.

  Exit code 0: every invariant held in every run. 1: one did not.`;

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} is a whole number above 0.\n\n${usage}`);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '320' },
    seed: { type: 'string', default: '1' },
    sequences: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const seed = wholeNumber(values.seed, 'seed');
const runs = wholeNumber(values.runs, 'runs');
const sequences = values.sequences ? wholeNumber(values.sequences, 'sequences') : Math.ceil(runs / 16);
const beganAtMs = performance.now();
const few = runs < 100;
const result = await runSuite({
  runs,
  seed,
  together: 9,
  perPart: few ? 3 : 10,
  sequences,
  parts: partFaults(few ? 8_000 : 30_000),
  turnedAwayMs: 10_000,
  log: (line) => console.log(line),
});
const summary = summaryOf(result, seed, Math.round((performance.now() - beganAtMs) / 1_000));
const folder = path.join(checkoutFolder, 'out', 'chaos');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
writeFileSync(path.join(folder, 'report.md'), reportOf(result, summary));
writeFileSync(path.join(folder, 'outcomes.json'), `${JSON.stringify(result.outcomes, undefined, 1)}\n`);
console.log(`\n${tablesOf(result, summary)}\n`);
for (const leak of result.leaks) console.log(`BROKEN ${leak}`);
console.log(
  `${summary.runs} fault runs, ${summary.broken} broken, ${summary.workersKilled} workers killed, seed ${seed}, ${summary.seconds} s`,
);
process.exit(summary.broken === 0 ? 0 : 1);

import { logInCompanies } from './flow/companies.ts';
import type { FlowCompany } from './flow/companies.ts';
import { commonSizeBench } from './flow/common-size.ts';
import { companiesForGrowth, growthBench } from './flow/growth.ts';
import { startHouse } from './flow/house.ts';
import type { FlowHouse } from './flow/house.ts';
import { startBench } from './flow/start.ts';
import { companiesFor, throughputBench } from './flow/throughput.ts';
import { waitingBench } from './flow/waiting.ts';
import type { BenchOptions } from './measure.ts';
import type { BenchResult } from './sie-read.ts';

interface Sizes {
  readonly atOnce: readonly number[];
  readonly waiting: { readonly waiting: number; readonly cached: number; readonly seconds: number };
  readonly growth: {
    readonly atOnce: number;
    readonly workers: readonly number[];
    readonly times: readonly number[];
  };
}

const whole: Sizes = {
  atOnce: [1, 50, 500],
  waiting: { waiting: 5_000, cached: 500, seconds: 60 },
  growth: { atOnce: 24, workers: [1, 2, 4], times: [10, 100] },
};
const quick: Sizes = {
  atOnce: [1, 20],
  waiting: { waiting: 300, cached: 60, seconds: 10 },
  growth: { atOnce: 8, workers: [1, 2], times: [10] },
};

/**
 * The flow: closes against bare workflows, thousands that wait, and what growth costs. On servers that are started for it, each part on its own;
 * up to twenty minutes on two cores, a tenth of that with `--quick`.
 */
export async function flowSuite(tell: (line: string) => void, options: BenchOptions): Promise<BenchResult[]> {
  const sizes = options.quick ? quick : whole;
  const parts: Readonly<Record<string, () => Promise<BenchResult[]>>> = {
    closes: () =>
      inHouse(companiesFor(sizes.atOnce), (house, companies) =>
        throughputBench(house, companies, sizes.atOnce, tell),
      ),
    waiting: () =>
      inHouse(0, ({ client, temporalAddress }) =>
        waitingBench(client.temporal, temporalAddress, sizes.waiting, tell),
      ),
    common: () => alone(commonSizeBench),
    start: () => inHouse(1, (house, [company]) => startBench(house, company!)),
    growth: () =>
      inHouse(companiesForGrowth(sizes.growth), (house, companies) =>
        growthBench(house, companies, sizes.growth),
      ),
  };
  const { part } = options;
  if (part !== undefined && !(part in parts))
    throw new Error(`No such part: ${part}. There are: ${Object.keys(parts).join(', ')}.`);
  const results: BenchResult[] = [];
  for (const [name, run] of Object.entries(parts)) {
    if (part !== undefined && part !== name) continue;
    tell(`${name} …`);
    const figures = await run();
    results.push(...figures);
    for (const { name: what, value, unit } of figures) tell(`  ${what}: ${value.toPrecision(3)} ${unit}`);
  }
  return results;
}

async function alone(run: (house: FlowHouse) => Promise<BenchResult[]>): Promise<BenchResult[]> {
  const house = await startHouse(0);
  try {
    return await run(house);
  } finally {
    await house.stop();
  }
}

async function inHouse(
  companies: number,
  run: (house: FlowHouse, companies: readonly FlowCompany[]) => Promise<BenchResult[]>,
): Promise<BenchResult[]> {
  const house = await startHouse(Math.max(1, companies));
  try {
    return await run(house, await logInCompanies(house.client, house.sandboxUrl, companies));
  } finally {
    await house.stop();
  }
}

import { aside, figure } from '../measure.ts';
import type { BenchResult } from '../sie-read.ts';
import { cloneFirms } from './clone-firms.ts';
import type { FlowCompany } from './companies.ts';
import type { FlowHouse } from './house.ts';
import { runCloses } from './run-closes.ts';
import type { RunOfCloses } from './run-closes.ts';

/** A hundred times the companies may cost a tenth of the throughput. */
const leastWithMoreCompanies = 0.9;

/**
 * Closes per second and from approval to export with more workers, and with more companies in the database. All runs are on one
 * machine: more workers than cores show what they cost, not what more machines give.
 */
export async function growthBench(
  house: FlowHouse,
  companies: readonly FlowCompany[],
  size: { readonly atOnce: number; readonly workers: readonly number[]; readonly times: readonly number[] },
): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  let used = 0;
  const run = async (): Promise<RunOfCloses> => {
    const some = companies.slice(used, used + size.atOnce);
    used += size.atOnce;
    return runCloses(house, some, 2025);
  };
  const workers = [await house.startWorker()];
  await run();
  const add = (what: string, { perSecond, approvalToExportMs }: RunOfCloses): void => {
    results.push(
      aside(`${what}: closes`, perSecond, 'closes/s'),
      aside(`${what}: approval to export, p95`, p95(approvalToExportMs), 'ms'),
    );
  };
  for (const count of size.workers) {
    while (workers.length < count) workers.push(await house.startWorker());
    add(`${count} ${count === 1 ? 'worker' : 'workers'}`, await run());
  }
  for (const worker of workers.slice(1)) await worker.kill9();

  const firmIds = companies.slice(0, used).map(({ caller }) => caller.firmId);
  const before = await run();
  add(`${firmIds.length} companies`, before);
  let there = 1;
  for (const times of size.times) {
    await cloneFirms(house.admin, firmIds, there, times - 1);
    there = times;
    const grown = await run();
    add(`${firmIds.length * times} companies`, grown);
    const most = times === size.times.at(-1);
    const name = `closes with ${times} times the companies / with those alone`;
    const ratio = grown.perSecond / before.perSecond;
    results.push(most ? figure(name, ratio, '×', 'higher', leastWithMoreCompanies) : aside(name, ratio, '×'));
  }
  const [close] = await house.admin<{ kb: string }[]>`
    select (select sum(pg_column_size(r)) from record_versions r where r.firm_id = any(${firmIds})) / 1024.0 / ${firmIds.length} as kb`;
  results.push(aside('rows of the books, a close', Number(close?.kb), 'KB'));
  return results;
}

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * 0.95)] ?? 0;

/** How many companies the runs take. */
export const companiesForGrowth = (size: {
  readonly atOnce: number;
  readonly workers: readonly number[];
  readonly times: readonly number[];
}): number => size.atOnce * (2 + size.workers.length + size.times.length);

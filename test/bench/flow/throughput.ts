import { closeWorkflowId } from '../../../workflows/messages.ts';
import { aside, figure } from '../measure.ts';
import type { BenchResult } from '../sie-read.ts';
import type { FlowCompany } from './companies.ts';
import { cpuBetween, cpuSoFar } from './cpu.ts';
import type { CpuMs } from './cpu.ts';
import { databaseBytes, fortnoxRequests } from './common-size.ts';
import { assertAlike, historySize } from './history.ts';
import type { FlowHouse } from './house.ts';
import { startBare } from './run-bare.ts';
import { runCloses } from './run-closes.ts';

const leastRatio = 0.6;
const mostEvents = 120;
const mostBytes = 64 * 1024;
/** One at a time is over in two seconds: of a few the answer would be the machine's mood. */
const roundsOf = (atOnce: number): number => (atOnce === 1 ? 10 : 1);

/**
 * Closes per second from start to completed against bare workflows on the same server, in turns, so that both meet the same load; and the
 * size of a close's history. One worker process each, that of the product.
 */
export async function throughputBench(
  house: FlowHouse,
  companies: readonly FlowCompany[],
  atOnce: readonly number[],
  tell: (line: string) => void,
): Promise<BenchResult[]> {
  const { client, temporalAddress } = house;
  const worker = await house.startWorker();
  const bare = await startBare(client.temporal, temporalAddress);
  try {
    // One of each first: warm, and alike.
    const [first] = (await runCloses(house, companies.slice(0, 1), 2025)).engagementIds;
    const [firstBare] = (await bare.run(1)).ids;
    const size = await historySize(client.temporal, closeWorkflowId(first ?? ''));
    assertAlike(size, await historySize(client.temporal, `bare/${firstBare}`));
    const results = [
      figure('events of a close', size.events, 'events', 'lower', mostEvents),
      figure('history of a close', size.bytes, 'bytes', 'lower', mostBytes),
      aside('state transitions of a close', size.transitions, ''),
      aside('requests to Fortnox, a close', await fortnoxRequests(house), ''),
    ];
    const sizeBefore = await databaseBytes(house);
    let used = 1;
    for (const count of atOnce) {
      const rounds = roundsOf(count);
      let closeSeconds = 0;
      let bareSeconds = 0;
      let closeCpu: CpuMs | undefined;
      let bareCpu: CpuMs | undefined;
      for (let round = 0; round < rounds; round += 1) {
        const some = companies.slice(used, used + count);
        used += count;
        const begun = cpuSoFar();
        closeSeconds += count / (await runCloses(house, some, 2025)).perSecond;
        const between = cpuSoFar();
        bareSeconds += count / (await bare.run(count)).perSecond;
        const ended = cpuSoFar();
        if (!begun || !between || !ended) continue;
        closeCpu = cpuBetween(begun, between);
        bareCpu = cpuBetween(between, ended);
      }
      const perSecond = (rounds * count) / closeSeconds;
      const barePerSecond = (rounds * count) / bareSeconds;
      tell(
        `  ${count} at once: ${perSecond.toFixed(2)} closes/s, ${barePerSecond.toFixed(2)} bare workflows/s`,
      );
      results.push(
        figure(
          `closes against bare workflows, ${count} at once`,
          perSecond / barePerSecond,
          '×',
          'higher',
          leastRatio,
        ),
        aside(`closes, ${count} at once`, perSecond, 'closes/s'),
        aside(`bare workflows, ${count} at once`, barePerSecond, 'workflows/s'),
      );
      if (count === 1 || !closeCpu || !bareCpu) continue;
      results.push(...cpuOf(`a close, ${count} at once`, closeCpu, count));
      results.push(...cpuOf(`a bare workflow, ${count} at once`, bareCpu, count));
    }
    const stored = ((await databaseBytes(house)) - sizeBefore) / (used - 1);
    return [...results, aside('database of a close', stored / 1024, 'KB')];
  } finally {
    await bare.stop();
    await worker.kill9();
  }
}

/** CPU does not depend on what else the machine has to do: machines are reckoned by it (docs/scale.md). */
function cpuOf(what: string, cpu: CpuMs, count: number): BenchResult[] {
  const { workers, temporal, postgres, rest } = cpu;
  return [
    aside(`CPU of ${what}`, (workers + temporal + postgres + rest) / count, 'ms'),
    aside('  its worker', workers / count, 'ms'),
    aside('  Temporal', temporal / count, 'ms'),
    aside('  Postgres', postgres / count, 'ms'),
    aside('  sandbox and bench', rest / count, 'ms'),
  ];
}

/** How many companies the runs take. */
export const companiesFor = (atOnce: readonly number[]): number =>
  1 + atOnce.reduce((sum, count) => sum + roundsOf(count) * count, 0);

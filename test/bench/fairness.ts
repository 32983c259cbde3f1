import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { startEngagement } from '../../client/close/engagements.ts';
import type { ClientContext } from '../../client/close/context.ts';
import { createFirm } from '../../db/stores/firms.ts';
import { logInCompanies } from './flow/companies.ts';
import type { FlowCompany } from './flow/companies.ts';
import { startHouse } from './flow/house.ts';
import type { FlowHouse } from './flow/house.ts';
import { aside, figure, median } from './measure.ts';
import type { BenchOptions } from './measure.ts';
import type { BenchResult } from './sie-read.ts';

const aloneRounds = 3;
/** A small firm among the crowd may wait so many times as long as on its own, at most. */
const mostTimesAlone = 12;
/** And so much of what it would wait without fairness. */
const mostOfUnfair = 0.5;

/**
 * One firm starts hundreds of closes at once, and a moment later another firm starts one: how long until its attachments are made, against
 * alone, with the firm as Temporal's fairness key and without. One worker process, that of the product.
 */
export async function fairnessSuite(
  tell: (line: string) => void,
  { quick }: BenchOptions,
): Promise<BenchResult[]> {
  const crowd = quick ? 100 : 200;
  const small = aloneRounds + 3;
  tell(`a firm of ${crowd} closes and a firm of one …`);
  const house = await startHouse(2 * crowd + small);
  try {
    const { client, sandboxUrl } = house;
    const ofOne = await logInCompanies(client, sandboxUrl, small);
    const crowds = [];
    for (const turn of [0, 1]) {
      const firmId = randomUUID();
      await client.database.forFirm(firmId, (tx) => createFirm(tx, { name: 'Stora byrån' }));
      crowds.push(await logInCompanies(client, sandboxUrl, crowd, { from: small + turn * crowd, firmId }));
    }
    await house.startWorker();
    await timeOf(house, client, ofOne.shift()!); // warm
    const alone: number[] = [];
    for (let round = 0; round < aloneRounds; round += 1)
      alone.push(await timeOf(house, client, ofOne.shift()!));
    const fair = await amongMany(house, client, crowds[0]!, ofOne.shift()!);
    const unfair = await amongMany(house, withoutKeys(client), crowds[1]!, ofOne.shift()!);
    const aloneMs = median(alone);
    return [
      aside('one close alone', aloneMs / 1_000, 's'),
      aside(`one close beside ${crowd} of another firm`, fair / 1_000, 's'),
      aside('the same without fairness keys', unfair / 1_000, 's'),
      figure('wait beside the crowd against alone', fair / aloneMs, '×', 'lower', mostTimesAlone),
      figure('wait with fairness against without', fair / unfair, '×', 'lower', mostOfUnfair),
    ];
  } finally {
    await house.stop();
  }
}

/** Milliseconds from the start of a close until its attachments are made. */
async function timeOf(house: FlowHouse, client: ClientContext, company: FlowCompany): Promise<number> {
  const startedAt = performance.now();
  const id = await start(client, company);
  await untilMade(house, [id]);
  return performance.now() - startedAt;
}

async function amongMany(
  house: FlowHouse,
  client: ClientContext,
  crowd: readonly FlowCompany[],
  one: FlowCompany,
): Promise<number> {
  const ids = await Promise.all(crowd.map((company) => start(client, company)));
  const tookMs = await timeOf(house, client, one);
  await untilMade(house, ids);
  return tookMs;
}

async function start(client: ClientContext, { caller, companyId }: FlowCompany): Promise<string> {
  const { id } = await startEngagement(client, caller, {
    company: { id: companyId },
    year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
    settings: { source: 'fortnox', materialityOre: ore(100_00) },
  });
  return id;
}

async function untilMade({ admin }: FlowHouse, ids: readonly string[]): Promise<void> {
  for (;;) {
    const [row] = await admin<{ made: number }[]>`
      select count(distinct engagement_id)::int as made from processing_history
      where event = 'attachments.generated' and engagement_id = any(${[...ids]})`;
    if (row!.made === ids.length) return;
    await sleep(25);
  }
}

/** The same client, whose closes all wait in one row. */
function withoutKeys(context: ClientContext): ClientContext {
  const { connection, options } = context.temporal;
  const temporal = new Client({
    connection,
    namespace: options.namespace,
    interceptors: {
      workflow: [
        {
          start: ({ options: { priority: _, ...kept }, ...input }, next) => next({ ...input, options: kept }),
        },
      ],
    },
  });
  return { ...context, temporal };
}

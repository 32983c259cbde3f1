import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createApiKey } from '../../client/close/api-keys.ts';
import { openDatabase } from '../../db/database.ts';
import { createFirm } from '../../db/stores/firms.ts';
import { checkoutFolder, localFolder } from '../local-folder.ts';
import { newRunFolder } from '../run-folder.ts';
import { companyName, makeClose } from './accountant.ts';
import type { Closed } from './accountant.ts';
import { startCluster } from './parts.ts';
import type { Cluster, Part } from './parts.ts';
import { createServers } from './servers.ts';

const usage = `npm run cluster [-- --closes N --at-once N]

  Temporal's server in four processes on Postgres, two workers, two HTTP servers and the sandbox on this machine. Closes are made
  over HTTP while one part after another is killed (SIGKILL) and started again. Logs lie in out/cluster/.

  --closes N    at least so many closes (20); more are begun until every part has been killed
  --at-once N   so many of them at the same time (6)

  Exit code 0: every close was completed and Fortnox holds each of its vouchers once.`;

/** What was killed, and what became of it. */
interface Kill {
  readonly part: string;
  readonly closesUnderWay: number;
  readonly backAfterMs: number;
  /** Until a close was completed after the part was back: nothing stood still. */
  readonly nextCompletedAfterMs: number;
}

const mostCloses = 400;
const betweenKillsMs = 3_000;
const firstDatabaseNumber = 800_000;

async function proveCluster(atLeast: number, atOnce: number): Promise<boolean> {
  const logs = path.join(checkoutFolder, 'out', 'cluster');
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const folder = await newRunFolder(path.join(localFolder, 'runs'), 'cluster');
  const say = (line: string): void => console.log(line);
  const cluster = await startCluster(logs, path.join(folder.folder, 'postgres'), companies(), say).catch(
    (error: unknown) => {
      folder.remove();
      throw error;
    },
  );
  let ended = false;
  const end = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    await cluster.stop();
    folder.remove();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void end().then(() => process.exit(130)));
  try {
    const sizeBefore = await databaseBytes(cluster);
    const closed: Closed[] = [];
    const failed: string[] = [];
    const kills: Kill[] = [];
    const now = { begun: 0, underWay: 0, killing: true };

    const accountant = async (): Promise<void> => {
      while ((now.begun < atLeast || now.killing) && now.begun < mostCloses && failed.length === 0) {
        const databaseNumber = firstDatabaseNumber + now.begun;
        now.begun += 1;
        now.underWay += 1;
        try {
          const key = await newFirm(cluster);
          closed.push(await makeClose(createServers(cluster.urls), cluster.sandbox.url, key, databaseNumber));
        } catch (error) {
          failed.push(String(error));
        }
        now.underWay -= 1;
      }
    };
    const work = Array.from({ length: atOnce }, accountant);
    const completed = async (more: number): Promise<void> => {
      while (closed.length < more && failed.length === 0) await sleep(50);
    };
    await completed(1);
    say(`${closed.length} close completed; the killing begins`);
    for (const part of cluster.parts) {
      if (failed.length > 0) break;
      await sleep(betweenKillsMs);
      kills.push(await killAndStart(part, now.underWay, () => completed(closed.length + 1)));
      const { backAfterMs } = kills.at(-1)!;
      say(`killed ${part.name}: back after ${(backAfterMs / 1_000).toFixed(1)} s, closes go on`);
    }
    now.killing = false;
    await Promise.all(work);
    const sizeAfter = await databaseBytes(cluster);
    const temporalKb = Math.round((sizeAfter - sizeBefore) / 1024 / Math.max(1, closed.length));
    return await judge(cluster, { closed, failed, kills, begun: now.begun, logs, temporalKb });
  } finally {
    await end();
  }
}

async function killAndStart(
  part: Part,
  closesUnderWay: number,
  nextCompleted: () => Promise<void>,
): Promise<Kill> {
  const killedAt = performance.now();
  await part.kill();
  await part.start();
  const backAt = performance.now();
  await nextCompleted();
  return {
    part: part.name,
    closesUnderWay,
    backAfterMs: backAt - killedAt,
    nextCompletedAfterMs: performance.now() - backAt,
  };
}

/** A firm of its own for each close, as its database's owner would make it; again when Postgres is just away. */
async function newFirm({ databaseUrl }: Cluster): Promise<string> {
  for (;;) {
    try {
      const database = await openDatabase(databaseUrl, { connections: 1 });
      try {
        const firmId = randomUUID();
        await database.forFirm(firmId, (tx) => createFirm(tx, { name: 'Byrån' }));
        const scopes = ['read', 'write', 'approve'] as const;
        return (await createApiKey({ database }, firmId, { name: 'Kluster', scopes })).key;
      } finally {
        await database.end();
      }
    } catch {
      await sleep(500);
    }
  }
}

/** Of Temporal's two databases. */
async function databaseBytes({ databaseUrl }: Cluster): Promise<number> {
  const database = await openDatabase(databaseUrl, { connections: 1 });
  try {
    const [row] = await database.sql<{ bytes: string }[]>`
      select sum(pg_database_size(datname)) as bytes from pg_database where datname like 'temporal%'`;
    return Number(row?.bytes);
  } finally {
    await database.end();
  }
}

async function judge(
  { sandbox }: Cluster,
  run: {
    readonly closed: readonly Closed[];
    readonly failed: readonly string[];
    readonly kills: readonly Kill[];
    readonly begun: number;
    readonly logs: string;
    readonly temporalKb: number;
  },
): Promise<boolean> {
  const { closed, failed, kills, begun, temporalKb } = run;
  const wrong: string[] = [...failed];
  for (const { databaseNumber, texts } of closed) {
    const answer = await fetch(`${sandbox.url}/sandbox/books?company=${databaseNumber}`);
    const { vouchers } = (await answer.json()) as { vouchers: { series: string; text: string }[] };
    for (const text of texts) {
      const times = vouchers.filter((one) => one.series === 'K' && one.text.startsWith(text)).length;
      if (times !== 1) wrong.push(`"${text}" stands ${times} times in Fortnox`);
    }
  }
  const vouchers = closed.reduce((sum, { texts }) => sum + texts.length, 0);
  const attentions = closed.flatMap((close) => close.attentions);
  console.log(`\n${table(kills)}\n`);
  console.log(`${closed.length} of ${begun} closes completed, ${vouchers} vouchers, each once in Fortnox`);
  console.log(
    `put before a person and tried again: ${attentions.length} ${[...new Set(attentions)].join(', ')}`,
  );
  console.log(`Temporal's two databases: ${temporalKb} KB a close`);
  for (const line of wrong) console.log(`NOT SO: ${line}`);
  writeFileSync(
    path.join(run.logs, 'summary.json'),
    `${JSON.stringify({ closes: closed.length, begun, vouchers, attentions, temporalKb, kills, wrong }, undefined, 2)}\n`,
  );
  return wrong.length === 0 && closed.length === begun;
}

function table(kills: readonly Kill[]): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const rows = [
    ['killed', 'closes under way', 'works again after', 'next close completed after'],
    ...kills.map((kill) => [
      kill.part,
      String(kill.closesUnderWay),
      seconds(kill.backAfterMs),
      seconds(kill.nextCompletedAfterMs),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function companies(): object[] {
  const file = new URL('../../test/cases/01-simple-tie/company.json', import.meta.url);
  const simple = JSON.parse(readFileSync(file, 'utf8')) as { company: object };
  return Array.from({ length: mostCloses }, (_, index) => {
    const databaseNumber = firstDatabaseNumber + index;
    return {
      ...simple,
      company: { ...simple.company, name: companyName(databaseNumber), databaseNumber },
    };
  });
}

const { values } = parseArgs({
  options: {
    closes: { type: 'string' },
    'at-once': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help === true) console.log(usage);
else {
  try {
    const held = await proveCluster(Number(values.closes ?? 20), Number(values['at-once'] ?? 6));
    console.log(held ? '\nAll held.' : '\nNot all held.');
    process.exitCode = held ? 0 : 1;
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}

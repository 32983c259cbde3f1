import { once } from 'node:events';
import { openDatabase } from '../../db/database.ts';
import { acquireRequest, budgetKey } from '../../db/stores/request-budget.ts';

/**
 * A process of its own that asks for requests as fast as it may: arguments are the database and a count. It says when
 * it is ready, begins when it is told to, and ends with the times (ms since 1970) at which it would have sent.
 */
const [url = '', count = '0'] = process.argv.slice(2);
const database = await openDatabase(url, { connections: 4 });
console.log('ready');
await once(process.stdin, 'data');
process.stdin.pause();
const times: number[] = [];
await Promise.all(
  Array.from({ length: Number(count) }, async () => {
    await acquireRequest(database, budgetKey('client', 'tenant'), { longestWaitMs: 60_000 });
    times.push(Date.now());
  }),
);
await database.end();
console.log(JSON.stringify(times));

import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { editorBench, editorRows, saveManyRows } from './web-editor.ts';
import { treeWorkMs } from './process-work.ts';
import { openWebWorld } from './web-world.ts';
import type { WebWorld } from './web-world.ts';
import { aside, figure, median, p95 } from './measure.ts';
import type { BenchOptions } from './measure.ts';
import type { BenchResult } from './sie-read.ts';

const whole = { engagements: 500, vouchers: 100_000, rounds: 60 } as const;
const quickly = { engagements: 100, vouchers: 5_000, rounds: 20 } as const;
const mostMs = 100;
const mostBytes = 100_000;
/** What the machine takes for an answer that nothing is done for: the load that all the others met as well. */
const nothing = '/healthz';

/** The page: answers for a firm with 500 closes and a client of 100,000 vouchers, and what a first visit weighs. */
export async function webSuite(
  tell: (line: string) => void,
  { quick }: BenchOptions,
): Promise<BenchResult[]> {
  const { rounds, ...size } = quick ? quickly : whole;
  const world = await openWebWorld(size, tell);
  try {
    await saveManyRows(world);
    const results: BenchResult[] = [];
    const add = (figures: readonly BenchResult[]): void => {
      results.push(...figures);
      for (const { name, value, unit } of figures) tell(`  ${name}: ${value.toPrecision(3)} ${unit}`);
    };
    tell('answers …');
    add(await answers(world, rounds, tell));
    add(await work(world, Math.ceil(rounds / 3)));
    add(await weight(world));
    tell('editor …');
    add(await editorBench(world));
    return results;
  } finally {
    await world.end();
  }
}

const pagesOf = ({ large }: WebWorld): Readonly<Record<string, string>> => {
  const close = `/bokslut/${large}`;
  return {
    Översikt: '/',
    'Översikt, sökt': '/?q=kunden+3&fas=awaitingConnection',
    'Nytt bokslut': '/bokslut/nytt',
    Läget: close,
    Datakälla: `${close}/datakalla`,
    Import: `${close}/import`,
    Bilagor: `${close}/bilagor`,
    [`Justeringar med ${editorRows} rader`]: `${close}/justeringar`,
    Godkänn: `${close}/godkann`,
    Export: `${close}/export`,
    Historik: `${close}/historik`,
    Pärm: `${close}/parm`,
    [nothing]: '/healthz',
  };
};

/** Every page in turns, one at a time, from the request to the last byte; the first round warms up. */
async function answers(
  world: WebWorld,
  rounds: number,
  tell: (line: string) => void,
): Promise<BenchResult[]> {
  const pages = pagesOf(world);
  const times = new Map(Object.keys(pages).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, path] of Object.entries(pages)) {
      const { status, ms } = await get(world, path);
      if (status !== 200) throw new Error(`${path}: ${status}`);
      if (round > 0) times.get(name)!.push(ms);
      else tell(`  ${name}, first: ${ms.toFixed(0)} ms`);
    }
  }
  const idle = times.get(nothing)!;
  times.delete(nothing);
  const all = [...times.values()].flat();
  return [
    figure('answer, all pages, p95', p95(all), 'ms', 'lower', mostMs),
    ...[...times].map(([name, ms]) => figure(`answer, ${name}, p95`, p95(ms), 'ms', 'lower', mostMs)),
    aside('answer, all pages, median', median(all), 'ms'),
    aside('answer, /healthz, p95', p95(idle), 'ms'),
    aside('answer, /healthz, median', median(idle), 'ms'),
  ];
}

/** What a page's answer costs in processor time of the server, Postgres, Temporal and the worker together. */
async function work(world: WebWorld, times: number): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const [name, path] of Object.entries(pagesOf(world))) {
    const before = treeWorkMs();
    for (let time = 0; time < times; time++) await get(world, path);
    const after = treeWorkMs();
    if (before === undefined || after === undefined) return [];
    results.push(figure(`work of all processes, ${name}`, (after - before) / times, 'ms', 'lower', mostMs));
  }
  return results;
}

interface Answer {
  readonly status: number;
  readonly ms: number;
  /** As it goes over the wire. */
  readonly sentBytes: number;
  readonly body: string;
}

function get({ url, cookie }: WebWorld, path: string): Promise<Answer> {
  const start = performance.now();
  const headers = { cookie, accept: 'text/html', 'accept-encoding': 'gzip' };
  return new Promise((resolve, reject) => {
    request(`${url}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const ms = performance.now() - start;
        const sent = Buffer.concat(chunks);
        const body = response.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
        resolve({ status: response.statusCode ?? 0, ms, sentBytes: sent.byteLength, body: body.toString() });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** A first visit, with nothing kept in the browser: the page and every file that it names. */
async function weight(world: WebWorld): Promise<BenchResult[]> {
  const page = await get(world, '/');
  const named = [...page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  const files = await Promise.all([...new Set(named)].map((path) => get(world, path)));
  const all = [page, ...files];
  return [
    figure(
      'first page, sent (gzip)',
      sum(all.map(({ sentBytes }) => sentBytes)),
      'bytes',
      'lower',
      mostBytes,
    ),
    figure(
      'first page, unpacked',
      sum(all.map(({ body }) => Buffer.byteLength(body))),
      'bytes',
      'lower',
      mostBytes,
    ),
  ];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

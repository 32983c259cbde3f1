import { readSie } from '../../accounting/sie/read.ts';
import { sampleSie } from './sie-file.ts';

/** One figure of a benchmark, as `out/bench/SUITE.json` holds it. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number;
  readonly better: 'higher' | 'lower';
  readonly holds: boolean;
}

const rounds = 9;

/**
 * Reading SIE as the import does (every record, encoding, findings, balance of each voucher, amounts in öre, texts
 * located) against counting newlines byte by byte, both in JavaScript over the same bytes in memory, in turns, so that
 * both meet the same load of the machine. The median of the rounds counts; one round of each goes first, to warm up.
 */
export async function sieReadBench(): Promise<BenchResult[]> {
  const small = sampleSie(10_000);
  const large = sampleSie(100_000);
  const counting: number[] = [];
  const reading: number[] = [];
  const readingSmall: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    counting.push(await elapsedMs(() => countNewlines(large.bytes)));
    reading.push(await elapsedMs(() => readWhole(large)));
    readingSmall.push(await elapsedMs(() => readWhole(small)));
  }
  const megabytes = large.bytes.length / 1e6;
  const countMs = median(counting.slice(1));
  const readMs = median(reading.slice(1));
  const ratio = countMs / readMs;
  const growth = readMs / median(readingSmall.slice(1));
  return [
    {
      name: 'SIE read / newline count',
      value: ratio,
      unit: 'ratio',
      target: 0.2,
      better: 'higher',
      holds: ratio >= 0.2,
    },
    {
      name: 'SIE read, 10 times the rows',
      value: growth,
      unit: 'times',
      target: 11,
      better: 'lower',
      holds: growth <= 11,
    },
    // For the reader: what the machine gave, with no target of its own.
    {
      name: 'SIE read',
      value: (megabytes / readMs) * 1000,
      unit: 'MB/s',
      target: 0,
      better: 'higher',
      holds: true,
    },
    {
      name: 'newline count',
      value: (megabytes / countMs) * 1000,
      unit: 'MB/s',
      target: 0,
      better: 'higher',
      holds: true,
    },
  ];
}

async function readWhole({ bytes, vouchers, rows }: ReturnType<typeof sampleSie>): Promise<void> {
  let handedOn = 0;
  const file = await readSie(bytes, { onVouchers: (batch) => void (handedOn += batch.count) });
  const whole = file.voucherCount === vouchers && file.rowCount === rows && handedOn === vouchers;
  if (!whole || file.balancesTie !== true || file.findings.length > 0)
    throw new Error('the sample file was not read right');
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 10) count++;
  return count;
}

async function elapsedMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWriteStream } from 'node:fs';
import { newEngagement } from './database.ts';
import type { BenchDatabase } from './database.ts';
import { figure } from './measure.ts';
import { sampleSie } from './sie-file.ts';
import type { BenchResult } from './sie-read.ts';

const child = fileURLToPath(new URL('import-memory-child.ts', import.meta.url));

/** How far a process's memory rises above idle while it reads a file from disk and stores it as a snapshot. */
export async function importMemoryBench(opened: BenchDatabase): Promise<BenchResult[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bokslut-bench-'));
  try {
    const small = await peakMb(opened, await sampleFile(folder, 1), 100_000);
    const large = await peakMb(opened, await sampleFile(folder, 10), 1_000_000);
    return [
      figure('memory of importing 40 MB', small, 'MB', 'lower', 150),
      figure('memory of importing 400 MB', large, 'MB', 'lower', 250),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** So many times 100,000 vouchers, each time in other series. */
async function sampleFile(folder: string, times: number): Promise<string> {
  const file = path.join(folder, `${times}.se`);
  const out = createWriteStream(file);
  const bytes = Buffer.from(sampleSie(100_000).bytes);
  const start = bytes.indexOf('#VER');
  const head = bytes
    .subarray(0, start)
    .toString('latin1')
    .replaceAll(/^#(UB|RES) .*\n/gm, '');
  out.write(head, 'latin1');
  let vouchers = bytes.subarray(start);
  for (let time = 0; time < times; time++) {
    if (!out.write(vouchers)) await once(out, 'drain');
    vouchers = Buffer.from(vouchers);
    // A, B, C become D, E, F and so on.
    for (let at = vouchers.indexOf('#VER '); at !== -1; at = vouchers.indexOf('#VER ', at + 5))
      vouchers[at + 5]! += 3;
  }
  out.end();
  await once(out, 'finish');
  return file;
}

async function peakMb(opened: BenchDatabase, file: string, vouchers: number): Promise<number> {
  const { firmId, engagement } = await newEngagement(opened.database);
  const started = spawn(
    process.execPath,
    [...process.execArgv, child, opened.appUrl, firmId, engagement.id, file],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  started.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
  const [code] = (await once(started, 'close')) as [number];
  if (code !== 0) throw new Error(`the import ended with code ${code}`);
  const told = JSON.parse(said) as { vouchers: number; idleMb: number; peakMb: number };
  if (told.vouchers !== vouchers) throw new Error(`${told.vouchers} vouchers stored, not ${vouchers}`);
  return told.peakMb - told.idleMb;
}

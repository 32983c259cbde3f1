import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Milliseconds of CPU since a process's start, by part of the house. */
export type CpuMs = Readonly<Record<'workers' | 'temporal' | 'postgres' | 'rest', number>>;

const tickMs = 10;

/** What this process and all that it has started have used so far. Undefined where the kernel does not tell (other systems than Linux). */
export function cpuSoFar(): CpuMs | undefined {
  if (process.platform !== 'linux') return undefined;
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap((found) =>
      found ? [{ pid: Number(found[1]), parent: Number(found[2]), args: found[3]! }] : [],
    );
  const ours = new Set([process.pid]);
  // Parents come before their children but for numbers that were given again; a few rounds reach all.
  for (let round = 0; round < 5; round += 1)
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  const used = { workers: 0, temporal: 0, postgres: 0, rest: 0 };
  for (const { pid, args } of all) if (ours.has(pid)) used[partOf(args)] += cpuOf(pid);
  return used;
}

function partOf(args: string): keyof CpuMs {
  if (/worker\/main\.ts|bare-worker\.ts/.test(args)) return 'workers';
  if (/server start-dev/.test(args)) return 'temporal';
  return args.includes('postgres') ? 'postgres' : 'rest';
}

/** User and system time of the process and of those of its children that have ended. */
function cpuOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) * tickMs;
  } catch {
    return 0;
  }
}

export const cpuBetween = (before: CpuMs, after: CpuMs): CpuMs => ({
  workers: after.workers - before.workers,
  temporal: after.temporal - before.temporal,
  postgres: after.postgres - before.postgres,
  rest: after.rest - before.rest,
});

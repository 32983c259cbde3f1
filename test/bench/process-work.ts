import { readdirSync, readFileSync } from 'node:fs';

/** As Linux counts in /proc. */
const ticksPerSecond = 100;

/**
 * Processor time in ms that this process and all that it started have used: what an answer costs, whatever else the machine has to
 * do. Undefined where there is no /proc.
 */
export function treeWorkMs(): number | undefined {
  let ids: string[];
  try {
    ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
  const children = new Map<number, number[]>();
  const ticks = new Map<number, number>();
  for (const id of ids) {
    const [parent, user, system] = statOf(id);
    if (parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), Number(id)]);
    ticks.set(Number(id), (user ?? 0) + (system ?? 0));
  }
  const sum = (id: number): number =>
    (ticks.get(id) ?? 0) + (children.get(id) ?? []).reduce((all, child) => all + sum(child), 0);
  return (1_000 / ticksPerSecond) * sum(process.pid);
}

/** Parent, ticks in the program, ticks in the kernel; empty for a process that has just ended. */
function statOf(id: string): (number | undefined)[] {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'latin1');
    // After the name, which may hold spaces: state, parent … ; the times are the 14th and 15th of all.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [fields[1], fields[11], fields[12]].map(Number);
  } catch {
    return [];
  }
}

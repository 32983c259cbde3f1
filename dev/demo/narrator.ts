import { performance } from 'node:perf_hooks';

/** Tells a run step by step, for a person who watches, and keeps the time of each step. */
export interface Narrator {
  /** Begins a step and ends the one before. `key` names it in the figures. */
  step(key: string, title: string): void;
  /** A line under the step. */
  say(line: string): void;
  /** What goes on right now: overwritten by what follows. Shown on a terminal alone. */
  progress(line: string): void;
  /** Ends the last step: seconds by key. */
  seconds(): Readonly<Record<string, number>>;
}

const titleWidth = 92;

export function createNarrator(out: NodeJS.WriteStream = process.stdout): Narrator {
  const seconds: Record<string, number> = {};
  let running: { readonly key: string; readonly since: number } | undefined;
  let count = 0;
  let shown = '';

  const clear = (): void => {
    if (shown !== '') out.write('\r\u001B[K');
    shown = '';
  };
  const write = (line: string): void => {
    clear();
    out.write(`${line}\n`);
  };
  const end = (): void => {
    if (!running) return;
    const took = (performance.now() - running.since) / 1_000;
    seconds[running.key] = Math.round(((seconds[running.key] ?? 0) + took) * 10) / 10;
    write(`${took.toFixed(1)} s`.padStart(titleWidth));
    running = undefined;
  };
  return {
    step(key, title) {
      end();
      count += 1;
      running = { key, since: performance.now() };
      write(`\n${count}. ${title}`);
    },
    say: (line) => write(`   ${line}`),
    progress(line) {
      if (!out.isTTY || line === shown) return;
      clear();
      out.write(`   … ${line}`.slice(0, (out.columns ?? 80) - 1));
      shown = line;
    },
    seconds() {
      end();
      return seconds;
    },
  };
}

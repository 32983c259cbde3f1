import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, startChild } from './children.ts';
import type { Child } from './children.ts';
import { checkoutFolder } from './local-folder.ts';

/** Starts a TypeScript program of the checkout and waits until a line of its output holds a word. */
export async function startProgram(program: {
  readonly name: string;
  readonly file: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly readyAt: string;
}): Promise<{ readonly child: Child; readonly line: string }> {
  const child = await startChild({
    name: program.name,
    program: process.execPath,
    args: ['--import', 'tsx', program.file, ...(program.args ?? [])],
    logFile: program.logFile,
    cwd: checkoutFolder,
    env: program.env,
  });
  const giveUpAt = performance.now() + 120_000;
  for (;;) {
    const line = lastLines(program.logFile, 500)
      .split('\n')
      .find((one) => one.includes(program.readyAt));
    if (line !== undefined) return { child, line };
    if (child.hasEnded() || performance.now() > giveUpAt)
      throw new Error(`${program.name} does not start. It says:\n${lastLines(program.logFile)}`);
    await sleep(5);
  }
}

import { spawn } from 'node:child_process';
import path from 'node:path';
import { checkoutFolder } from '../../dev/local-folder.ts';

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly pid: number;
  /** Resolves when the program has printed the words; rejects when it ends without. */
  says(words: string): Promise<void>;
  readonly ended: Promise<Ran>;
}

/** Starts one of our programs as a process of its own, as npm does: `dev/demo.ts`, `client/cli/main.ts` … */
export function startProgram(
  script: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Running {
  const env = { ...process.env, ...environment };
  // Where npm was called from: the tests', not the program's.
  delete env['INIT_CWD'];
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(checkoutFolder, script), ...args], {
    cwd: checkoutFolder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    says: (words) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!out.includes(words)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void ended.then(
          () => reject(new Error(`it ended without saying "${words}":\n${out}\n${err}`)),
          reject,
        );
      }),
  };
}

export const runProgram = (
  script: string,
  args: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<Ran> => startProgram(script, args, environment).ended;

import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './run-command.ts';

/** One way that was tried, and why it led nowhere. */
export interface FailedPip {
  readonly command: string;
  readonly whyNot: string;
}

/** The ways to pip, the likeliest first. */
const commands = [['python3', '-m', 'pip'], ['pip3'], ['python', '-m', 'pip'], ['pip']];

/**
 * Installs one Python package into a folder of its own, whole or not at all, and touches nothing else of the machine's Python.
 *
 * @param requirement name==version
 * @returns nothing when it is there; else every way that was tried
 */
export async function pipInstall(
  requirement: string,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<FailedPip[]> {
  if (existsSync(folder)) return [];
  mkdirSync(path.dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}.`);
  // Made for its owner alone; but what is in it may be used by whoever may enter the checkout.
  chmodSync(unfinished, 0o755);
  const env = {
    ...environment,
    // A person's own settings that do not go together with --target, and warnings that hide the reason.
    PIP_USER: '0',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_ROOT_USER_ACTION: 'ignore',
  };
  try {
    const failed: FailedPip[] = [];
    for (const [program = '', ...before] of commands) {
      const args = [...before, 'install', '--quiet', '--no-input', '--target', unfinished, requirement];
      const whyNot = await runCommand(program, args, { env, timeout: 300_000 });
      if (whyNot === undefined) {
        moveInto(unfinished, folder);
        return [];
      }
      failed.push({ command: [program, ...before].join(' '), whyNot });
    }
    return failed;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Another run that started in the same instant may have brought the same already. */
export function moveInto(unfinished: string, folder: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

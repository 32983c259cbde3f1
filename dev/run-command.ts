import { execFile } from 'node:child_process';
import type { ExecFileOptions } from 'node:child_process';

/**
 * Runs a command to its end.
 *
 * @returns why it failed, in its own words (the last line says why; the ones before it tell of the attempts); undefined when it did not
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: ExecFileOptions & { timeout: number },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { ...options, encoding: 'utf8', killSignal: 'SIGKILL' },
      (error, _stdout, stderr) => {
        if (!error) resolve(undefined);
        else if (error.code === 'ENOENT') resolve('there is no such command');
        else if (error.killed) resolve(`not done within ${options.timeout / 1000} s`);
        else resolve(stderr.trim().split('\n').at(-1)?.slice(0, 300) || error.message);
      },
    );
  });
}

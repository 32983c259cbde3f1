import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { localFolder } from '../../dev/local-folder.ts';
import { pipInstall } from '../../dev/pip.ts';

/**
 * Runs a Python script with one package: an independent program that reads what we wrote.
 *
 * @param requirement name==version; fetched by pip at the first use, kept under `.local/python/`
 * @returns what the script printed
 * @throws Error when there is no pip or the script fails: a check that cannot be made is a failed one
 */
export async function runPython(
  requirement: string,
  script: string,
  args: readonly string[],
): Promise<string> {
  const folder = path.join(localFolder, 'python', requirement);
  const failed = await pipInstall(requirement, folder);
  if (failed.length > 0) {
    const routes = failed.map(({ command, whyNot }) => `${command}: ${whyNot}`).join('; ');
    throw new Error(`Python's ${requirement} is needed to check this file, and cannot be had: ${routes}`);
  }
  const env = { ...process.env, PYTHONPATH: folder, PYTHONIOENCODING: 'utf-8' };
  const { stdout } = await promisify(execFile)('python3', ['-c', script, ...args], {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

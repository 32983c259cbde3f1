import { TestWorkflowEnvironment } from '@temporalio/testing';

/*
 * A program of its own, run by temporal-programs.ts: the SDK has no call that only downloads. It starts the server as well,
 * inside the process that asks, and that process must stay free to install its own Temporal runtime.
 *
 * Usage: sdk-download.ts createLocal|createTimeSkipping FOLDER
 */
const [kind, downloadDir] = process.argv.slice(2);
if ((kind !== 'createLocal' && kind !== 'createTimeSkipping') || downloadDir === undefined) {
  throw new Error('Usage: sdk-download.ts createLocal|createTimeSkipping FOLDER');
}
try {
  const environment = await TestWorkflowEnvironment[kind]({
    server: { executable: { type: 'cached-download', downloadDir } },
  });
  await environment.teardown();
} catch (error) {
  // The one line that says why; the caller shows it.
  console.error(String(error));
  process.exitCode = 1;
}

import type { TestProject } from 'vitest/node';
import { timeSkippingServerPath } from '../../dev/temporal-programs.ts';
import { startTemporal } from '../../dev/temporal.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** host:port of the development server that all tests of the run share: a task queue and workflow ids per test. */
    readonly temporalAddress: string;
    /** The program for `TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } })`. */
    readonly timeSkippingServerPath: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const timeSkipping = await timeSkippingServerPath();
  const server = await startTemporal({ headless: true, searchAttributes });
  project.provide('temporalAddress', server.address);
  project.provide('timeSkippingServerPath', timeSkipping);
  return () => server.stop();
}

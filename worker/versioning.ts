import { createHash } from 'node:crypto';
import type { WorkerDeploymentOptions, WorkflowBundle } from '@temporalio/worker';

/**
 * What becomes of a close in flight when workers of another build come:
 * - `off`: every worker takes every close, whatever its build;
 * - `auto-upgrade`: it goes on with the build that is current, from its next step on (test/replay proves that it can);
 * - `pinned`: it ends with the build that it began with, whose workers must run until then.
 */
export const versionings = ['off', 'auto-upgrade', 'pinned'] as const;
export type Versioning = (typeof versionings)[number];

/**
 * Names the workflows' code: equal code gives an equal id on every machine, in every folder and from every checkout.
 * @returns twelve hexadecimal digits of a SHA-256
 */
export function buildIdOf({ code }: WorkflowBundle): string {
  // The map at its end names the folder that it was made in.
  const [withoutMap = ''] = code.split('\n//# sourceMappingURL=');
  return createHash('sha256').update(withoutMap).digest('hex').slice(0, 12);
}

/** The worker's place among the builds of its deployment, which bears its task queue's name; none when versioning is off. */
export function deploymentOf(
  versioning: Versioning,
  taskQueue: string,
  bundle: WorkflowBundle,
): WorkerDeploymentOptions | undefined {
  if (versioning === 'off') return undefined;
  return {
    useWorkerVersioning: true,
    version: { deploymentName: taskQueue, buildId: buildIdOf(bundle) },
    defaultVersioningBehavior: versioning === 'pinned' ? 'PINNED' : 'AUTO_UPGRADE',
  };
}

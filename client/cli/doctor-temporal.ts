import { Connection, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Check } from './doctor.ts';

/** How long ended closes can be looked at in Temporal; the books, binders and the processing history are kept by Postgres. */
const retentionDays = 90;
const notFound: ReadonlySet<number> = new Set([5]);
/** WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: closes that are pinned to it still run. */
const draining: ReadonlySet<number> = new Set([4]);

/** Whether the Temporal server of TEMPORAL_ADDRESS answers, and what it is set to. */
export async function checkGivenTemporal(environment: NodeJS.ProcessEnv): Promise<Check[]> {
  const title = 'Temporal of TEMPORAL_ADDRESS';
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
    overrideEnvVars: definedOnly(environment),
  });
  const address = connectionOptions.address ?? 'localhost:7233';
  try {
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5s' });
    try {
      return [
        { title, state: 'ok', found: `${address} answers` },
        await checkRetention(connection, namespace),
        await checkBuilds(connection, namespace, environment['TEMPORAL_TASK_QUEUE'] || 'bokslut'),
      ];
    } finally {
      await connection.close();
    }
  } catch (error) {
    const found = `${address} does not answer (${errorCode(error)})`;
    const mend = 'Start it, correct TEMPORAL_ADDRESS, or unset it to have a development server started.';
    return [{ title, state: 'missing', found, mend }];
  }
}

async function checkRetention({ workflowService }: Connection, namespace: string): Promise<Check> {
  const title = "Temporal's retention";
  const { config } = await workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
  const found = `${Math.floor(days)} days in namespace ${namespace}`;
  if (days >= retentionDays) return { title, state: 'ok', found };
  const mend = `In production: temporal operator namespace update --namespace ${namespace} --retention ${retentionDays}d`;
  return { title, state: 'note', found, mend };
}

/** The builds of the workers whose WORKER_VERSIONING is not off. */
async function checkBuilds(
  { workflowService }: Connection,
  namespace: string,
  deploymentName: string,
): Promise<Check> {
  const title = 'Builds of the worker';
  const info = await workflowService
    .describeWorkerDeployment({ namespace, deploymentName })
    .then(({ workerDeploymentInfo }) => workerDeploymentInfo)
    .catch((error: unknown) => {
      if (isGrpcServiceError(error) && notFound.has(error.code)) return undefined;
      throw error;
    });
  const builds = info?.versionSummaries ?? [];
  if (builds.length === 0) {
    const found = 'none is versioned: every worker takes every close';
    return { title, state: 'ok', found };
  }
  const current = info?.routingConfig?.currentDeploymentVersion?.buildId;
  const names = builds.map(({ deploymentVersion, status }) => {
    const buildId = deploymentVersion?.buildId ?? '?';
    if (buildId === current) return `${buildId} is current`;
    return draining.has(status ?? 0) ? `${buildId} still has closes` : buildId;
  });
  if (current) return { title, state: 'ok', found: names.join(', ') };
  return {
    title,
    state: 'missing',
    found: `${names.join(', ')}; none is current, so that no close goes on`,
    mend: `temporal worker deployment set-current-version --deployment-name ${deploymentName} --build-id … -y`,
  };
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

import { z } from 'zod';
import { Problem } from '../accounting/problem.ts';
import { queueKinds } from '../workflows/task-queues.ts';
import type { QueueKind } from '../workflows/task-queues.ts';
import { versionings } from './versioning.ts';
import type { Versioning } from './versioning.ts';

/** What a worker process needs to know, from the environment only. */
export interface WorkerConfig {
  readonly databaseUrl: string;
  /** `keyId:base64[,…]`, see fortnox/seal.ts. */
  readonly tokenKeys: string;
  readonly taskQueue: string;
  /** The kinds of work that this process takes. */
  readonly queues: readonly QueueKind[];
  /** What becomes of a close in flight when workers of another build come. */
  readonly versioning: Versioning;
  /** Where operators' programs find metrics, health and readiness, `host:port`; absent: none are served. */
  readonly metricsAddress?: string;
  /** A named point at which the process kills itself, to show that nothing is lost. Never set in production. */
  readonly crashAt?: string;
  readonly logLevel: string;
}

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  TOKEN_KEYS: z.string().min(1),
  FORTNOX_CLIENT_ID: z.string().min(1),
  FORTNOX_CLIENT_SECRET: z.string().min(1),
  FORTNOX_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  FORTNOX_AUTH_URL: z.url({ protocol: /^https?$/ }).optional(),
  TEMPORAL_TASK_QUEUE: z.string().default('bokslut'),
  WORKER_QUEUES: z
    .string()
    .transform((text) => text.split(',').map((kind) => kind.trim()))
    .pipe(z.array(z.enum(queueKinds)).min(1))
    .default([...queueKinds]),
  WORKER_VERSIONING: z.enum(versionings).default('off'),
  METRICS_ADDRESS: z
    .string()
    .regex(/^[^:]+:\d+$/)
    .optional(),
  BOKSLUT_CRASH_AT: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks the whole environment at the start; Temporal's own variables are read by its client configuration.
 * Throws Problem `config.invalid` that names every variable which is missing or unusable, never a value.
 */
export function workerConfig(environment: Environment): WorkerConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) throw unusable(result.error, given);
  const { DATABASE_URL, TOKEN_KEYS, TEMPORAL_TASK_QUEUE, METRICS_ADDRESS, BOKSLUT_CRASH_AT, LOG_LEVEL } =
    result.data;
  return {
    databaseUrl: DATABASE_URL,
    tokenKeys: TOKEN_KEYS,
    taskQueue: TEMPORAL_TASK_QUEUE,
    queues: result.data.WORKER_QUEUES,
    versioning: result.data.WORKER_VERSIONING,
    logLevel: LOG_LEVEL,
    ...(METRICS_ADDRESS !== undefined && { metricsAddress: METRICS_ADDRESS }),
    ...(BOKSLUT_CRASH_AT !== undefined && { crashAt: BOKSLUT_CRASH_AT }),
  };
}

function unusable(error: z.ZodError, given: Environment): Problem {
  const names = [...new Set(error.issues.map(({ path }) => String(path[0])))];
  const missing = names.filter((name) => given[name] === undefined);
  const invalid = names.filter((name) => given[name] !== undefined);
  return new Problem({
    code: 'config.invalid',
    what: [
      ...(missing.length > 0 ? [`Miljövariabler saknas: ${missing.join(', ')}.`] : []),
      ...(invalid.length > 0
        ? [`Miljövariabler har ett värde som inte går att använda: ${invalid.join(', ')}.`]
        : []),
    ].join(' '),
    advice: 'Sätt dem och starta om. docs/operate.md beskriver var och en.',
  });
}

import { describe, expect, it } from 'vitest';
import { Problem } from '../../accounting/problem.ts';
import { workerConfig } from '../../worker/config.ts';

const complete = {
  DATABASE_URL: 'postgres://bokslut_app:hemligt@127.0.0.1:5432/bokslut',
  TOKEN_KEYS: 'k1:abc',
  FORTNOX_CLIENT_ID: 'id',
  FORTNOX_CLIENT_SECRET: 'hemligt',
};

const refusalOf = (environment: Record<string, string>): string => {
  try {
    workerConfig(environment);
  } catch (error) {
    if (error instanceof Problem) return error.details.what;
    throw error;
  }
  return '';
};

describe('the configuration of a worker', () => {
  it('comes from the environment, with defaults for what may be left out', () => {
    expect(workerConfig({ ...complete, METRICS_ADDRESS: '' })).toEqual({
      databaseUrl: complete.DATABASE_URL,
      tokenKeys: 'k1:abc',
      taskQueue: 'bokslut',
      queues: ['steps', 'imports', 'documents'],
      versioning: 'off',
      logLevel: 'info',
    });
    const { queues } = workerConfig({ ...complete, WORKER_QUEUES: 'documents, imports' });
    expect(queues).toEqual(['documents', 'imports']);
    expect(workerConfig({ ...complete, METRICS_ADDRESS: '0.0.0.0:9464', LOG_LEVEL: 'warn' })).toMatchObject({
      metricsAddress: '0.0.0.0:9464',
      logLevel: 'warn',
    });
  });

  it('names everything that is missing at once', () => {
    expect(refusalOf({})).toBe(
      'Miljövariabler saknas: DATABASE_URL, TOKEN_KEYS, FORTNOX_CLIENT_ID, FORTNOX_CLIENT_SECRET.',
    );
  });

  it('names what is unusable, and never its value', () => {
    const wrong = {
      DATABASE_URL: 'hemligt',
      WORKER_QUEUES: 'steps,någonstans',
      METRICS_ADDRESS: 'någonstans',
    };
    const what = refusalOf({ ...complete, ...wrong });
    expect(what).toContain('DATABASE_URL, WORKER_QUEUES, METRICS_ADDRESS');
    expect(what).not.toMatch(/hemligt|någonstans/);
  });
});

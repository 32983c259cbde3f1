import { defineConfig } from 'vitest/config';

/*
 * Three groups by what a test stands on, so that `npx vitest run test/pure` starts nothing and `npm test` starts each server once:
 * pure (nothing), database (Postgres), temporal (Postgres and a Temporal development server).
 */
const postgres = './test/setup/postgres.ts';
const temporal = './test/setup/temporal.ts';

const filesOf = (...folders: string[]): string[] => folders.map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Two cores: more forks than that only make every one of them slower, and waiting on servers leaves room for two.
    pool: 'forks',
    maxWorkers: 2,
    allowOnly: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'pure', include: filesOf('pure', 'contract', 'replay') } },
      { extends: true, test: { name: 'database', include: filesOf('db'), globalSetup: [postgres] } },
      {
        extends: true,
        test: {
          name: 'temporal',
          include: filesOf('workflow', 'e2e', 'parts', 'chaos'),
          globalSetup: [postgres, temporal],
        },
      },
    ],
  },
});

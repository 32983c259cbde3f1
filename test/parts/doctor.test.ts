import { expect, inject, test } from 'vitest';
import { doctor } from '../../client/cli/doctor.ts';

async function examine(environment: NodeJS.ProcessEnv): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await doctor({ PATH: process.env['PATH'], ...environment }, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

test('after npm ci alone nothing is missing', async () => {
  const { code, text } = await examine({});
  expect(text).toMatch(/^ok +Node\.js/m);
  expect(text).toMatch(/^ok +Postgres, embedded/m);
  expect(text).toMatch(/^note +Settings for production +not set: DATABASE_URL, TEMPORAL_ADDRESS/m);
  expect([code, text.split('\n').at(-1)]).toEqual([0, 'Nothing is missing.']);
});

test('servers that answer are told from servers that do not, and no password is shown', async () => {
  const there = await examine({
    DATABASE_URL: inject('postgresAdminUrl'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
  });
  expect(there.text).toMatch(/^ok +Postgres of DATABASE_URL +answers, version \d/m);
  expect(there.text).toMatch(/^ok +Temporal of TEMPORAL_ADDRESS +\S+ answers/m);
  // A development server forgets sooner than production should.
  expect(there.text).toMatch(
    /^note +Temporal's retention +\d+ days in namespace default\n +→ .*namespace update .*--retention 90d/m,
  );
  expect(there.text).toMatch(/^ok +Builds of the worker +none is versioned/m);
  expect(there.text).not.toContain(new URL(inject('postgresAdminUrl')).password);

  const gone = await examine({
    DATABASE_URL: 'postgres://someone:secretword@127.0.0.1:1/x',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  });
  expect(gone.text).toMatch(
    /^missing +Postgres of DATABASE_URL +does not answer \(ECONNREFUSED\)\n +→ Start it/m,
  );
  expect(gone.text).toMatch(/^missing +Temporal of TEMPORAL_ADDRESS +127\.0\.0\.1:1 does not answer/m);
  expect(gone.text).not.toContain('secretword');
  expect(gone.code).toBe(1);
});

test('a setting that cannot be right is missing, with the way to mend it', async () => {
  const { code, text } = await examine({ TEMPORAL_CLI_PATH: '/nowhere/temporal', TOKEN_KEYS: 'not-a-key' });
  expect(text).toMatch(
    /^missing +Temporal, development server +TEMPORAL_CLI_PATH names \/nowhere\/temporal/m,
  );
  expect(text).toMatch(/^missing +Keys for tokens +TOKEN_KEYS cannot be read\n +→ .*openssl rand/m);
  expect([code, text.split('\n').at(-1)]).toEqual([1, 'Missing: 2.']);
});

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { answerOf, itemsOf, startDriver } from './sandbox-driver.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-process-'));
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the sandbox as `npm run sandbox` does; settles when it listens or ends. */
function run(...options: string[]): Promise<{ output: string; code: number | null; child: ChildProcess }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts', ...options]);
  running.push(child);
  let output = '';
  return new Promise((resolve) => {
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('company  ')) resolve({ output, code: null, child });
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('close', (code) => resolve({ output, code, child }));
  });
}

test('it prints its addresses, client id and secret, and ends cleanly', async () => {
  const { output, child } = await run('--port', '0', '--vouchers', '10');
  const url = /API\s+(http:\/\/127\.0\.0\.1:\d+)\/3/.exec(output)?.[1] ?? '';
  for (const word of ['/oauth-v1/auth', '/oauth-v1/token', '/sandbox', 'client id', 'client secret']) {
    expect(output).toContain(word);
  }
  const overview = await answerOf(await fetch(`${url}/sandbox`));
  expect(overview.body).toMatchObject({ companies: [{ name: 'Exempelbolaget Norr AB' }] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test.each([
  ['HTML for SIE', ['--sie', 'FILE'], '<html></html>', /not a SIE file/],
  ['a company file that is not JSON', ['--company', 'FILE'], 'nonsense', /is not JSON/],
  ['a company file without anything', ['--company', 'FILE'], '{}', /company: .*expected object/],
  ['a file that is missing', ['--sie', '/nonexistent'], '', /cannot be read/],
  ['a size that is no number', ['--vouchers', 'many'], '', /--vouchers is a whole number/],
  ['an option that nobody knows', ['--nonsense'], '', /nonsense/],
])('%s: exit code 2 and a reason', async (_what, options, content, reason) => {
  const path = join(folder, 'input');
  writeFileSync(path, content);
  const { output, code } = await run(...options.map((option) => (option === 'FILE' ? path : option)));
  expect(code).toBe(2);
  expect(output).toMatch(reason);
  expect(output).not.toContain('    at ');
});

test('with a state file, books and logins outlive the process', async () => {
  const stateFile = join(folder, 'state');
  const first = await startDriver({ stateFile, vouchers: 20 });
  await first.control('PATCH', '/books', {
    op: 'addVoucher',
    series: 'K',
    date: '2025-12-31',
    text: 'Kvar',
    rows: [
      { account: 1510, debit: '5' },
      { account: 3001, credit: '5' },
    ],
  });
  await first.control('POST', '/clock', { advanceMs: 1000 });
  await first.sandbox.stop();
  expect(existsSync(stateFile)).toBe(true);

  const second = await startDriver({ stateFile, vouchers: 999 });
  second.tokens = first.tokens;
  try {
    expect(itemsOf(await second.get('/3/vouchers/sublist/K?financialyear=2'))).toMatchObject([
      { Description: 'Kvar' },
    ]);
    const log = await second.control<{ number: number }[]>('GET', '/requests');
    expect(new Set(log.map((entry) => entry.number)).size).toBe(log.length);
  } finally {
    await second.sandbox.stop();
  }
});

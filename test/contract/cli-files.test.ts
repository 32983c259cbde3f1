import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identify } from '../../client/cli/process-identity.ts';
import { surroundings } from '../../client/cli/surroundings.ts';
import { table } from '../../client/cli/output.ts';
import { runProgram } from '../setup/run-program.ts';
import { sampleLines, sieBytes } from '../setup/sie-text.ts';

let folder: string;
const file = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bokslut-cli-'));
  const voucher = (amount: string) => [
    '#VER A 1 20240115 "Köp"',
    '{',
    `#TRANS 1930 {} -${amount}`,
    `#TRANS 3001 {} ${amount}`,
    '}',
  ];
  writeFileSync(file('a.se'), sieBytes(sampleLines(...voucher('100.00'))));
  writeFileSync(file('b.se'), sieBytes(sampleLines(...voucher('120.00'))));
  writeFileSync(file('page.se'), '<!DOCTYPE html><html></html>');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bokslut = (...args: string[]) =>
  runProgram('client/cli/main.ts', args, { BOKSLUT_API_KEY: '', DATABASE_URL: '' });

describe('bokslut, with nothing but files', { timeout: 90_000 }, () => {
  test('sie check says what a file is, and by JSON to programs', async () => {
    const forPeople = await bokslut('sie', 'check', file('a.se'));
    expect(forPeople).toMatchObject({ code: 0, err: '' });
    expect(forPeople.out).toContain('Övningsbolaget Å');
    const both = await bokslut('sie', 'check', '--json', file('a.se'), file('page.se'));
    expect(both.code).toBe(1);
    const reports = both.out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(reports).toEqual([
      expect.objectContaining({ ok: true, vouchers: 1 }),
      expect.objectContaining({
        ok: false,
        refused: expect.objectContaining({ code: expect.stringMatching(/^sie\./) }),
      }),
    ]);
  });

  test('sie diff: 0 the same, 1 different, 2 unreadable', async () => {
    expect((await bokslut('sie', 'diff', file('a.se'), file('a.se'))).code).toBe(0);
    const different = await bokslut('sie', 'diff', file('a.se'), file('b.se'));
    expect(different.code).toBe(1);
    expect(different.out).toContain('ändrade 1');
    expect((await bokslut('sie', 'diff', file('a.se'), file('page.se'))).code).toBe(2);
  });

  test('binder verify tells a file that is no binder, and one that is not there', async () => {
    const none = await bokslut('binder', 'verify', file('a.se'));
    expect(none.code).toBe(1);
    expect(none.out).toContain('manifest.json');
    const absent = await bokslut('binder', 'verify', file('absent.zip'));
    expect(absent).toMatchObject({ code: 1, out: '' });
    expect(absent.err).toMatch(/^ENOENT: .*absent\.zip'\n$/);
  });

  test.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['close', 'status', 'not-an-id'], /is no id/],
    [
      [
        'close',
        'start',
        '--company',
        'X',
        '--organisation-number',
        '999999-0107',
        '--from',
        '2025-02-30',
        '--to',
        '2025-12-31',
      ],
      /YYYY-MM-DD/,
    ],
    [['close', 'approve', '6f1c2f0e-0000-4000-8000-000000000000', '--series', 'K'], /--revision/],
  ])('%j is not understood: exit code 2', async (args, said) => {
    const ran = await bokslut(...args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(said);
  });

  test('help has examples', async () => {
    const ran = await bokslut('close', 'approve', '--help');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('npm run bokslut -- close approve ID --revision 2 --series K');
  });
});

describe('where the settings come from', () => {
  test('the environment goes before a running npm start', () => {
    const run = file('run.json');
    const environment = { DATABASE_URL: 'postgres://started', BOKSLUT_API_KEY: 'k' };
    writeFileSync(run, JSON.stringify({ run: identify(process.pid), environment }));
    expect(surroundings({ DATABASE_URL: 'postgres://own' }, run)).toEqual({ DATABASE_URL: 'postgres://own' });
    expect(surroundings({ PATH: '/bin' }, run)).toEqual({
      PATH: '/bin',
      DATABASE_URL: 'postgres://started',
      BOKSLUT_API_KEY: 'k',
    });
    expect(surroundings({ PATH: '/bin' }, file('no-run.json'))).toEqual({ PATH: '/bin' });
    // The process that noted it was killed, and another one has its number now.
    writeFileSync(run, JSON.stringify({ run: { pid: process.pid, startedAt: 'before' }, environment }));
    expect(surroundings({ PATH: '/bin' }, run)).toEqual({ PATH: '/bin' });
  });

  test('a table is as wide as what stands in it', () => {
    expect(table(['id', 'company'], [['123456', 'Å AB']])).toBe(
      'id      company\n──────  ───────\n123456  Å AB',
    );
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sieCheck } from '../../client/cli/sie-check.ts';
import { verifyBinder } from '../../documents/verify-binder.ts';
import { loadCase } from '../cases/load.ts';
import { unordered } from '../cases/unordered.ts';
import { runProgram, startProgram } from '../setup/run-program.ts';
import { sampleLines, sieBytes } from '../setup/sie-text.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bokslut-demo-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runDemo = (...args: string[]) => runProgram('dev/demo.ts', ['--out', folder, ...args]);
const written = (name: string): string => path.join(folder, name);
const summary = () =>
  z
    .strictObject({
      seconds: z.number(),
      stepSeconds: z.record(z.string(), z.number()),
      fortnoxRequests: z.number(),
      historyEvents: z.number(),
      historyBytes: z.number(),
      vouchersSent: z.number(),
      vouchersInFortnox: z.number(),
      duplicates: z.number(),
      files: z.array(z.string()),
    })
    .parse(JSON.parse(readFileSync(written('summary.json'), 'utf8')));

describe('npm run demo', { timeout: 300_000 }, () => {
  test('closes the sample company, although the worker is killed in the middle of the export', async () => {
    const { code, out, err } = await runDemo();
    expect(err).toBe('');
    expect(out).toContain('The worker dies (SIGKILL)');
    expect(out).not.toContain('NOT SO');
    expect(code).toBe(0);

    const { historyEvents, vouchersSent, vouchersInFortnox, duplicates, files } = summary();
    expect({ vouchersSent, vouchersInFortnox, duplicates }).toEqual({
      vouchersSent: 2,
      vouchersInFortnox: 2,
      duplicates: 0,
    });
    expect(historyEvents).toBeLessThanOrEqual(250);
    expect(JSON.parse(readFileSync(written('history.json'), 'utf8'))).toHaveProperty(
      'events.length',
      historyEvents,
    );
    const names = files.map((file) => path.basename(file));
    expect(names).toEqual(
      expect.arrayContaining([
        'attachments.json',
        'bilaga-1510.pdf',
        'bilaga-2440.xlsx',
        'binder.zip',
        'history.json',
      ]),
    );
    expect(verifyBinder(readFileSync(written('binder.zip'))).ok).toBe(true);
    const order: unknown[] = [];
    expect(
      await sieCheck([written('bokforingsorder-1.si')], { json: true }, (line) =>
        order.push(JSON.parse(line)),
      ),
    ).toBe(0);
    expect(order).toEqual([expect.objectContaining({ sieType: '4I', vouchers: 2, checksum: 'ok' })]);
  });

  test('--company closes a company file, its attachments to the öre, also after a run that was killed', async () => {
    const company = new URL('../cases/05-euro/company.json', import.meta.url).pathname;
    const killed = startProgram('dev/demo.ts', ['--out', folder, '--company', company]);
    await killed.says('Worker: running');
    process.kill(killed.pid, 'SIGKILL');
    await killed.ended;

    const { code, err } = await runDemo('--company', company);
    expect(err).toBe('');
    expect(code).toBe(0);
    const { expected } = loadCase('05-euro');
    const made = JSON.parse(readFileSync(written('attachments.json'), 'utf8')) as typeof expected;
    expect(Object.keys(made)).toEqual(['balanceDate', 'attachments']);
    expect(made.balanceDate).toBe(expected.balanceDate);
    for (const account of ['1510', '2440'] as const) {
      expect(unordered(made.attachments[account])).toEqual(unordered(expected.attachments[account]));
    }
  });

  test('--sie closes the company of a SIE file', async () => {
    const file = written('bokföring.se');
    writeFileSync(
      file,
      sieBytes(
        sampleLines(
          '#VER A 1 20240115 "Kundfaktura"',
          '{',
          '#TRANS 1510 {} 1250.00',
          '#TRANS 3001 {} -1250.00',
          '}',
          // The same number again, as some programs write them.
          '#VER A 1 20240210 "Insättning"',
          '{',
          '#TRANS 1930 {} 500.00',
          '#TRANS 1510 {} -500.00',
          '}',
          '#UB 0 1510 750.00',
          '#UB 0 1930 500.00',
          '#RES 0 3001 -1250.00',
        ),
      ),
    );
    const { code, out, err } = await runDemo('--sie', file);
    expect(err).toBe('');
    expect(out).toContain('Övningsbolaget Å');
    expect(code).toBe(0);
    const made = z
      .object({ attachments: z.record(z.string(), z.object({ ledgerOre: z.number() })) })
      .parse(JSON.parse(readFileSync(written('attachments.json'), 'utf8')));
    expect(made.attachments['1510']?.ledgerOre).toBe(750_00);
    expect(summary()).toMatchObject({ vouchersSent: 1, vouchersInFortnox: 1, duplicates: 0 });
  });
});

describe('npm run demo refuses with exit code 2, and says why', { timeout: 90_000 }, () => {
  test.each([
    ['a saved web page', '<!DOCTYPE html>\n<html><body>404</body></html>\n', /\[sie\.[a-z-]+\]/],
    [
      'balances alone',
      '#FLAGGA 0\r\n#SIETYP 1\r\n#RAR 0 20240101 20241231\r\n#UB 0 1510 1.00\r\n',
      /SIE type 1 .*\[demo\.company-refused\]/,
    ],
  ])('%s', async (name, content, reason) => {
    const file = written(`${name}.se`);
    writeFileSync(file, content);
    const { code, err } = await runDemo('--sie', file);
    expect(err).toMatch(reason);
    expect(code).toBe(2);
  });

  test('a company file that is none', async () => {
    const file = written('company.json');
    writeFileSync(file, '{"company": 1}');
    const { code, err } = await runDemo('--company', file);
    expect(err).toContain('[demo.company-refused]');
    expect(code).toBe(2);
  });
});

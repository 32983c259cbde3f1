import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sieCheck } from '../../client/cli/sie-check.ts';
import { sieDiff } from '../../client/cli/sie-diff.ts';
import { sampleLines, sieBytes } from '../setup/sie-text.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sie-check-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, lines: readonly string[]): Promise<string> {
  const at = path.join(folder, name);
  await writeFile(at, sieBytes(lines));
  return at;
}

const voucher = (number: number, kronor: string, text = 'Såld vara'): string[] => [
  `#VER A ${number} 20240201 "${text}"`,
  '{',
  `#TRANS 1510 {} ${kronor}`,
  `#TRANS 3001 {} -${kronor}`,
  '}',
];

describe('sie check', () => {
  it('prints one JSON object a file and exits 1 when one is refused', async () => {
    const good = await file('good.se', [...sampleLines(...voucher(1, '125.00')), '#UB 0 1510 120.00']);
    const bad = await file('bad.se', ['<html>']);
    const printed: string[] = [];
    expect(await sieCheck([good, bad], { json: true }, (line) => void printed.push(line))).toBe(1);
    expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        file: good,
        ok: true,
        sieType: '4E',
        encoding: 'cp437',
        program: 'Provprogram 1.0',
        company: 'Övningsbolaget Å',
        organisationNumber: '999999-0011',
        financialYears: [{ index: 0, from: '2024-01-01', to: '2024-12-31' }],
        accounts: 3,
        vouchers: 1,
        rows: 2,
        debitOre: 12_500,
        balancesTie: false,
        checksum: 'missing',
        findings: [
          {
            code: 'sie.balance-mismatch',
            severity: 'warning',
            line: 19,
            message:
              'Konto 1510: ingående balans och verifikationer ger 125,00, men utgående balans är 120,00.',
          },
        ],
        refused: null,
      },
      {
        file: bad,
        ok: false,
        sieType: null,
        encoding: null,
        program: null,
        company: null,
        organisationNumber: null,
        financialYears: null,
        accounts: null,
        vouchers: null,
        rows: null,
        debitOre: null,
        balancesTie: null,
        checksum: null,
        findings: [],
        refused: {
          code: 'sie.html',
          line: 1,
          message:
            'Rad 1: Filen är en webbsida och ingen SIE-fil. Hämta filen på nytt; nedladdningen har troligen gett en felsida.',
        },
      },
    ]);
  });

  it('prints a block for a person', async () => {
    const good = await file('plain.se', sampleLines(...voucher(1, '1234567.89')));
    const printed: string[] = [];
    expect(await sieCheck([good], {}, (line) => void printed.push(line))).toBe(0);
    expect(printed.join('\n')).toContain('summa debet      1\u00a0234\u00a0567,89');
    expect(printed.join('\n')).toContain('iakttagelser     0');
  });

  it('refuses a file that is not there', async () => {
    const printed: string[] = [];
    expect(
      await sieCheck([path.join(folder, 'none.se')], { json: true }, (line) => void printed.push(line)),
    ).toBe(1);
    expect(JSON.parse(printed[0]!)).toMatchObject({ ok: false, refused: { code: 'sie.file-unreadable' } });
  });
});

describe('sie diff', () => {
  it('tells new, changed and removed vouchers and the balances that moved', async () => {
    const a = await file(
      'a.se',
      sampleLines(...voucher(1, '1.00'), ...voucher(2, '2.00'), ...voucher(3, '3.00')),
    );
    const b = await file(
      'b.se',
      sampleLines('', ...voucher(4, '4.00'), ...voucher(2, '2.50'), ...voucher(3, '3.00')),
    );
    const printed: string[] = [];
    expect(await sieDiff(a, b, (line) => void printed.push(line))).toBe(1);
    expect(printed).toEqual([
      'nya 1, ändrade 1, borttagna 1, saldon som ändrats 2',
      '+ A 4 2024-02-01 Såld vara',
      '    + 1510 4,00',
      '    + 3001 −4,00',
      '~ A 2 2024-02-01 Såld vara',
      '    - 1510 2,00',
      '    - 3001 −2,00',
      '    + 1510 2,50',
      '    + 3001 −2,50',
      '- A 1 2024-02-01 Såld vara',
      '    - 1510 1,00',
      '    - 3001 −1,00',
      '= konto 1510: 6,00 → 9,50',
      '= konto 3001: −6,00 → −9,50',
    ]);
  });

  it('finds nothing between a file and the same in another order', async () => {
    const a = await file('same-a.se', sampleLines(...voucher(1, '1.00'), ...voucher(2, '2.00')));
    const b = await file('same-b.se', sampleLines(...voucher(2, '2.00'), ...voucher(1, '1.00')));
    expect(await sieDiff(a, b, () => undefined)).toBe(0);
    expect(await sieDiff(a, await file('html.se', ['<html>']), () => undefined)).toBe(2);
  });

  it('says of every changed voucher what has changed', async () => {
    const changes = async (before: string[], after: string[]): Promise<string[]> => {
      const [a, b] = [
        await file('before.se', sampleLines(...before)),
        await file('after.se', sampleLines(...after)),
      ];
      const printed: string[] = [];
      expect(await sieDiff(a, b, (line) => void printed.push(line))).toBe(1);
      return printed.slice(2);
    };
    const rows = ['{', '#TRANS 1510 {} 1', '#TRANS 3001 {} -1', '}'];
    const sold = ['#VER A 1 20240201 "Såld" 20240202 "AB"', ...rows];
    expect(await changes(sold, ['#VER A 1 20240201 "Såld" 20240203 ""', ...rows])).toEqual([
      '  registrerad 2024-02-02 → 2024-02-03',
      '  signatur AB → –',
    ]);
    expect(await changes(sold, [sold[0]!, '{', rows[2]!, rows[1]!, '}'])).toEqual([
      '  raderna står i annan ordning',
    ]);
    expect(
      await changes(sold, [sold[0]!, '{', '#TRANS 1510 {} 1 20240205 "" 7 "CD"', rows[2]!, '}']),
    ).toEqual(['    - 1510 1,00', '    + 1510 1,00 daterad 2024-02-05 antal 7 signatur CD']);
  });

  it('refuses a file that is not there, as another than one that differs', async () => {
    const printed: string[] = [];
    const a = await file('here.se', sampleLines());
    expect(await sieDiff(path.join(folder, 'none.se'), a, (line) => void printed.push(line))).toBe(2);
    expect(printed).toEqual(['Filen går inte att öppna (ENOENT). [sie.file-unreadable]']);
  });
});

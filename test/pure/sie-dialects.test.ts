import { describe, expect, it } from 'vitest';
import { readSieBytes } from '../../accounting/sie/read.ts';
import type { SieVoucher } from '../../accounting/sie/types.ts';
import { codes, sampleLines, sieBytes } from '../setup/sie-text.ts';

const read = (lines: readonly string[], encoding?: string, lineBreak?: string) =>
  readSieBytes(sieBytes(lines, encoding, lineBreak));

/** Account, amount and text of every counting row. */
const rows = (voucher: SieVoucher): unknown[] =>
  voucher.rows
    .filter(({ kind }) => kind === 'TRANS')
    .map(({ account, amountOre, text }) => [account, amountOre, text]);

const sale = [
  '#VER A 1 20240201 "Såld vara" 20240202 "Åsa"',
  '{',
  '#TRANS 1510 {} 125.00',
  '#TRANS 3001 {} -125.00',
  '}',
];

describe('encoding is found from the bytes', () => {
  it.each([
    ['cp437', 'cp437'],
    ['latin1', 'latin-1'],
    ['utf8', 'utf-8'],
  ])('%s', (encoding, found) => {
    const file = read(sampleLines(...sale), encoding);
    expect(file.encoding).toBe(found);
    expect(file.header.companyName).toBe('Övningsbolaget Å');
    expect(file.header.generated).toEqual({ date: '2025-01-15', signature: 'ÅL' });
    expect(file.accounts.map(({ name }) => name)).toEqual(['Kundfordringar', 'Företagskonto', 'Försäljning']);
    expect(file.voucher(0).text).toBe('Såld vara');
    expect(file.voucher(0).signature).toBe('Åsa');
    expect(codes(file)).toEqual([]);
  });

  it('Windows-1252, by its dashes', () => {
    const file = read(sampleLines('#VER A 1 20240201 "Hyra – februari är dyr €"', '{', '}'), 'win1252');
    expect(file.encoding).toBe('windows-1252');
    expect(file.voucher(0).text).toBe('Hyra – februari är dyr €');
  });

  it('UTF-8 with a byte order mark', () => {
    const file = readSieBytes(Uint8Array.of(0xef, 0xbb, 0xbf, ...sieBytes(sampleLines(...sale), 'utf8')));
    expect(file.encoding).toBe('utf-8');
    expect(file.header.flag).toBe(0);
    expect(file.voucher(0).text).toBe('Såld vara');
  });

  it('no letter above ASCII', () => {
    const file = read(['#FLAGGA 0', '#SIETYP 4', '#FNAMN "Bolaget AB"', ...sale.slice(1, 1)]);
    expect(file.encoding).toBe('ascii');
  });

  it('long texts of two-byte letters are UTF-8 all through', () => {
    const long = 'åäöÅÄÖé'.repeat(200);
    const file = read(
      sampleLines(`#VER A 1 20240201 "${long}"`, '{', `#TRANS 1510 {} 0 "" "x${long}"`, '}'),
      'utf8',
    );
    expect(file.voucher(0).text).toBe(long);
    expect(file.voucher(0).rows[0]?.text).toBe(`x${long}`);
    expect(codes(file)).toEqual([]);
  });

  it('tells of letters that an earlier program lost', () => {
    const file = read(['#FLAGGA 0', '#SIETYP 1', '#FNAMN "\ufffdvningsbolaget"'], 'utf8');
    expect(codes(file)).toEqual(['0 sie.record-missing', '3 sie.text-damaged']);
  });

  it('tells of a mixed file', () => {
    const utf8 = sieBytes(sampleLines(), 'utf8');
    const file = readSieBytes(new Uint8Array([...utf8, ...sieBytes(['#KONTO 4010 "Inköp"'], 'cp437')]));
    expect(file.encoding).toBe('utf-8');
    expect(codes(file)).toEqual(['14 sie.encoding-mixed']);
  });
});

describe('lines and fields', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('%s', (_, lineBreak) => {
    const file = read(sampleLines('', ...sale, ''), 'cp437', lineBreak);
    expect(file.voucherCount).toBe(1);
    expect(file.voucher(0).line).toBe(15);
    expect(file.voucher(0).rows[1]?.line).toBe(18);
    expect(codes(file)).toEqual([]);
  });

  it('tabs, indentation, trailing blanks, no line break at the end', () => {
    const lines = [
      '\t#VER\tA\t7\t20240201\t"Text med\tflik"  ',
      '  {\t',
      '  #TRANS\t1510\t{ }\t1.5\t \t',
      ' #TRANS 3001 {} -1.50',
      ' } ',
    ];
    const file = readSieBytes(sieBytes(sampleLines(lines.join('\n'))).slice(0, -2));
    expect(file.voucher(0).text).toBe('Text med\tflik');
    expect(rows(file.voucher(0))).toEqual([
      ['1510', 150, ''],
      ['3001', -150, ''],
    ]);
  });

  it('escaped quotes, lone backslashes, and a backslash at the end', () => {
    const file = read(
      sampleLines(
        String.raw`#VER A 1 20240201 "Bolaget \"Å\" AB"`,
        '{',
        String.raw`#TRANS 1510 {} 1 20240201 "C:\böcker\"`,
        String.raw`#TRANS 3001 {} -1 20240201 "\"citat\"" 2.5 "sig"`,
        '}',
      ),
    );
    expect(file.voucher(0).text).toBe('Bolaget "Å" AB');
    expect(file.voucher(0).rows.map(({ text }) => text)).toEqual([String.raw`C:\böcker` + '\\', '"citat"']);
    expect(file.voucher(0).rows[1]).toMatchObject({ quantity: '2.5', signature: 'sig' });
    expect(codes(file)).toEqual([]);
  });

  it('a quote that is not closed reaches to the end of its line', () => {
    const file = read(
      sampleLines('#VER A 1 20240201 "Öppen text', '{', '#TRANS 1510 {} 0 20240201 "också  ', '}'),
    );
    expect(file.voucher(0).text).toBe('Öppen text');
    expect(file.voucher(0).rows[0]?.text).toBe('också');
    expect(codes(file)).toEqual(['14 sie.quote-unclosed', '16 sie.quote-unclosed']);
  });

  it('unknown labels, fields too many, and lines that are no records', () => {
    const file = read(
      sampleLines(
        '#OKÄND 1 2 3',
        '#KONTO 4010 "Inköp" mer än nog',
        'skräp',
        '#VER A 1 20240201 "T" 20240201 "S" 9 8',
        '{',
        '#TRANS 1510 {} 0 20240201 "T" 1 "S" 7 8',
        '#NYTT 1',
        '}',
        '\u001a',
      ),
    );
    expect(file.accounts.at(-1)).toMatchObject({ number: '4010', name: 'Inköp' });
    expect(file.voucher(0).rows[0]).toMatchObject({ text: 'T', quantity: '1', signature: 'S' });
    expect(codes(file)).toEqual(['16 sie.unknown-line', '20 sie.record-in-voucher']);
  });

  it('a brace that opens at the end of #VER', () => {
    const file = read(sampleLines('#VER A 1 20240201 "T" {', '#TRANS 1510 {} 5', '#TRANS 3001 {} -5', '}'));
    expect(rows(file.voucher(0))).toEqual([
      ['1510', 500, ''],
      ['3001', -500, ''],
    ]);
  });
});

describe('vouchers', () => {
  it('without series and number, without row dates', () => {
    const file = read(
      sampleLines(
        '#VER "" "" 20240301 "Utan nummer"',
        '{',
        '#TRANS 1510 {} 1.00',
        '#TRANS 3001 {} -1.00 ""',
        '}',
      ),
    );
    expect(file.voucher(0)).toMatchObject({
      series: '',
      number: '',
      date: '2024-03-01',
      registeredDate: null,
      signature: '',
    });
    expect(file.voucher(0).rows.map(({ date }) => date)).toEqual(['2024-03-01', '2024-03-01']);
    expect(codes(file)).toEqual([]);
  });

  it('added and struck rows do not count', () => {
    const file = read(
      sampleLines(
        '#VER A 1 20240301 "Ändrad"',
        '{',
        '#BTRANS 1930 {} 9.00 20240301 "bort"',
        '#RTRANS 1510 {} 1.00 20240301 "till"',
        '#TRANS 1510 {} 1.00 20240301 "till"',
        '#TRANS 3001 {} -1.00',
        '}',
      ),
    );
    expect(file.voucher(0).rows.map(({ kind }) => kind)).toEqual(['BTRANS', 'RTRANS', 'TRANS', 'TRANS']);
    expect(file).toMatchObject({ rowCount: 2, debitOre: 100, balancesTie: null });
    expect(file.movements).toEqual(
      new Map([
        ['1930', 0],
        ['1510', 100],
        ['3001', -100],
      ]),
    );
  });

  it('an added row without its counting twin is told of', () => {
    const file = read(
      sampleLines(
        '#VER A 1 20240301 ""',
        '{',
        '#RTRANS 1510 {} 1.00',
        '#TRANS 1510 {} 2.00',
        '#TRANS 3001 {} -2.00',
        '}',
      ),
    );
    expect(codes(file)).toContain('16 sie.row-added-unpaired');
  });

  it('objects of several dimensions, quoted or not', () => {
    const file = read(
      sampleLines(
        '#DIM 1 "Kostnadsställe"',
        '#UNDERDIM 21 "Bil" 1',
        '#OBJEKT 1 "Söd er" "Södra"',
        '#VER A 1 20240301 ""',
        '{',
        '#TRANS 1510 {1 "Söd er" 6 P\u00e5 "21" "a}b"} 0',
        '}',
      ),
    );
    expect(file.dimensions).toEqual([
      { number: '1', name: 'Kostnadsställe' },
      { number: '21', name: 'Bil', parent: '1' },
    ]);
    expect(file.objects).toEqual([{ dimension: '1', id: 'Söd er', name: 'Södra' }]);
    expect(file.voucher(0).rows[0]?.objects).toEqual([
      { dimension: '1', id: 'Söd er' },
      { dimension: '6', id: 'På' },
      { dimension: '21', id: 'a}b' },
    ]);
  });

  it('accounts of three to eight characters, with letters, quoted', () => {
    const numbers = ['151', '15100', '151000', '15100000', '15A', '"1510"', 'Å12'];
    const file = read(
      sampleLines('#VER A 1 20240301 ""', '{', ...numbers.map((number) => `#TRANS ${number} {} 0`), '}'),
    );
    expect(file.voucher(0).rows.map(({ account }) => account)).toEqual([
      '151',
      '15100',
      '151000',
      '15100000',
      '15A',
      '1510',
      'Å12',
    ]);
  });

  it('amounts in every form that occurs', () => {
    const amounts = [
      '1',
      '-1',
      '+1',
      '1.5',
      '1.50',
      '1.500000',
      '.5',
      '-0.00',
      '"2.25"',
      '0012.30',
      '3,5',
      '1.005',
    ];
    const file = read(
      sampleLines(
        '#VER A 1 20240301 ""',
        '{',
        ...amounts.map((amount) => `#TRANS 1510 {} ${amount} 20240301`),
        '}',
      ),
    );
    expect(file.voucher(0).rows.map(({ amountOre }) => amountOre)).toEqual([
      100, -100, 100, 150, 150, 150, 50, 0, 225, 1230, 350, 101,
    ]);
    expect(codes(file)).toContain('26 sie.amount-comma');
    expect(codes(file)).toContain('27 sie.amount-decimals');
  });

  it('the largest amount that is exact', () => {
    const file = read(
      sampleLines(
        '#VER A 1 20240301 ""',
        '{',
        '#TRANS 1510 {} 90071992547409.91',
        '#TRANS 3001 {} -90071992547409.91',
        '}',
      ),
    );
    expect(file.debitOre).toBe(Number.MAX_SAFE_INTEGER);
    expect(codes(file)).toEqual([]);
  });

  it('dates that do not exist', () => {
    const file = read(
      sampleLines(
        '#VER A 1 20240230 "T"',
        '{',
        '#TRANS 1510 {} 0 20241301',
        '}',
        '#VER A 2 20240229 "T" 2024-02-29',
        '{',
        '#TRANS 1510 {} 0 "20240228"',
        '}',
      ),
    );
    expect(file.voucher(0).date).toBeNull();
    expect(file.voucher(1)).toMatchObject({ date: '2024-02-29', registeredDate: null });
    expect(file.voucher(1).rows[0]?.date).toBe('2024-02-28');
    expect(codes(file)).toEqual([
      '14 sie.voucher-date-missing',
      '16 sie.date-invalid',
      '18 sie.date-invalid',
    ]);
  });

  it('faults of content are findings with their line', () => {
    const file = read(
      sampleLines(
        '#VER A 1 20240301 "Obalans"', '{', '#TRANS 1510 {} 1.00', '}',
        '#VER A 1 20240301 "Dubblett"', '{', '}',
        '#VER A 2 20250301 "Fel år"', '{', '#TRANS 7777 {} 0', '}',
        '#VER A 3 20240301 "Utan klamrar"',
        '#VER A 4 20240301 "Efter"', '{', '}', '}',
      ), // prettier-ignore
    );
    expect(codes(file)).toEqual([
      '14 sie.voucher-unbalanced',
      '18 sie.voucher-empty',
      '18 sie.voucher-duplicate',
      '21 sie.voucher-outside-year',
      '23 sie.account-undeclared',
      '25 sie.voucher-empty',
      '26 sie.voucher-empty',
      '29 sie.brace-unexpected',
    ]);
    expect(file.findings[0]).toEqual({
      code: 'sie.voucher-unbalanced',
      severity: 'error',
      line: 14,
      message: 'Verifikation A 1 balanserar inte. Differensen är 1,00.',
    });
  });

  it('tells of at most a hundred faults of a kind, and how many more there are', () => {
    const many = Array.from({ length: 250 }, (_, index) => [
      `#VER A ${index + 1} 20240301 ""`,
      '{',
      '}',
    ]).flat();
    const { findings } = read(sampleLines(...many));
    expect(findings.filter(({ code }) => code === 'sie.voucher-empty')).toHaveLength(101);
    expect(findings.at(-1)?.message).toBe('Ytterligare 150 fynd av samma slag (sie.voucher-empty).');
  });
});

describe('types and balances', () => {
  it('4I is a file without balances, or one that is called so', () => {
    const order = ['#FLAGGA 0', '#SIETYP 4', ...sale];
    expect(read(order).type).toBe('4I');
    expect(read(sampleLines(...sale)).type).toBe('4E');
    const named = readSieBytes(sieBytes(sampleLines(...sale)), 'BOK.SI');
    expect(named.type).toBe('4I');
    expect(codes(named)).toContain('13 sie.balances-in-4i');
  });

  it('types 1 to 3 with period and object balances', () => {
    const lines = [
      '#FLAGGA 0',
      '#SIETYP 3',
      '#RAR 0 20230701 20241231',
      '#OMFATTN 20240630',
      '#KONTO 3001 "F"',
      '#KTYP 3001 I',
      '#ENHET 3001 "st"',
      '#SRU 3001 7310',
      '#SRU 3001 7311',
      '#OIB 0 3001 {1 "10"} 5.00 2',
      '#OUB 0 3001 {1 "10"} -5',
      '#PSALDO 0 202401 3001 {} -10.50',
      '#PBUDGET 0 202401 3001 {1 10} 7 3',
    ];
    const file = read(lines);
    expect(file.type).toBe('3');
    expect(file.accounts).toEqual([
      { number: '3001', name: 'F', isDeclared: true, type: 'I', unit: 'st', sru: ['7310', '7311'], line: 5 },
    ]);
    expect(file.years).toEqual([{ index: 0, from: '2023-07-01', to: '2024-12-31' }]);
    const objects = [{ dimension: '1', id: '10' }];
    expect(file.balances).toEqual([
      { kind: 'OIB', year: 0, account: '3001', objects, amountOre: 500, quantity: '2', line: 10 },
      { kind: 'OUB', year: 0, account: '3001', objects, amountOre: -500, line: 11 },
    ]);
    expect(file.periodBalances).toEqual([
      { kind: 'PSALDO', year: 0, period: '202401', account: '3001', objects: [], amountOre: -1050, line: 12 },
      {
        kind: 'PBUDGET',
        year: 0,
        period: '202401',
        account: '3001',
        objects,
        amountOre: 700,
        quantity: '3',
        line: 13,
      },
    ]);
  });

  it('Fortnox 2.0: quoted series and number, empty organisation number, closing balances without decimals', () => {
    const lines = [
      '#FLAGGA 0',
      '#SIETYP 4',
      '#ORGNR ',
      '#FNAMN "Bolaget AB"',
      '#RAR 0 20240101 20241231',
      '#KONTO 1510 "K"',
      '#KONTO 3001 "F"',
      '#UB 0 1510 125',
      '#RES 0 3001 -125',
      '#VER "A" "162" 20240201 "Telia"',
      '{',
      '#TRANS 1510 {"1" "1"} 125.00 ',
      '#TRANS 3001 {} -125.00 ',
      '}',
    ];
    const file = read(lines);
    expect(file.header.organisationNumber).toBe('');
    expect(file.voucher(0)).toMatchObject({ series: 'A', number: '162' });
    expect(file.balancesTie).toBe(true);
    expect(codes(file)).toEqual([]);
  });

  it('a closing balance that does not follow is told with what it should be', () => {
    const file = read([...sampleLines('#UB 0 1510 120', ...sale)]);
    expect(file.balancesTie).toBe(false);
    expect(file.findings.find(({ code }) => code === 'sie.balance-mismatch')).toMatchObject({
      line: 14,
      message: 'Konto 1510: ingående balans och verifikationer ger 125,00, men utgående balans är 120,00.',
    });
  });

  it('opening balances that are not zero together are told by the year they open', () => {
    const told = (...lines: string[]): string[] =>
      read(sampleLines(...lines))
        .findings.filter(({ code }) => code === 'sie.opening-balance-not-zero')
        .map(({ message }) => message.split(',')[0] ?? '');
    expect(told('#IB 0 1510 100')).toEqual([
      expect.stringMatching(/^Ingående balanser för 2024-01-01–2024-12-31 summerar till /),
    ]);
    // A year that no #RAR gives its dates.
    expect(told('#IB -1 1510 100')).toEqual([
      expect.stringMatching(/^Ingående balanser för år -1 summerar till /),
    ]);
  });
});

import { strFromU8, unzipSync } from 'fflate';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, test } from 'vitest';
import { explanationCodes, explanationTitles } from '../../accounting/explain/explanation.ts';
import { ore } from '../../accounting/money.ts';
import { findingsDocument as findingsOf } from '../../documents/findings.ts';
import { attachmentXlsx } from '../../documents/xlsx/attachment.ts';
import { bokforingsorderXlsx } from '../../documents/xlsx/bokforingsorder.ts';
import { binderIndexXlsx } from '../../documents/xlsx/binder-index.ts';
import { findingsXlsx } from '../../documents/xlsx/findings.ts';
import { historyXlsx } from '../../documents/xlsx/history.ts';
import { mainAttachmentXlsx } from '../../documents/xlsx/main-attachment.ts';
import { ownAttachmentXlsx } from '../../documents/xlsx/own-attachment.ts';
import { workbookBytes } from '../../documents/xlsx/workbook.ts';
import {
  attachmentDocument,
  binderIndexDocument,
  findingsDocument,
  frame,
  historyDocument,
  mainAttachmentDocumentWithYears,
  orderDocument,
  ownAttachmentDocument,
} from '../parts/documents.ts';

const created = '2026-01-14T08:12:00Z';

/** One column of texts as a workbook, and the XML that it became. */
async function textsAsXml(texts: readonly string[]): Promise<{ sheet: string; strings: string }> {
  const bytes = await workbookBytes('Prov', created, [
    {
      name: 'Blad',
      columns: [{ title: 'Text', kind: 'text', width: 20 }],
      rows: texts.map((text) => [text]),
    },
  ]);
  const files = unzipSync(bytes);
  const read = (name: string): string => strFromU8(files[name] ?? new Uint8Array());
  return { sheet: read('xl/worksheets/sheet1.xml'), strings: read('xl/sharedStrings.xml') };
}

const renderings: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
  ['bilaga', () => attachmentXlsx(attachmentDocument(20))],
  ['bokföringsorder', () => bokforingsorderXlsx(orderDocument)],
  ['behandlingshistorik', () => historyXlsx(historyDocument)],
  ['importkontroller', () => findingsXlsx(findingsDocument)],
  ['huvudbilagor', () => mainAttachmentXlsx(mainAttachmentDocumentWithYears)],
  ['egen bilaga', () => ownAttachmentXlsx(ownAttachmentDocument)],
  ['innehållsförteckning', () => binderIndexXlsx(binderIndexDocument)],
];

test.each(renderings)(
  '%s: the same data gives the same bytes, and says where it comes from',
  async (_name, render) => {
    const [first, second] = [await render(), await render()];
    expect(Buffer.from(first).equals(second)).toBe(true);
    const { sheets } = await readXlsx(first);
    const cells = sheets.flatMap(({ rows }) => rows.flat());
    expect(cells).toContain(frame.letterhead.organisationNumber);
    expect(cells).toContain(frame.source.snapshotHash);
  },
);

describe('what the other documents say as data', () => {
  const first = async (bytes: Uint8Array) => (await readXlsx(bytes, { readStyles: true })).sheets[0]!;

  test('huvudbilagor: a row an account, amounts as numbers, sums as formulas', async () => {
    const { rows, cells } = await first(await mainAttachmentXlsx(mainAttachmentDocumentWithYears));
    expect(rows[1]?.slice(0, 8)).toEqual([
      '15 Kundfordringar',
      '1510',
      'Kundfordringar',
      50_000,
      12_345.67,
      62_345.67,
      50_000,
      49_999,
    ]);
    expect(rows.at(-1)?.slice(3)).toEqual([270_000, -10_999.99, 259_000.01, 270_000, 269_996, null]);
    expect([3, 4, 5, 6, 7].map((column) => cells?.get(`${rows.length - 1},${column}`)?.formula)).toEqual(
      ['D', 'E', 'F', 'G', 'H'].map((letter) => `SUM(${letter}2:${letter}5)`),
    );
  });

  test('egen bilaga: rows, last year beside them, and the check', async () => {
    const { sheets } = await readXlsx(await ownAttachmentXlsx(ownAttachmentDocument));
    expect(sheets.map(({ name }) => name)).toEqual([
      'Specifikation',
      'Avstämning',
      'Underlag',
      'Om dokumentet',
    ]);
    expect(sheets[0]?.rows[1]).toEqual(['Företagskonto 5000-1', 988_000.1, 1_204_311.75]);
    expect(sheets[1]?.rows.flat()).toContain('Utgående balans − summa = 12,50 kr');
  });

  test('importkontroller: every record behind a finding; behandlingshistorik: the day as a date', async () => {
    const records = Array.from({ length: 30 }, (_, index) => ({
      name: `A-${index + 1}`,
      differenceOre: ore(index - 15),
    }));
    const [finding] = findingsDocument.findings;
    const { sheets } = await readXlsx(
      await findingsXlsx({ ...findingsDocument, findings: [{ ...finding!, records }] }),
    );
    expect(sheets[0]?.rows[1]?.slice(0, 3)).toEqual(['Fel', 'sie.voucher-unbalanced', 812]);
    expect(sheets[0]?.rows[1]?.[4]).toMatch(/^A-1 \(−0,15\), .* och 18 till$/);
    expect(sheets[1]?.name).toBe('Poster');
    expect(sheets[1]?.rows.slice(1)).toEqual(
      records.map(({ name, differenceOre }) => [
        'sie.voucher-unbalanced',
        name,
        null,
        null,
        differenceOre / 100,
        null,
      ]),
    );
    const { findings } = findingsOf(frame, [
      { ...finding!, file: '2024-01-01_2024-12-31.se', records: [{ name: 'A-1' }] },
    ]);
    expect(findings[0]?.records).toEqual([{ name: '2024-01-01_2024-12-31.se' }, { name: 'A-1' }]);
    const history = await first(await historyXlsx(historyDocument));
    expect(history.rows[1]).toEqual([
      new Date('2026-01-14T00:00:00Z'),
      '09:10',
      'Örjan Ängström',
      'Anslöt bolaget till Fortnox.',
      null,
    ]);
  });
});

test('bilaga: each kind of explanation has its Swedish name, the close’s own vouchers too', async () => {
  const document = attachmentDocument(1);
  const explanations = explanationCodes.map((code) => ({
    code,
    amountOre: ore(1),
    references: [],
    text: 'x',
  }));
  const attachment = { ...document.attachment, explanations };
  const workbook = await readXlsx(await attachmentXlsx({ ...document, attachment }));
  const sheet = workbook.sheets.find(({ name }) => name === 'Avstämning');
  const named = sheet?.rows.filter(([, text]) => text === 'x').map(([name]) => name);
  expect(named).toEqual(Object.values(explanationTitles));
  expect(named?.[0]).toBe('Bokslutsverifikation');
});

test('no member of the file carries the time of its making', async () => {
  const bytes = Buffer.from(await bokforingsorderXlsx(orderDocument));
  for (let at = bytes.indexOf('PK\u0003\u0004'); at >= 0; at = bytes.indexOf('PK\u0003\u0004', at + 4)) {
    const [time, date] = [bytes.readUInt16LE(at + 10), bytes.readUInt16LE(at + 12)];
    expect([0, 0x21]).toContain(time === 0 ? date : -1);
  }
});

describe('texts stay texts', () => {
  test.each(['=1+1', '+46 8 123', '-5', '@SUM(A1)', '=HYPERLINK("http://x")', '\t=1', '#N/A', '#REF!'])(
    '%j',
    async (text) => {
      const { sheet, strings } = await textsAsXml([text]);
      expect(sheet).not.toContain('<f>');
      expect(sheet).not.toContain('t="e"');
      const workbook = await readXlsx(
        await workbookBytes('Prov', created, [
          { name: 'Blad', columns: [{ title: 'Text', kind: 'text', width: 20 }], rows: [[text]] },
        ]),
      );
      expect(workbook.sheets[0]?.rows[1]?.[0]).toBe(text);
      expect(`${sheet}${strings}`).toMatch(/t="s"|t="inlineStr"/);
    },
  );

  test('what XML cannot hold is left out, and an escape is not read as one', async () => {
    const { strings } = await textsAsXml(['a\u0000b\u0007c\uffff', '\ud800x', '_x0041_', '<&>']);
    expect(strings).toContain('>abc<');
    expect(strings).toContain('>\ufffdx<');
    expect(strings).toContain('>_x005F_x0041_<');
    expect(strings).toContain('>&lt;&amp;&gt;<');
  });

  test('a text longer than a cell can hold is cut', async () => {
    const { strings } = await textsAsXml(['Ö'.repeat(40_000)]);
    expect(strings).toContain(`>${'Ö'.repeat(32_767)}<`);
  });
});

describe('figures', () => {
  test('amounts are numbers, dates are dates, the total is a formula with its value cached', async () => {
    const document = attachmentDocument(12);
    const workbook = await readXlsx(await attachmentXlsx(document), { readStyles: true });
    const sheet = workbook.sheets.find(({ name }) => name === 'Öppna poster');
    const open = sheet?.rows[0]?.indexOf('Öppet (SEK)') ?? -1;
    const [first] = document.attachment.openItems;
    expect(sheet?.rows[1]?.[open]).toBe((first?.openOre ?? 0) / 100);
    const total = sheet?.cells?.get(`13,${open}`);
    expect(total?.formula).toBe('SUM(J2:J13)');
    expect(total?.formulaResult).toBe(document.attachment.specificationOre / 100);
  });

  test('amounts keep their öre up to a thousand billion kronor', async () => {
    const amounts = [ore(99_999_999_999_999), ore(-1), ore(1_000_000_000_000_01), ore(29)];
    const bytes = await workbookBytes('Prov', created, [
      {
        name: 'Blad',
        columns: [{ title: 'Belopp', kind: 'amount', width: 20 }],
        rows: amounts.map((amount) => [amount]),
      },
    ]);
    const rows = (await readXlsx(bytes)).sheets[0]?.rows ?? [];
    expect(rows.slice(1).map(([value]) => Math.round(Number(value) * 100))).toEqual(amounts);
  });

  test('an attachment without items has no formula over nothing', async () => {
    const document = attachmentDocument(0);
    const workbook = await readXlsx(await attachmentXlsx(document));
    const sheet = workbook.sheets.find(({ name }) => name === 'Öppna poster');
    expect(sheet?.rows.length).toBe(2);
    expect(sheet?.rows[1]?.[0]).toBe('Totalt');
  });

  test('10,000 rows', async () => {
    const workbook = await readXlsx(await attachmentXlsx(attachmentDocument(10_000)));
    expect(workbook.sheets.find(({ name }) => name === 'Öppna poster')?.rows.length).toBe(10_002);
  }, 60_000);
});

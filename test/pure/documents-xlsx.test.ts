import { strFromU8, unzipSync } from 'fflate';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, test } from 'vitest';
import { ore } from '../../accounting/money.ts';
import { attachmentXlsx } from '../../documents/xlsx/attachment.ts';
import { bokforingsorderXlsx } from '../../documents/xlsx/bokforingsorder.ts';
import { workbookBytes } from '../../documents/xlsx/workbook.ts';
import { attachmentDocument, orderDocument } from '../parts/documents.ts';

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

test('the same data gives the same bytes', async () => {
  const first = await attachmentXlsx(attachmentDocument(20));
  const second = await attachmentXlsx(attachmentDocument(20));
  expect(Buffer.from(first).equals(second)).toBe(true);
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

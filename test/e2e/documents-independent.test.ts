import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatKronor } from '../../accounting/money.ts';
import { binderBytes } from '../../documents/binder.ts';
import { attachmentPdf } from '../../documents/pdf/attachment.ts';
import { bokforingsorderPdf } from '../../documents/pdf/bokforingsorder.ts';
import { attachmentXlsx } from '../../documents/xlsx/attachment.ts';
import { bokforingsorderXlsx } from '../../documents/xlsx/bokforingsorder.ts';
import { historyXlsx } from '../../documents/xlsx/history.ts';
import { mainAttachmentXlsx } from '../../documents/xlsx/main-attachment.ts';
import {
  attachmentDocument,
  frame,
  historyDocument,
  mainAttachmentDocumentWithYears,
  orderDocument,
} from '../parts/documents.ts';
import { pdfText } from '../setup/pdf-text.ts';
import { runPython } from '../setup/python.ts';

/**
 * The documents, read by programs that share no code with what wrote them: poppler's pdftotext, Python's openpyxl and
 * zipfile. Poppler must be installed (`apt-get install poppler-utils`); openpyxl is fetched by pip at the first use.
 */

const openpyxl = 'openpyxl==3.1.5';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bokslut-documents-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** The text of each page, with no-break spaces as spaces. */
async function pagesOf(bytes: Uint8Array): Promise<string[]> {
  return (await pdfText({ bytes })).split('\f').slice(0, -1);
}

const script = `
import json, sys, datetime, openpyxl
def plain(value):
    return value.isoformat()[:10] if isinstance(value, datetime.datetime) else value
def sheets(values):
    book = openpyxl.load_workbook(sys.argv[1], data_only=values)
    return {s.title: [[plain(c.value) for c in row] for row in s.iter_rows()] for s in book}
book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps({"values": sheets(True), "formulas": sheets(False),
  "formats": {s.title: [c.number_format for c in s[2]] for s in book}}))
`;

interface Workbook {
  readonly values: Record<string, unknown[][]>;
  readonly formulas: Record<string, unknown[][]>;
  readonly formats: Record<string, string[]>;
}

async function workbookOf(path: string): Promise<Workbook> {
  const stdout = await runPython(openpyxl, script, [path]);
  return JSON.parse(stdout) as Workbook;
}

const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('PDF by poppler', () => {
  test('the bilaga: every open item, the totals, Swedish letters, page numbers, source', async () => {
    const document = attachmentDocument(120);
    const pages = await pagesOf(await attachmentPdf(document));
    const text = pages.join('\n');
    const { attachment, source } = document;
    for (const { invoiceNumber, openOre } of attachment.openItems) {
      const line = text.split('\n').find((one) => one.trimStart().startsWith(`${invoiceNumber} `));
      expect(line).toContain(spaced(formatKronor(openOre)));
    }
    for (const amount of [attachment.specificationOre, attachment.ledgerOre, attachment.unexplainedOre]) {
      expect(text).toContain(spaced(formatKronor(amount)));
    }
    for (const bucket of Object.values(attachment.ageing))
      expect(text).toContain(spaced(formatKronor(bucket)));
    expect(text).toContain('Åkes Östersjöfisk & Rökeri AB');
    expect(text).toContain('Łódź Import Sp. z o.o.');
    expect(text).toContain('Café Őrség Kft.');
    expect(pages.length).toBeGreaterThan(4);
    pages.forEach((page, index) => {
      expect(page).toContain(`Sida ${index + 1} av ${pages.length}`);
      expect(page).toContain(source.snapshotHash);
      expect(page).toContain('hämtat 2026-01-14 09:12');
    });
    const tablePages = pages.filter((page) => /^\s*1\d{3} +2025-/m.test(page));
    expect(tablePages.length).toBeGreaterThan(2);
    for (const page of tablePages) expect(page).toMatch(/Faktura .*Valuta/);
  });

  test('the bokföringsorder: rows, sums and Fortnox numbers', async () => {
    const [page = ''] = await pagesOf(await bokforingsorderPdf(orderDocument));
    expect(page).toContain('Bokförd i Fortnox som verifikation Ö-1, 2026-01-15 15:00.');
    expect(page).toMatch(/6352 +Befarade förluster på kundfordringar +Exkl\. moms +10 000,00/);
    expect(page).toContain('Ej aktuell för överföring till Fortnox.');
    expect(page).toContain('Zoë Đorđević');
  });
});

describe('XLSX by openpyxl', () => {
  test('the bilaga: numbers, dates, a formula with its value', async () => {
    const document = attachmentDocument(120);
    const book = await workbookOf(await file('bilaga.xlsx', await attachmentXlsx(document)));
    const [heading = [], ...rows] = book.values['Öppna poster'] ?? [];
    const at = (title: string): number => heading.indexOf(title);
    const { openItems, specificationOre } = document.attachment;
    expect(
      rows.slice(0, -1).map((row) => [row[at('Faktura')], row[at('Förfallodatum')], row[at('Öppet (SEK)')]]),
    ).toEqual(
      openItems.map(({ invoiceNumber, dueDate, openOre }) => [invoiceNumber, dueDate, openOre / 100]),
    );
    expect(rows.at(-1)?.[at('Öppet (SEK)')]).toBe(specificationOre / 100);
    expect(book.formulas['Öppna poster']?.at(-1)?.[at('Öppet (SEK)')]).toBe('=SUM(J2:J121)');
    expect(book.formats['Öppna poster']?.[at('Öppet (SEK)')]).toBe('#,##0.00');
    expect(book.formats['Öppna poster']?.[at('Förfallodatum')]).toBe('yyyy-mm-dd');
    expect(book.values['Avstämning']?.flat()).toContain('Åkes Östersjöfisk & Rökeri AB');
  });

  test('the bokföringsorder balances, and a text that begins as a formula is none', async () => {
    const [first, ...others] = orderDocument.vouchers;
    if (first === undefined) throw new Error('no vouchers');
    const vouchers = [{ ...first, text: '=HYPERLINK("http://x")' }, ...others];
    const book = await workbookOf(
      await file('order.xlsx', await bokforingsorderXlsx({ ...orderDocument, vouchers })),
    );
    const total = book.values['Bokföringsorder']?.at(-1) ?? [];
    expect(total.slice(-2)).toEqual([10_132.55, 10_132.55]);
    expect(book.values['Bokföringsorder']?.[1]?.[4]).toBe('=HYPERLINK("http://x")');
  });

  test('the main attachments: sums over accounts as formulas with their values; the history: days as dates', async () => {
    const mains = await workbookOf(
      await file('huvud.xlsx', await mainAttachmentXlsx(mainAttachmentDocumentWithYears)),
    );
    const total = mains.values['Huvudbilagor']?.at(-1) ?? [];
    const formulas = mains.formulas['Huvudbilagor']?.at(-1) ?? [];
    expect(total.slice(3, 6)).toEqual([270_000, -10_999.99, 259_000.01]);
    expect(formulas.slice(3, 6)).toEqual(['=SUM(D2:D5)', '=SUM(E2:E5)', '=SUM(F2:F5)']);
    const history = await workbookOf(await file('historik.xlsx', await historyXlsx(historyDocument)));
    expect(history.values['Behandlingshistorik']?.[1]?.slice(0, 3)).toEqual([
      '2026-01-14',
      '09:10',
      'Örjan Ängström',
    ]);
  });
});

test('the binder is a ZIP file that Python reads, with no fault', async () => {
  const files = [
    { name: 'underlag/bokföring.se', title: 'SIE', bytes: Buffer.from('#FLAGGA 0\r\n'.repeat(100)) },
    { name: 'bilagor/1510.pdf', title: 'Bilaga', bytes: await attachmentPdf(attachmentDocument(1)) },
  ];
  const { bytes } = await binderBytes({ ...frame, keptUntilYear: 2032, files });
  const code =
    'import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps([z.testzip(), z.namelist()]))';
  const stdout = await runPython(openpyxl, code, [await file('arsakt.zip', bytes)]);
  expect(JSON.parse(stdout)).toEqual([
    null,
    ['manifest.json', 'innehall.pdf', 'innehall.xlsx', 'underlag/bokföring.se', 'bilagor/1510.pdf'],
  ]);
});

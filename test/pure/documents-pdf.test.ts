import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attachmentPdf } from '../../documents/pdf/attachment.ts';
import { bokforingsorderPdf } from '../../documents/pdf/bokforingsorder.ts';
import { findingsPdf } from '../../documents/pdf/findings.ts';
import { codePointsOf } from '../../documents/pdf/font-coverage.ts';
import { commonCharacters, printable } from '../../documents/pdf/fonts.ts';
import { historyPdf } from '../../documents/pdf/history.ts';
import { mainAttachmentPdf } from '../../documents/pdf/main-attachment.ts';
import {
  attachmentDocument,
  findingsDocument,
  historyDocument,
  mainAttachmentDocument,
  orderDocument,
} from '../parts/documents.ts';
import { renderings } from '../parts/renderings.ts';
import type { AttachmentDocument } from '../../documents/content.ts';

/** The page contents, inflated: pdfkit writes them as streams of operators. */
function contents(pdf: Uint8Array): string {
  const bytes = Buffer.from(pdf);
  const parts: string[] = [];
  for (let at = bytes.indexOf('stream\n'); at >= 0; at = bytes.indexOf('stream\n', at)) {
    const start = at + 'stream\n'.length;
    const end = bytes.indexOf('\nendstream', start);
    try {
      const text = inflateSync(bytes.subarray(start, end)).toString('latin1');
      if (text.includes(' TJ')) parts.push(text);
    } catch {
      // Metadata is not deflated.
    }
    at = end + '\nendstream'.length;
  }
  return parts.join('\n');
}

const pages = (pdf: Uint8Array): number =>
  Buffer.from(pdf).toString('latin1').split('/Type /Page\n').length - 1;

describe.each(renderings)('%s', (_name, render) => {
  test('the same data gives the same bytes', async () => {
    const [first, second] = [await render(), await render()];
    expect(Buffer.from(first).equals(second)).toBe(true);
  });

  test('says that it is PDF/A-2b and embeds every font', async () => {
    const text = Buffer.from(await render()).toString('latin1');
    expect(text).toContain('<pdfaid:part>2</pdfaid:part>');
    expect(text).toContain('<pdfaid:conformance>B</pdfaid:conformance>');
    expect(text.match(/\/Type \/FontDescriptor/g)?.length).toBe(text.match(/\/FontFile2 /g)?.length);
    expect(text).not.toContain('Helvetica');
    // The colours' meaning: an output intent with an ICC profile of its own.
    expect(text).toMatch(/\/OutputIntents \[/);
    expect(text).toMatch(/\/S \/GTS_PDFA1/);
    expect(text).toMatch(/\/DestOutputProfile \d+ 0 R/);
    expect(text).not.toMatch(/\/(Encrypt|JavaScript|JS|Launch|EmbeddedFile) /);
  });
});

test('bytes do not depend on the time zone', async () => {
  const zone = process.env['TZ'];
  try {
    process.env['TZ'] = 'Pacific/Kiritimati';
    const east = await attachmentPdf(attachmentDocument(3));
    process.env['TZ'] = 'America/Los_Angeles';
    const west = await attachmentPdf(attachmentDocument(3));
    expect(Buffer.from(east).equals(west)).toBe(true);
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});

/** The sample with one party's name and remark replaced. */
function withName(name: string): AttachmentDocument {
  const document = attachmentDocument(2);
  const { attachment } = document;
  return {
    ...document,
    letterhead: { ...document.letterhead, companyName: name, firmName: name },
    note: name,
    attachment: {
      ...attachment,
      openItems: attachment.openItems.map((item) => ({ ...item, partyName: name })),
      parties: attachment.parties.map((party) => ({ ...party, partyName: name })),
    },
  };
}

describe('characters', () => {
  test('all common characters are in the fonts', () => {
    const all = Array.from({ length: 0x2fff }, (_, point) => String.fromCodePoint(point));
    const common = all.filter((character) => commonCharacters.test(character));
    expect(common.length).toBeGreaterThan(300);
    // A soft hyphen takes the slow path, on which every character is looked up.
    for (const character of common) expect(printable(`${character}\u00ad`)).toBe(character);
  });

  test.each([
    ['Fisk\u{1f41f}bilen', 'Fisk\ufffdbilen'],
    ['中文 AB', '\ufffd\ufffd AB'],
    ['tab\tand\u00a0space', 'tab and\u00a0space'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['soft\u00adhyphen', 'softhyphen'],
    ['A\u030akes', 'Åkes'],
    ['\ud800lone', 'lone'],
    ['null\u0000 bell\u0007', 'null bell'],
    ['Łódź Őrség Đorđević', 'Łódź Őrség Đorđević'],
    ['Αθήνα Москва', 'Αθήνα Москва'],
  ])('%j is drawn as %j', (given, drawn) => {
    expect(printable(given)).toBe(drawn);
  });

  test('no text from data draws the glyph .notdef', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (name) => {
        const text = contents(await attachmentPdf(withName(name)));
        const drawn = [...text.matchAll(/<([0-9a-f]{4,})>/g)].flatMap(
          ([, hex = '']) => hex.match(/.{4}/g) ?? [],
        );
        expect(drawn.length).toBeGreaterThan(100);
        expect(drawn).not.toContain('0000');
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('a font without a character map is refused', () => {
    expect(() => codePointsOf(new Uint8Array(64))).toThrow('no table cmap');
  });

  test('markup in a title does not break the metadata', async () => {
    const [group] = mainAttachmentDocument.groups;
    const pdf = await mainAttachmentPdf({
      ...mainAttachmentDocument,
      groups: group === undefined ? [] : [{ ...group, name: 'Kassa & <bank>' }],
    });
    expect(Buffer.from(pdf).toString('utf8')).toContain('Huvudbilaga 15 Kassa och bank</rdf:li>');
  });
});

describe('layout', () => {
  test('10,000 rows repeat their headings on every page', async () => {
    const pdf = await attachmentPdf(attachmentDocument(10_000));
    expect(pages(pdf)).toBeGreaterThan(200);
    expect(pages(pdf)).toBeLessThan(900);
  }, 120_000);

  test('a text that fills pages, and a word wider than any column, end', async () => {
    const pdf = await attachmentPdf(withName('Ö'.repeat(9_000)));
    expect(pages(pdf)).toBeGreaterThan(3);
  });

  test('nothing at all still gives a page', async () => {
    expect(pages(await bokforingsorderPdf({ ...orderDocument, vouchers: [] }))).toBe(1);
    expect(pages(await findingsPdf({ ...findingsDocument, findings: [] }))).toBe(1);
    expect(pages(await historyPdf({ ...historyDocument, entries: [] }))).toBe(1);
    expect(pages(await mainAttachmentPdf({ ...mainAttachmentDocument, groups: [] }))).toBe(1);
  });
});

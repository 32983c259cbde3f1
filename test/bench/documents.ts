import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readXlsx, writeXlsx } from 'hucre/xlsx';
// oxlint-disable-next-line import/no-named-as-default -- its types know the default alone
import PDFDocument from 'pdfkit';
import { fontFiles } from '../../documents/pdf/fonts.ts';
import type { FontName } from '../../documents/pdf/fonts.ts';
import { closeRenderThreads, renderInThread } from '../../documents/render.ts';
import { renderers } from '../../documents/renderers.ts';
import { frame, sampleAttachment, signOff } from '../parts/documents.ts';
import { collectGarbage, figure, inTurns, pairedRatio } from './measure.ts';
import type { BenchResult } from './sie-read.ts';

const rows = 10_000;
const documentOf = (count: number) => ({ ...frame, signOff, attachment: sampleAttachment(count) });

/**
 * The attachment of 10,000 open items as PDF and XLSX, each against a bare loop that has the same library write the same
 * strings: at the same places, and as the same kinds of cells.
 */
export async function documentsBench(): Promise<BenchResult[]> {
  const document = documentOf(rows);
  const tenth = documentOf(rows / 10);
  const drawn = await drawnTexts(() => renderers.attachmentPdf(document));
  const sheets = await cellsOf(await renderers.attachmentXlsx(document));
  const times = await inTurns(
    5,
    {
      pdf: () => renderers.attachmentPdf(document),
      barePdf: () => barePdf(drawn),
      tenthPdfs: () => tenTimes(() => renderers.attachmentPdf(tenth)),
      xlsx: () => renderers.attachmentXlsx(document),
      bareXlsx: () => writeXlsx({ sheets }),
      tenthXlsxs: () => tenTimes(() => renderers.attachmentXlsx(tenth)),
    },
    collectGarbage,
  );
  const growth = (large: readonly number[], tenths: readonly number[]): number =>
    pairedRatio(large, tenths) * 10;
  return [
    figure('PDF of 10,000 rows / bare loop', pairedRatio(times.pdf, times.barePdf), 'ratio', 'lower', 1.3),
    figure('XLSX of 10,000 rows / bare loop', pairedRatio(times.xlsx, times.bareXlsx), 'ratio', 'lower', 1.3),
    figure('PDF, 1,000 to 10,000 rows', growth(times.pdf, times.tenthPdfs), 'times', 'lower', 11),
    figure('XLSX, 1,000 to 10,000 rows', growth(times.xlsx, times.tenthXlsxs), 'times', 'lower', 11),
    await loopDelay(document),
  ];
}

/** So that what is held against the whole takes as long, and meets as much of what else the machine does. */
async function tenTimes(render: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < 10; time++) await render();
}

/** How late this process's event loop is while threads render both documents. */
async function loopDelay(document: ReturnType<typeof documentOf>): Promise<BenchResult> {
  await renderInThread('attachmentPdf', documentOf(rows / 10));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await Promise.all([renderInThread('attachmentPdf', document), renderInThread('attachmentXlsx', document)]);
  delay.disable();
  await closeRenderThreads();
  return figure('event loop delay at p99 while rendering', delay.percentile(99) / 1e6 - 5, 'ms', 'lower', 50);
}

interface DrawnText {
  readonly page: number;
  readonly font: string;
  readonly size: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Every text that a rendering draws, and where, by listening to the library. */
async function drawnTexts(render: () => Promise<unknown>): Promise<DrawnText[]> {
  const { prototype } = PDFDocument as unknown as { prototype: PDFKit.PDFDocument };
  const { text, font, fontSize, addPage } = prototype;
  const drawn: DrawnText[] = [];
  let at = { page: 0, font: fontFiles.regular, size: 12 };
  Object.assign(prototype, {
    text(this: PDFKit.PDFDocument, ...given: [string, number, number]) {
      drawn.push({ ...at, text: given[0], x: given[1], y: given[2] });
      return Reflect.apply(text, this, given);
    },
    font(this: PDFKit.PDFDocument, ...given: [string, FontName]) {
      at = { ...at, font: fontFiles[given[1]] };
      return Reflect.apply(font, this, given);
    },
    fontSize(this: PDFKit.PDFDocument, size: number) {
      at = { ...at, size };
      return Reflect.apply(fontSize, this, [size]);
    },
    addPage(this: PDFKit.PDFDocument, ...given: []) {
      at = { ...at, page: at.page + 1 };
      return Reflect.apply(addPage, this, given);
    },
  });
  try {
    await render();
  } finally {
    Object.assign(prototype, { text, font, fontSize, addPage });
  }
  return drawn.filter((one) => typeof one.text === 'string' && typeof one.font === 'string');
}

/** The same texts in the same places, and nothing else. */
async function barePdf(drawn: readonly DrawnText[]): Promise<void> {
  const doc = new PDFDocument({ size: 'A4', layout: 'landscape', margin: 0, font: fontFiles.regular });
  const ended = new Promise((resolve) => void doc.on('data', () => undefined).once('end', resolve));
  let last: DrawnText | undefined;
  for (const one of drawn) {
    if (last && one.page > last.page) doc.addPage();
    if (!last || one.font !== last.font || one.page > last.page) doc.font(one.font);
    if (!last || one.size !== last.size || one.page > last.page) doc.fontSize(one.size);
    doc.text(one.text, one.x, one.y, { lineBreak: false });
    last = one;
  }
  doc.end();
  await ended;
}

/** The cells of a workbook as plain values, with each column's number format and nothing else of how it looks. */
async function cellsOf(bytes: Uint8Array) {
  const { sheets } = await readXlsx(bytes, { readStyles: true });
  return sheets.map(({ name, rows: cells, cells: styled }) => ({
    name,
    rows: cells,
    columns: cells[0]!.map((_, column) => {
      const numFmt = styled?.get(`1,${column}`)?.style?.numFmt;
      return numFmt === undefined ? {} : { style: { numFmt } };
    }),
  }));
}

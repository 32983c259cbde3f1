import { writeXlsx } from 'hucre/xlsx';
import type { IsoDate } from '../../accounting/dates.ts';
import type { Ore } from '../../accounting/money.ts';
import type { Cell as HucreCell, CellStyle, CellValue, WriteSheet } from 'hucre/xlsx';

/**
 * The only module that knows the XLSX library. A worksheet is a table: columns of one kind each, rows of cells.
 * Amounts become numbers with two decimals, dates real dates, and a text stays a text whatever it begins with.
 */

export type ColumnKind = 'text' | 'amount' | 'whole' | 'date';

export interface WorksheetColumn {
  readonly title: string;
  readonly kind: ColumnKind;
  /** In characters. */
  readonly width: number;
}

/** A text, an amount or whole number by the column's kind, a date as its ISO text; undefined: an empty cell. */
export type WorksheetCell = string | number | IsoDate | Ore | undefined;

export type WorksheetRow =
  | readonly WorksheetCell[]
  /** In bold: a title within the sheet. */
  | { readonly title: string }
  /** A row in bold; amounts in columns named by `sum` are formulas over all rows above, with the given value cached. */
  | { readonly total: readonly WorksheetCell[]; readonly sum: readonly number[] };

export interface Worksheet {
  readonly name: string;
  readonly columns: readonly WorksheetColumn[];
  readonly rows: readonly WorksheetRow[];
  readonly landscape?: boolean;
}

const bold = { font: { bold: true } } satisfies CellStyle;
const rule = { border: { top: { style: 'thin' } } } satisfies CellStyle;
const headingFill = {
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'E3E9EF' } },
} satisfies CellStyle;
const right = { alignment: { horizontal: 'right' } } satisfies CellStyle;

/** Swedish Excel shows `#,##0.00` as 1 234 567,89: in the file the separators are always the American ones. */
const formats: Readonly<Record<ColumnKind, CellStyle>> = {
  text: {},
  amount: { numFmt: '#,##0.00' },
  whole: { numFmt: '0' },
  date: { numFmt: 'yyyy-mm-dd' },
};

const excelEpochMs = Date.UTC(1899, 11, 30);
const dayMs = 86_400_000;
const longestText = 32_767;

const kronor = (amountOre: number): number => amountOre / 100;
const serial = (date: string): number => (Date.parse(`${date}T00:00:00Z`) - excelEpochMs) / dayMs;

const plainText = /^[\u0020-\u005e\u0060-\ud7ff]*$/;

/** A text as XML can hold it; `_x0041_` written out so that Excel does not read it as an escaped "A". */
function text(given: string): string {
  if (plainText.test(given) && given.length <= longestText) return given;
  return given
    .replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
    .replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replaceAll(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
    .slice(0, longestText);
}

function value(cell: WorksheetCell, kind: ColumnKind): CellValue {
  if (cell === undefined || cell === '') return null;
  if (typeof cell === 'number') return kind === 'amount' ? kronor(cell) : cell;
  return kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(cell) ? serial(cell) : text(cell);
}

const letter = (column: number): string => String.fromCharCode(65 + column);

/** The library takes texts such as "#N/A" for Excel's errors; as rich text they stay texts. */
const looksLikeError = /^#[A-Z]/;

function toSheet(worksheet: Worksheet): WriteSheet {
  const { columns, name } = worksheet;
  const rows: CellValue[][] = [columns.map(({ title }) => title)];
  const cells = new Map<string, Partial<HucreCell>>();
  columns.forEach(({ title, kind }, column) => {
    const aligned = kind === 'amount' || kind === 'whole' ? right : {};
    cells.set(`0,${column}`, { value: title, style: { ...bold, ...headingFill, ...aligned } });
  });
  for (const row of worksheet.rows) {
    const at = rows.length;
    if ('title' in row) {
      rows.push([text(row.title)]);
      cells.set(`${at},0`, { style: bold });
      continue;
    }
    const source = 'total' in row ? row.total : row;
    const line: CellValue[] = [];
    // A plain loop, since this one runs for every cell of 10,000 rows.
    for (let column = 0; column < columns.length; column += 1) {
      const cell = value(source[column], columns[column]?.kind ?? 'text');
      const isError = typeof cell === 'string' && looksLikeError.test(cell);
      if (isError) cells.set(`${at},${column}`, { richText: [{ text: cell }] });
      line.push(isError ? null : cell);
    }
    rows.push(line);
    if ('total' in row) {
      columns.forEach(({ kind }, column) => {
        const style = { ...formats[kind], ...bold, ...rule };
        const formula =
          row.sum.includes(column) && at > 1 ? `SUM(${letter(column)}2:${letter(column)}${at})` : undefined;
        const known = line[column];
        if (formula === undefined || typeof known !== 'number') cells.set(`${at},${column}`, { style });
        else cells.set(`${at},${column}`, { style, formula, formulaResult: known });
      });
    }
  }
  return {
    name,
    // The library looks a style up for each cell, also an empty one.
    columns: columns.map(({ kind, width }) =>
      kind === 'text' ? { width } : { width, style: formats[kind] },
    ),
    rows,
    cells,
    freezePane: { rows: 1 },
    pageSetup: {
      paperSize: 'a4',
      orientation: worksheet.landscape === true ? 'landscape' : 'portrait',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: '$1:$1',
    },
    headerFooter: { oddFooter: '&L&A&RSida &P av &N' },
  };
}

/** A workbook as bytes; `created` is an ISO instant that takes the place of the clock. */
export async function workbookBytes(
  title: string,
  created: string,
  worksheets: readonly Worksheet[],
): Promise<Uint8Array> {
  const at = new Date(created);
  return writeXlsx({
    sheets: worksheets.map(toSheet),
    properties: { title: text(title), creator: 'Bokslut', created: at, modified: at },
  });
}

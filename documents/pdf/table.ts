import { band, hairline, ink, muted } from './sheet.ts';
import type { Sheet, TextStyle } from './sheet.ts';

export interface Column {
  readonly title: string;
  /** Share of the table's width. */
  readonly share: number;
  /** Figures stand to the right and shrink rather than break; texts stand to the left and wrap. */
  readonly figures?: boolean;
}

interface Place extends Column {
  readonly left: number;
  readonly right: number;
  readonly lines: readonly string[];
}

const gap = 7;
const wideGap = 13;
const size = 7.8;
const rowHeight = 12.4;
/** Left under a row, so that its sums never stand alone on the next page. */
const sumsHeight = 37;
const headingStyle: TextStyle = { size: 7.2, font: 'bold', color: muted };
const plain: TextStyle = { size };
const strong: TextStyle = { size, font: 'bold' };

/** A table that runs over pages and repeats its headings; rows are drawn as they are given. */
export class Table {
  readonly #sheet: Sheet;
  readonly #places: readonly Place[];
  readonly #left: number;
  readonly #right: number;
  /** The group whose rows are being drawn. */
  #group = '';

  constructor(sheet: Sheet, columns: readonly Column[], width = sheet.width, left = sheet.left) {
    this.#sheet = sheet;
    this.#left = left;
    this.#right = left + width;
    const shares = columns.reduce((sum, column) => sum + column.share, 0);
    // A text right after figures needs more air, or the two run together.
    const gaps = columns.map((column, index): number =>
      index === 0 ? 0 : column.figures !== true && columns[index - 1]?.figures === true ? wideGap : gap,
    );
    const unit = (width - gaps.reduce((sum, one) => sum + one, 0) - 8) / shares;
    let x = left + 4;
    this.#places = columns.map((column, index) => {
      x += gaps[index] ?? 0;
      const place = { left: x, right: x + column.share * unit };
      x = place.right;
      return { ...column, ...place, lines: sheet.wrap(column.title, place.right - place.left, headingStyle) };
    });
    sheet.ensure(4 * rowHeight + 20);
    this.#heading();
  }

  row(cells: readonly string[]): void {
    this.#cells(cells, plain, sumsHeight);
  }

  /** A line over the whole width that opens a group, kept together with its first row and repeated on the next page. */
  group(text: string): void {
    this.#group = '';
    const lines = this.#groupLines(text);
    this.#room(Math.min(lines.length, 8) * rowHeight + rowHeight + 4 + sumsHeight);
    this.#sheet.y += 4;
    for (const line of lines) {
      this.#room(rowHeight);
      this.#sheet.write(line, this.#left + 4, this.#sheet.y, strong);
      this.#sheet.y += rowHeight;
    }
    this.#group = text;
  }

  /** A sum of the rows above, under a thin line. */
  subtotal(cells: readonly string[]): void {
    this.#room(rowHeight + 3);
    this.#group = '';
    this.#sheet.rule(this.#sheet.y, hairline, this.#left, this.#right);
    this.#sheet.y += 1.5;
    this.#cells(cells, strong);
  }

  /** The sum of all, under a strong line. */
  total(cells: readonly string[]): void {
    this.#room(rowHeight + 8);
    this.#sheet.y += 3;
    this.#sheet.rule(this.#sheet.y, ink, this.#left, this.#right, 0.9);
    this.#sheet.y += 3;
    this.#cells(cells, { ...strong, size: size + 0.6 });
    this.#sheet.y += 4;
  }

  #room(height: number): void {
    if (!this.#sheet.ensure(height)) return;
    this.#heading();
    if (this.#group === '') return;
    const [line = ''] = this.#groupLines(`Forts. ${this.#group}`);
    this.#sheet.write(line, this.#left + 4, this.#sheet.y, strong);
    this.#sheet.y += rowHeight;
  }

  #groupLines(text: string): string[] {
    return this.#sheet.wrap(this.#sheet.clean(text), this.#right - this.#left - 8, strong);
  }

  #heading(): void {
    const sheet = this.#sheet;
    const height = Math.max(...this.#places.map(({ lines }) => lines.length)) * 9.6 + 7;
    sheet.fill(this.#left, sheet.y, this.#right - this.#left, height, band);
    for (const { lines, left, right, figures } of this.#places) {
      const top = sheet.y + height - 3.5 - lines.length * 9.6;
      lines.forEach((line, index) => {
        if (figures === true) sheet.writeRight(line, right, top + index * 9.6, headingStyle);
        else sheet.write(line, left, top + index * 9.6, headingStyle);
      });
    }
    sheet.y += height + 3;
  }

  #cells(cells: readonly string[], style: TextStyle, spare = 0): void {
    const sheet = this.#sheet;
    const texts = this.#places.map(({ left, right, figures }, index) => {
      const text = sheet.clean(cells[index] ?? '');
      return figures === true || text === '' ? [text] : sheet.wrap(text, right - left, style);
    });
    let lines = 1;
    for (const text of texts) lines = Math.max(lines, text.length);
    this.#room(Math.min(lines, 8) * rowHeight + spare);
    for (let line = 0; line < lines; line += 1) {
      if (line > 0) this.#room(rowHeight + spare);
      for (const [index, { left, right, figures }] of this.#places.entries()) {
        const text = texts[index]?.[line];
        if (text === undefined || text === '') continue;
        if (figures === true) this.#figure(text, left, right, style);
        else sheet.write(text, left, sheet.y, style);
      }
      sheet.y += rowHeight;
    }
  }

  #figure(text: string, left: number, right: number, style: TextStyle): void {
    const sheet = this.#sheet;
    const width = sheet.measure(text, style);
    const room = right - left + gap - 2;
    if (width <= room) return sheet.write(text, right - width, sheet.y, style);
    const smaller = { ...style, size: (style.size * room) / width };
    sheet.writeRight(text, right, sheet.y + (style.size - smaller.size), smaller);
  }
}

// oxlint-disable-next-line import/no-named-as-default -- its types know the default alone
import PDFDocument from 'pdfkit';
import { openFont, printable } from './fonts.ts';
import { swedishTime, swedishYear } from '../swedish.ts';
import type { FontName } from './fonts.ts';
import type { Letterhead, Source } from '../content.ts';

export const ink = '#1c2733';
export const muted = '#5f6b7a';
export const hairline = '#c8ced6';
export const band = '#eef2f6';
export const accent = '#2c5c8a';
export const alarm = '#a63d0a';

export interface TextStyle {
  readonly size: number;
  readonly font?: FontName;
  readonly color?: string;
}

export interface SheetOptions {
  /** What the document is, e.g. "Bilaga 1510 Kundfordringar". */
  readonly title: string;
  /** A line under the title, e.g. the balance date. */
  readonly subtitle?: string;
  readonly letterhead: Letterhead;
  readonly source: Source;
  readonly landscape?: boolean;
}

const margin = 40;
const footerHeight = 34;
const lineHeight = 1.35;
/** Width of a narrow letter in parts of the size. */
const narrowest = 0.2;
/** A company's name needs more room than its number. */
const factShares = [1.55, 0.9, 1.25, 1.1] as const;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/**
 * A PDF/A-2b document on A4 that is written from top to bottom: letterhead on the first page, a running head on the
 * others, a foot with source and page number on all. Lengths are points (1/72 inch), `y` grows downwards.
 */
export class Sheet {
  readonly left = margin;
  readonly right: number;
  readonly bottom: number;
  y = margin;

  readonly #doc: PDFKit.PDFDocument;
  readonly #options: SheetOptions;
  readonly #chunks: Uint8Array[] = [];
  /** Pdfkit caches each under its name. */
  readonly #fonts = { regular: openFont('regular'), bold: openFont('bold') } as const;
  #style = '';
  #color = '';

  constructor(options: SheetOptions) {
    this.#options = options;
    const created = new Date(options.source.fetchedAt);
    this.#doc = new PDFDocument({
      size: 'A4',
      layout: options.landscape === true ? 'landscape' : 'portrait',
      margin: 0,
      subset: 'PDF/A-2b',
      pdfVersion: '1.7',
      lang: 'sv-SE',
      displayTitle: true,
      bufferPages: true,
      // Pdfkit would begin with Helvetica, which it cannot embed.
      font: '',
      info: {
        Title: metadataText(options.title),
        Creator: 'Bokslut',
        CreationDate: created,
        ModDate: created,
      },
    });
    this.#doc.font(this.#fonts.regular, 'regular');
    this.#doc.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
    this.right = this.#doc.page.width - margin;
    this.bottom = this.#doc.page.height - margin - footerHeight + 10;
    this.#letterhead();
  }

  get width(): number {
    return this.right - this.left;
  }

  /** A text from data, made drawable. Every other method expects its texts to have been through here. */
  clean(text: string): string {
    return printable(text);
  }

  /** Width of a drawable text. */
  measure(text: string, style: TextStyle): number {
    this.#use(style);
    return this.#doc.widthOfString(text);
  }

  /** Draws one line of drawable text with its top left corner at (x, y). */
  write(text: string, x: number, y: number, style: TextStyle): void {
    if (text === '') return;
    this.#use(style);
    const color = style.color ?? ink;
    if (color !== this.#color) this.#doc.fillColor((this.#color = color));
    this.#doc.text(text, x, y, { lineBreak: false });
  }

  writeRight(text: string, right: number, y: number, style: TextStyle): void {
    this.write(text, right - this.measure(text, style), y, style);
  }

  rule(y: number, color = hairline, from = this.left, to = this.right, thickness = 0.5): void {
    this.#doc.lineWidth(thickness).strokeColor(color).moveTo(from, y).lineTo(to, y).stroke();
  }

  fill(x: number, y: number, width: number, height: number, color: string): void {
    this.#doc.rect(x, y, width, height).fill(color);
    this.#color = color;
  }

  /** Breaks a drawable text into lines no wider than `width`: between words, and inside a word that is wider itself. */
  wrap(text: string, width: number, style: TextStyle): string[] {
    if (this.#fits(text, width, style)) return [text];
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (this.#fits(longer, width, style)) line = longer;
      else {
        if (line !== '') lines.push(line);
        line = word;
        while (line.length > 1 && !this.#fits(line, width, style)) {
          const fit = this.#fit(line, width, style);
          lines.push(line.slice(0, fit));
          line = line.slice(fit);
        }
      }
    }
    lines.push(line);
    return lines;
  }

  /** Starts a new page unless `height` is left on this one; says whether it did. */
  ensure(height: number): boolean {
    if (this.y + height <= this.bottom) return false;
    this.newPage();
    return true;
  }

  newPage(): void {
    joinContent(this.#doc.page);
    this.#doc.addPage();
    this.#style = this.#color = '';
    const { title, letterhead } = this.#options;
    const style: TextStyle = { size: 8, color: muted };
    this.write(
      this.clean(`${letterhead.companyName}  ${letterhead.organisationNumber}`),
      this.left,
      30,
      style,
    );
    this.writeRight(this.clean(title), this.right, 30, style);
    this.rule(45);
    this.y = 56;
  }

  /** A heading that stays with at least `keepWith` points of what follows it. */
  heading(text: string, keepWith = 75): void {
    this.ensure(30 + keepWith);
    this.y += 12;
    this.write(this.clean(text), this.left, this.y, { size: 11.5, font: 'bold' });
    this.y += 20;
  }

  paragraph(text: string, style: TextStyle = { size: 9 }, after = 4): void {
    for (const line of this.wrap(this.clean(text), this.width, style)) {
      this.ensure(style.size * lineHeight);
      this.write(line, this.left, this.y, style);
      this.y += style.size * lineHeight;
    }
    this.y += after;
  }

  /** Label over value, four side by side on one grid. */
  facts(pairs: readonly (readonly [label: string, value: string])[]): void {
    const unit = this.width / sum(factShares);
    for (let start = 0; start < pairs.length; start += factShares.length) {
      let x = this.left;
      const row = pairs.slice(start, start + factShares.length).map(([label, value], column) => {
        const width = (factShares[column] ?? 1) * unit;
        const place = {
          x,
          label: this.clean(label),
          lines: this.wrap(this.clean(value), width - 12, { size: 9 }),
        };
        x += width;
        return place;
      });
      const height = 12 + Math.max(...row.map(({ lines }) => lines.length)) * 12.5 + 5;
      this.ensure(height);
      for (const { x: left, label, lines } of row) {
        this.write(label, left, this.y, { size: 7.5, color: muted });
        lines.forEach((line, index) => this.write(line, left, this.y + 11 + index * 12.5, { size: 9 }));
      }
      this.y += height;
    }
  }

  /** Puts source and page number on every page and gives the bytes. */
  async finish(): Promise<Uint8Array> {
    const { start, count } = this.#doc.bufferedPageRange();
    for (let page = start; page < start + count; page += 1) {
      this.#doc.switchToPage(page);
      this.#style = this.#color = '';
      this.#footer(page - start + 1, count);
    }
    const ended = new Promise<void>((resolve, reject) => {
      this.#doc.once('end', resolve).once('error', reject);
    });
    this.#doc.end();
    await ended;
    return Buffer.concat(this.#chunks);
  }

  #use({ font = 'regular', size }: TextStyle): void {
    const style = `${font} ${size}`;
    if (style === this.#style) return;
    this.#style = style;
    this.#doc.font(this.#fonts[font], font).fontSize(size);
  }

  /** Long texts are too wide without being measured, so that wrapping takes time in proportion to the text. */
  #fits(text: string, width: number, style: TextStyle): boolean {
    return text.length <= width / (style.size * narrowest) && this.measure(text, style) <= width;
  }

  /** How many characters of a word fit; at least one, so that wrapping always ends. */
  #fit(word: string, width: number, style: TextStyle): number {
    let fit = 1;
    let tooMany = word.length;
    while (tooMany - fit > 1) {
      const middle = (fit + tooMany) >> 1;
      if (this.#fits(word.slice(0, middle), width, style)) fit = middle;
      else tooMany = middle;
    }
    const code = word.charCodeAt(fit - 1);
    const splitsPair = code >= 0xd800 && code < 0xdc00;
    return splitsPair ? fit + 1 : fit;
  }

  #letterhead(): void {
    const { title, subtitle, letterhead } = this.#options;
    const titleStyle: TextStyle = { size: 17, font: 'bold' };
    this.write(this.clean(letterhead.firmName), this.left, 36, { size: 10.5, font: 'bold', color: accent });
    this.fill(this.left, 54, this.width, 1.4, accent);
    this.y = 68;
    for (const line of this.wrap(this.clean(title), this.width, titleStyle)) {
      this.write(line, this.left, this.y, titleStyle);
      this.y += 24;
    }
    if (subtitle !== undefined) this.paragraph(subtitle, { size: 10, color: muted });
    this.y += 6;
    this.facts([
      ['Företag', letterhead.companyName],
      ['Organisationsnummer', letterhead.organisationNumber],
      ['Räkenskapsår', swedishYear(letterhead.year)],
      ['Balansdag', letterhead.year.to],
    ]);
  }

  #footer(page: number, count: number): void {
    const { source } = this.#options;
    const style: TextStyle = { size: 6.5, color: muted };
    const top = this.#doc.page.height - margin - 10;
    this.rule(top - 5);
    const origin = `Källa: ${source.system}, hämtat ${swedishTime(source.fetchedAt)}.`;
    this.write(this.clean(origin), this.left, top, style);
    this.write(this.clean(`Underlagets kontrollsumma: ${source.snapshotHash}`), this.left, top + 9, style);
    this.writeRight(`Sida ${page} av ${count}`, this.right, top, { size: 8, color: muted });
  }
}

/**
 * Makes one array of a page's content. Pdfkit keeps each of its lines in one of its own until the document ends, hundreds of thousands
 * in a long one, which the garbage collector then goes through again and again (its types do not know the content).
 */
function joinContent(page: PDFKit.PDFPage): void {
  const { content } = page as unknown as { readonly content: { buffer: Uint8Array[] } };
  content.buffer = [Buffer.concat(content.buffer)];
}

/** Pdfkit writes metadata into XML as it stands: what has a meaning there must not come from data. */
const metadataText = (text: string): string =>
  text.replaceAll('&', 'och').replaceAll(/[<>]|[^\u0020-\u007e\u00a0-\u017f\u2013]/g, '');

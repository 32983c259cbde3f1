/** What is used of a font as fontkit has opened it. */
export interface OpenFont {
  layout(text: string, features?: unknown): GlyphRun;
}

/** One word's glyphs with where each stands, in the font's units; pdfkit turns the positions into its own. */
interface GlyphRun {
  readonly glyphs: readonly object[];
  readonly positions: readonly GlyphPosition[];
}

interface GlyphPosition {
  readonly xAdvance: number;
}

/** Figures, and what stands between them: each is drawn as if alone, in amounts, dates and account numbers (a test holds the fonts to it). */
export const figures = /^[\d\u00a0,.\-\u2212:/%]+$/;
/** More words than a firm's documents have; then the cache begins anew. */
const mostWords = 20_000;

/**
 * Words of one font, laid out once a process. Finding out which of a font's rules apply to a word takes longer than all the rest of
 * drawing it, and documents are made of the same words; figures, which are not, are put together from single ones.
 */
export class WordLayouts {
  private readonly font: OpenFont;
  private readonly runs = new Map<string, GlyphRun>();

  constructor(font: OpenFont) {
    this.font = font;
  }

  /** The font with these layouts, and with glyphs of its own. */
  fontOfDocument(): OpenFont {
    const layout = (text: string, features?: unknown): GlyphRun =>
      features === undefined ? new Run(this.runsOf(text)) : fresh(this.font).layout(text, features);
    return Object.create(this.font, { _glyphs: { value: {} }, layout: { value: layout } }) as OpenFont;
  }

  private runsOf(text: string): GlyphRun[] {
    return figures.test(text) ? Array.from(text, (figure) => this.run(figure)) : [this.run(text)];
  }

  private run(text: string): GlyphRun {
    let run = this.runs.get(text);
    if (run === undefined) {
      if (this.runs.size >= mostWords) this.runs.clear();
      this.runs.set(text, (run = fresh(this.font).layout(text)));
    }
    return run;
  }
}

/** With no glyph drawn yet: what a glyph remembers is this word's. */
const fresh = (font: OpenFont): OpenFont => Object.create(font, { _glyphs: { value: {} } }) as OpenFont;

/** A run for pdfkit, which writes into the positions. */
class Run implements GlyphRun {
  readonly glyphs: readonly object[];
  readonly positions: readonly GlyphPosition[];

  constructor(runs: readonly GlyphRun[]) {
    this.glyphs = runs.flatMap(({ glyphs }) => glyphs);
    this.positions = runs.flatMap(({ positions }) => positions.map((position) => ({ ...position })));
  }

  get advanceWidth(): number {
    return this.positions.reduce((width, { xAdvance }) => width + xAdvance, 0);
  }
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
// oxlint-disable-next-line import/no-named-as-default -- its types know the default alone
import PDFDocument from 'pdfkit';
import { codePointsOf } from './font-coverage.ts';
import { WordLayouts } from './word-layouts.ts';
import type { OpenFont } from './word-layouts.ts';

export type FontName = 'regular' | 'bold';

const { resolve } = createRequire(import.meta.url);

/** Noto Sans (SIL OFL 1.1). PDF/A wants every font embedded, also for a single space. */
export const fontFiles: Readonly<Record<FontName, string>> = {
  regular: resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf'),
  bold: resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf'),
};

const layouts = new Map<FontName, WordLayouts>();

/**
 * The font, open, for one document. Reading the tables that kerning needs out of a font file takes a hundred milliseconds, so they are
 * read once a process, and words are laid out once; but the glyphs are each document's own, since a glyph remembers the character that
 * it was first drawn for, and equal data must give equal bytes. Pdfkit takes an open font (its types know paths and bytes alone).
 */
export function openFont(name: FontName): string {
  let words = layouts.get(name);
  if (words === undefined) {
    const opener = new PDFDocument({ font: fontFiles[name] });
    words = new WordLayouts((Reflect.get(opener, '_font') as { font: OpenFont }).font);
    layouts.set(name, words);
  }
  return words.fontOfDocument() as unknown as string;
}

let drawable: ReadonlySet<number> | undefined;

/** Code points that both fonts draw; read once a process. */
function drawableCodePoints(): ReadonlySet<number> {
  if (drawable === undefined) {
    const bold = codePointsOf(readFileSync(fontFiles.bold));
    drawable = new Set([...codePointsOf(readFileSync(fontFiles.regular))].filter((point) => bold.has(point)));
  }
  return drawable;
}

/** What nearly every text is made of; all of it is in the fonts (a test says so). */
export const commonCharacters = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u2013\u2014\u2212\u2026]*$/;
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Variation_Selector}\u034f]/u;
/** A no-break space stays one, since it holds figures together; U+FEFF is invisible, whatever `\s` says. */
const whiteSpace = /[^\S\u00a0\ufeff]/u;
const replacement = '\ufffd';

/**
 * A text from data as the fonts can draw it. White space becomes a space, invisible characters go, and what the
 * fonts lack becomes U+FFFD: one emoji in a customer's name would otherwise draw the glyph .notdef, and a document
 * with that glyph is no PDF/A (ISO 19005-2, 6.2.11.8).
 */
export function printable(text: string): string {
  if (commonCharacters.test(text)) return text;
  let clean = '';
  for (const character of text.normalize('NFC')) {
    if (whiteSpace.test(character)) clean += ' ';
    else if (!invisible.test(character)) {
      clean += drawableCodePoints().has(character.codePointAt(0) ?? 0) ? character : replacement;
    }
  }
  return clean;
}

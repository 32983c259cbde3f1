import fc from 'fast-check';
import { expect, test } from 'vitest';
// oxlint-disable-next-line import/no-named-as-default -- its types know the default alone
import PDFDocument from 'pdfkit';
import { fontFiles, openFont } from '../../documents/pdf/fonts.ts';
import type { FontName } from '../../documents/pdf/fonts.ts';

interface Font {
  layout(text: string): {
    readonly glyphs: readonly { readonly id: number; readonly codePoints: readonly number[] }[];
    readonly positions: readonly { readonly xAdvance: number; readonly xOffset: number }[];
    readonly advanceWidth: number;
  };
}

const fontkits = (name: FontName): Font =>
  (Reflect.get(new PDFDocument({ font: fontFiles[name] }), '_font') as { font: Font }).font;

const laidOut = (font: Font, text: string) => {
  const { glyphs, positions, advanceWidth } = font.layout(text);
  return {
    glyphs: glyphs.map(({ id, codePoints }, index) => [id, String(codePoints), { ...positions[index] }]),
    advanceWidth,
  };
};

const word = fc.oneof(
  fc.string({
    unit: fc.constantFrom(...Array.from('0123456789\u00a0,.-\u2212:/%')),
    minLength: 1,
    maxLength: 14,
  }),
  fc.constantFrom('Kundfordringar ', 'Å', 'AVTo', 'ef,', '1510 ', 'f\u00a0i', '½'),
);

test.each(['regular', 'bold'] as const)('words and figures stand as the %s font itself sets them', (name) => {
  fc.assert(
    fc.property(word, (text) => {
      expect(laidOut(openFont(name) as unknown as Font, text)).toEqual(laidOut(fontkits(name), text));
    }),
    { numRuns: 60 },
  );
});

test('what is written into a layout is in no other', () => {
  const font = openFont('regular') as unknown as Font;
  const before = laidOut(font, 'Kund ');
  for (const position of font.layout('Kund ').positions) Object.assign(position, { xAdvance: 1 });
  expect(laidOut(font, 'Kund ')).toEqual(before);
});

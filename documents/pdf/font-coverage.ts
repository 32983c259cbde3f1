/**
 * Which code points a TrueType font maps to a glyph, read from its table `cmap` (OpenType 1.9, formats 4 and 12):
 * pdfkit draws a missing character as .notdef and has no public question for it.
 * Throws RangeError when the bytes are no such font.
 */
export function codePointsOf(font: Uint8Array): Set<number> {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = tableOffset(view, 'cmap');
  const points = new Set<number>();
  for (let index = 0; index < view.getUint16(cmap + 2); index += 1) {
    const subtable = cmap + view.getUint32(cmap + 4 + index * 8 + 4);
    const format = view.getUint16(subtable);
    if (format === 4) addSegments(view, subtable, points);
    if (format === 12) addGroups(view, subtable, points);
  }
  return points;
}

function tableOffset(view: DataView, tag: string): number {
  for (let index = 0; index < view.getUint16(4); index += 1) {
    const record = 12 + index * 16;
    const name = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(record + byte)));
    if (name === tag) return view.getUint32(record + 8);
  }
  throw new RangeError(`the font has no table ${tag}`);
}

/** Format 4: segments of the basic plane, each with a delta or an offset into an array of glyphs. */
function addSegments(view: DataView, start: number, points: Set<number>): void {
  const twice = view.getUint16(start + 6);
  const ends = start + 14;
  const starts = ends + twice + 2;
  const deltas = starts + twice;
  const offsets = deltas + twice;
  for (let at = 0; at < twice; at += 2) {
    const first = view.getUint16(starts + at);
    const offset = view.getUint16(offsets + at);
    for (let point = first; point <= view.getUint16(ends + at) && point < 0xffff; point += 1) {
      const listed = offset === 0 ? point : view.getUint16(offsets + at + offset + (point - first) * 2);
      const isMissing = offset !== 0 && listed === 0;
      if (!isMissing && ((listed + view.getUint16(deltas + at)) & 0xffff) !== 0) points.add(point);
    }
  }
}

/** Format 12: groups of consecutive code points on all planes. */
function addGroups(view: DataView, start: number, points: Set<number>): void {
  for (let index = 0; index < view.getUint32(start + 12); index += 1) {
    const group = start + 16 + index * 12;
    const first = view.getUint32(group);
    const firstGlyph = view.getUint32(group + 8);
    for (let point = first; point <= view.getUint32(group + 4); point += 1) {
      if (firstGlyph + (point - first) !== 0) points.add(point);
    }
  }
}

/**
 * Our mark in the description of a voucher that we posted: `text (bokslut 7Q2M9K4TX0AB)`. The key is twelve
 * characters of Crockford base32 (60 bits of a hash that the caller makes), so that a re-import recognises our own
 * vouchers and an export finds what it posted before it tries again.
 */
const key = '[0-9A-HJKMNP-TV-Z]{12}';
const wholeKey = new RegExp(`^${key}$`);
const mark = new RegExp(String.raw`\(bokslut (${key})\)\s*$`);

/** Room that the mark takes of the 200 characters of a description. */
export const markLength = ' (bokslut 000000000000)'.length;

/** The description to post; throws RangeError when the key is not twelve characters of Crockford base32. */
export function markedText(text: string, markerKey: string): string {
  if (!wholeKey.test(markerKey))
    throw new RangeError('a marker key is twelve characters of Crockford base32');
  return `${text} (bokslut ${markerKey})`;
}

/** The description without the mark; one without a mark as it is. */
export const withoutMarker = (text: string): string => text.replace(mark, '').trimEnd();

/** The key in a description that we wrote, else undefined. Only a mark at the very end counts. */
export const findMarker = (text: string): string | undefined => mark.exec(text)?.[1];

/** A SIE day: YYYYMMDD. */
export const sieDay = (date: string) => date.replaceAll('-', '');

/** A field in quotes, with the quotes inside it escaped and line breaks made to spaces. */
export const quoted = (text: string) => `"${text.replace(/\s*[\r\n]+\s*/g, ' ').replaceAll('"', '\\"')}"`;

/** A field that Fortnox writes bare, quoted only when it has to be. */
export const bare = (text: string) => (/^[^\s"{}]+$/.test(text) ? text : quoted(text));

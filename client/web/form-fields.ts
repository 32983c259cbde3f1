/** A form's text fields; a file in place of a text is none. */
export function textFields(body: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts = Object.entries(body).filter(
    (field): field is [string, string] => typeof field[1] === 'string',
  );
  return Object.fromEntries(texts);
}

/** The files that were chosen in a field; for none a browser sends an empty one. */
export const filesIn = (field: unknown): File[] =>
  (Array.isArray(field) ? field : [field]).filter(
    (one: unknown): one is File => one instanceof File && one.size > 0,
  );

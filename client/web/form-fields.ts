/** A form's text fields; a file in place of a text is none. */
export function textFields(body: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts = Object.entries(body).filter(
    (field): field is [string, string] => typeof field[1] === 'string',
  );
  return Object.fromEntries(texts);
}

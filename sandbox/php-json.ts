/** JSON as PHP's json_encode writes it by default: `\/` for a slash and `\u00f6` for everything beyond ASCII. */
export function phpJson(value: unknown): string {
  return JSON.stringify(value).replace(/[/\u0080-\uffff]/g, (char) =>
    char === '/' ? '\\/' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

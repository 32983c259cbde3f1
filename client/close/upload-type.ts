/** What an uploaded file is, by its bytes. Its name and what the browser says of it are no evidence. */
export interface UploadType {
  readonly mediaType: string;
  readonly extension: string;
}

const types = {
  pdf: { mediaType: 'application/pdf', extension: 'pdf' },
  png: { mediaType: 'image/png', extension: 'png' },
  jpeg: { mediaType: 'image/jpeg', extension: 'jpg' },
  xlsx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
  },
  docx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extension: 'docx',
  },
  text: { mediaType: 'text/plain', extension: 'txt' },
} as const satisfies Record<string, UploadType>;

/**
 * The kinds that may support a balance: PDF, PNG, JPEG, Excel and Word without macros, and plain text. Undefined for
 * everything else: programs, web pages and pictures with scripts (SVG) never become files that somebody opens here.
 */
export function uploadType(bytes: Uint8Array): UploadType | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024));
  if (head.includes('%PDF-')) return types.pdf;
  if (head.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return types.png;
  if (head.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))) return types.jpeg;
  if (head.subarray(0, 4).equals(Buffer.from('504b0304', 'hex'))) return officeType(bytes);
  return isPlainText(bytes) ? types.text : undefined;
}

/** A zip's directory at its end names its parts in clear text. */
function officeType(bytes: Uint8Array): UploadType | undefined {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names = whole.subarray(
    Math.max(0, whole.lastIndexOf(Buffer.from('504b0102', 'hex')) - directoryRoom),
  );
  if (!whole.includes('[Content_Types].xml') || names.includes('vbaProject')) return undefined;
  if (names.includes('xl/workbook.xml')) return types.xlsx;
  return names.includes('word/document.xml') ? types.docx : undefined;
}

const directoryRoom = 1 << 20;

/** UTF-8 or Latin-1 text that is no markup: a bank's statement, an extract. */
function isPlainText(bytes: Uint8Array): boolean {
  if (bytes.byteLength === 0 || bytes.includes(0)) return false;
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096)).toString(
    'latin1',
  );
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return !/^\s*(ï»¿)?</.test(start) && !/[\u0001-\u0008\u000e-\u001f]/.test(start) && !start.startsWith('MZ');
}

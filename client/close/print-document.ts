import type { Caller, ClientContext } from './context.ts';
import type { Download } from './files.ts';
import { findingsFile, orderFile } from './print-books.ts';
import type { PrintType } from './print-frame.ts';
import { historyFile, mainAttachmentFile, ownAttachmentFile, systemDocumentationPdf } from './print.ts';

/** What `printer` knows, as `{file}` in an address. */
export const documentFileName = /^([\w-]{2,30})\.(pdf|xlsx)$/;

type Print = (client: ClientContext, caller: Caller, engagementId: string) => Promise<Download>;

/**
 * How a document of a close is made by its file's name: `huvudbilagor` (all main attachments) or one of them (`15`), an
 * own attachment (`own-1930`), `importkontroller`, `bokforingsorder-1`, `behandlingshistorik`, each as `.pdf` and
 * `.xlsx`; `systemdokumentation.pdf`. Undefined: there is none of that name.
 */
export function printer(file: string): Print | undefined {
  const [, name = '', ending] = documentFileName.exec(file) ?? [];
  const type: PrintType = ending === 'pdf' ? 'pdf' : 'xlsx';
  if (name === 'behandlingshistorik') return (...close) => historyFile(...close, type);
  if (name === 'importkontroller') return (...close) => findingsFile(...close, type);
  if (name === 'huvudbilagor') return (...close) => mainAttachmentFile(...close, undefined, type);
  if (name === 'systemdokumentation' && type === 'pdf') return systemDocumentationPdf;
  if (/^\d{2,3}$/.test(name)) return (...close) => mainAttachmentFile(...close, name, type);
  if (/^own-[0-9A-Za-z]{2,8}$/.test(name)) return (...close) => ownAttachmentFile(...close, name, type);
  const [, place] = /^bokforingsorder-([1-9]\d{0,3})$/.exec(name) ?? [];
  return place === undefined ? undefined : (...close) => orderFile(...close, Number(place), type);
}

import { attachmentPdf } from '../../documents/pdf/attachment.ts';
import { binderIndexPdf } from '../../documents/pdf/binder-index.ts';
import { bokforingsorderPdf } from '../../documents/pdf/bokforingsorder.ts';
import { findingsPdf } from '../../documents/pdf/findings.ts';
import { historyPdf } from '../../documents/pdf/history.ts';
import { mainAttachmentPdf } from '../../documents/pdf/main-attachment.ts';
import { ownAttachmentPdf } from '../../documents/pdf/own-attachment.ts';
import { systemDocumentationPdf } from '../../documents/pdf/system-documentation.ts';
import {
  attachmentDocument,
  binderIndexDocument,
  findingsDocument,
  historyDocument,
  mainAttachmentDocument,
  mainAttachmentDocumentWithYears,
  orderDocument,
  ownAttachmentDocument,
  systemDocument,
} from './documents.ts';

/** Every kind of PDF, of sample data, by its name. */
export const renderings: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
  ['bilaga', () => attachmentPdf(attachmentDocument(40))],
  ['bokföringsorder', () => bokforingsorderPdf(orderDocument)],
  ['behandlingshistorik', () => historyPdf(historyDocument)],
  ['importkontroller', () => findingsPdf(findingsDocument)],
  ['huvudbilagor', () => mainAttachmentPdf(mainAttachmentDocument)],
  ['huvudbilagor med tidigare år', () => mainAttachmentPdf(mainAttachmentDocumentWithYears)],
  ['egen bilaga', () => ownAttachmentPdf(ownAttachmentDocument)],
  ['systemdokumentation', () => systemDocumentationPdf(systemDocument)],
  ['innehållsförteckning', () => binderIndexPdf(binderIndexDocument)],
];

import { binderBytes } from './binder.ts';
import { attachmentPdf } from './pdf/attachment.ts';
import { binderIndexPdf } from './pdf/binder-index.ts';
import { bokforingsorderPdf } from './pdf/bokforingsorder.ts';
import { findingsPdf } from './pdf/findings.ts';
import { historyPdf } from './pdf/history.ts';
import { mainAttachmentPdf } from './pdf/main-attachment.ts';
import { ownAttachmentPdf } from './pdf/own-attachment.ts';
import { systemDocumentationPdf } from './pdf/system-documentation.ts';
import { attachmentXlsx } from './xlsx/attachment.ts';
import { bokforingsorderXlsx } from './xlsx/bokforingsorder.ts';
import { findingsXlsx } from './xlsx/findings.ts';
import { historyXlsx } from './xlsx/history.ts';
import { mainAttachmentXlsx } from './xlsx/main-attachment.ts';
import { ownAttachmentXlsx } from './xlsx/own-attachment.ts';

/** Every document by its kind. */
export const renderers = {
  attachmentPdf,
  attachmentXlsx,
  bokforingsorderPdf,
  bokforingsorderXlsx,
  historyPdf,
  historyXlsx,
  findingsPdf,
  findingsXlsx,
  mainAttachmentPdf,
  mainAttachmentXlsx,
  ownAttachmentPdf,
  ownAttachmentXlsx,
  systemDocumentationPdf,
  binderIndexPdf,
  binder: binderBytes,
} as const;

export type RenderKind = keyof typeof renderers;
export type RenderData<Kind extends RenderKind> = Parameters<(typeof renderers)[Kind]>[0];
export type Rendered<Kind extends RenderKind> = Awaited<ReturnType<(typeof renderers)[Kind]>>;

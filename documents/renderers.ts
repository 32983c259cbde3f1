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

/** Every document by its kind. */
export const renderers = {
  attachmentPdf,
  attachmentXlsx,
  bokforingsorderPdf,
  bokforingsorderXlsx,
  historyPdf,
  findingsPdf,
  mainAttachmentPdf,
  ownAttachmentPdf,
  systemDocumentationPdf,
  binderIndexPdf,
  binder: binderBytes,
} as const;

export type RenderKind = keyof typeof renderers;
export type RenderData<Kind extends RenderKind> = Parameters<(typeof renderers)[Kind]>[0];
export type Rendered<Kind extends RenderKind> = Awaited<ReturnType<(typeof renderers)[Kind]>>;

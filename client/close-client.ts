import { latestAdjustments, saveAdjustments } from './close/adjustments.ts';
import type { AdjustmentsToSave } from './close/adjustments.ts';
import { approveAdjustments } from './close/approval.ts';
import type { ApprovalToGive } from './close/approval.ts';
import { askForApproval } from './close/ask-approval.ts';
import { getAttachment, listAttachments, listProposals } from './close/attachments.ts';
import { attachmentFile } from './close/print.ts';
import type { Caller, ClientContext } from './close/context.ts';
import { reopenEngagement, startEngagement } from './close/engagements.ts';
import type { NewClose } from './close/engagements.ts';
import { acceptChange, ledgerChange, takeVoucher } from './close/export-decisions.ts';
import type { NamedVoucher } from './close/export-decisions.ts';
import { exportStatus } from './close/export-status.ts';
import { binderFile, downloadFile, listFiles, orderSieFile } from './close/files.ts';
import { beginLogin, confirmLogin, disconnectCompany } from './close/fortnox-login.ts';
import { closeHistory } from './close/history.ts';
import { changesSinceApproval, changesSinceLastImport } from './close/changes.ts';
import { importFindings, listImports } from './close/imports.ts';
import { cancelClose, requestImport, retryStep } from './close/messages.ts';
import { listCloses, viewClose } from './close/overview.ts';
import type { PageRequest } from './close/overview.ts';
import { preflight } from './close/preflight.ts';
import { closeProgress } from './close/progress.ts';
import { enterRates, fetchRates } from './close/rates.ts';
import { uploadSie } from './close/sie-upload.ts';
import type { SieUpload } from './close/sie-upload.ts';
import { closeStatus } from './close/status.ts';
import type { ExchangeRate } from '../accounting/books.ts';

/**
 * Everything that a caller of a firm can do with its closes: what the HTTP API, the page and the command line do, for a
 * program in the same process. The functions themselves, with their errors, are in `close/`. Every refusal is a `Problem`.
 */
export function closeClient(context: ClientContext, caller: Caller) {
  return {
    /** The firm's closes, a page at a time. */
    list: (page?: PageRequest) => listCloses(context, caller, page),
    start: (close: NewClose) => startEngagement(context, caller, close),
    /** One close. */
    of: (id: string) => ({
      view: () => viewClose(context, caller, id),
      status: () => closeStatus(context, caller, id),
      progress: () => closeProgress(context, caller, id),

      beginLogin: (sessionCookie?: string) => beginLogin(context, caller, id, sessionCookie),
      confirmLogin: (connectionId: string) => confirmLogin(context, caller, id, connectionId),
      disconnect: () => disconnectCompany(context, caller, id),

      requestImport: (requestId?: string) => requestImport(context, caller, id, requestId),
      uploadSie: (upload: SieUpload) => uploadSie(context, caller, id, upload),
      imports: () => listImports(context, caller, id),
      findings: () => importFindings(context, caller, id),
      /** Since the import before the latest, or since the books of the latest approval. */
      changes: (since: 'import' | 'approval' = 'import') =>
        (since === 'import' ? changesSinceLastImport : changesSinceApproval)(context, caller, id),

      /** From the source that the client was opened with. */
      fetchRates: () => fetchRates(context, caller, id),
      attachments: () => listAttachments(context, caller, id),
      attachment: (accountGroup: string) => getAttachment(context, caller, id, accountGroup),
      attachmentFile: (accountGroup: string, type: 'pdf' | 'xlsx') =>
        attachmentFile(context, caller, id, accountGroup, type),
      proposals: () => listProposals(context, caller, id),

      adjustments: () => latestAdjustments(context, caller, id),
      saveAdjustments: (save: AdjustmentsToSave) => saveAdjustments(context, caller, id, save),
      preflight: () => preflight(context, caller, id),
      askForApproval: (revision: number) => askForApproval(context, caller, id, { revision }),
      approve: (give: ApprovalToGive) => approveAdjustments(context, caller, id, give),

      retry: () => retryStep(context, caller, id),
      cancel: () => cancelClose(context, caller, id),
      reopen: () => reopenEngagement(context, caller, id),

      /** What stopped an export: the ledger has changed since the import that was approved. */
      ledgerChange: () => ledgerChange(context, caller, id),
      acceptLedgerChange: (fingerprint: string) => acceptChange(context, caller, id, fingerprint),
      takeVoucher: (named: NamedVoucher) => takeVoucher(context, caller, id, named),
      exports: () => exportStatus(context, caller, id),
      history: () => closeHistory(context, caller, id),
      files: () => listFiles(context, caller, id),
      file: (fileId: string) => downloadFile(context, caller, id, fileId),
      binder: () => binderFile(context, caller, id),
      orderSie: (series?: string) => orderSieFile(context, caller, id, series),
    }),
    enterRates: (rates: readonly ExchangeRate[]) => enterRates(context, caller, rates),
  };
}

export type CloseClient = ReturnType<typeof closeClient>;

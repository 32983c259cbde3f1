import { createAssembleBinder } from './assemble-binder.ts';
import { createCloseExport } from './close-export.ts';
import type { ActivityContext } from './context.ts';
import type { Activities } from './contract.ts';
import { createEndEngagement } from './end-engagement.ts';
import { createEndLogin } from './end-login.ts';
import { toFailure } from './failures.ts';
import { createFindVoucher } from './find-voucher.ts';
import { createGenerateAttachments } from './generate-attachments.ts';
import { createGiveUpExport } from './give-up-export.ts';
import { createImportBooks } from './import-books.ts';
import { createLinkAttachments } from './link-attachments.ts';
import { createOpenExport } from './open-export.ts';
import { createReadLogin } from './read-login.ts';
import { createRemindLogin } from './remind-login.ts';
import { createReportMoves } from './report-moves.ts';
import { createSendVoucher } from './send-voucher.ts';
import { createVerifyConnection } from './verify-connection.ts';

/** All activities on one context, each with its errors turned into what may stand in Temporal's history. */
export function createActivities(context: ActivityContext): Activities {
  const guarded =
    <Input, Output>(run: (input: Input) => Promise<Output>) =>
    async (input: Input): Promise<Output> => {
      try {
        return await run(input);
      } catch (error) {
        throw toFailure(error, context.log);
      }
    };

  return {
    verifyConnection: guarded(createVerifyConnection(context)),
    importBooks: guarded(createImportBooks(context)),
    generateAttachments: guarded(createGenerateAttachments(context)),
    reportMoves: guarded(createReportMoves(context)),
    openExport: guarded(createOpenExport(context)),
    sendVoucher: guarded(createSendVoucher(context)),
    findVoucher: guarded(createFindVoucher(context)),
    giveUpExport: guarded(createGiveUpExport(context)),
    linkAttachments: guarded(createLinkAttachments(context)),
    closeExport: guarded(createCloseExport(context)),
    assembleBinder: guarded(createAssembleBinder(context)),
    endEngagement: guarded(createEndEngagement(context)),
    readLogin: guarded(createReadLogin(context)),
    remindLogin: guarded(createRemindLogin(context)),
    endLogin: guarded(createEndLogin(context)),
  };
}

import { randomUUID } from 'node:crypto';
import { Problem } from '../../accounting/problem.ts';
import { readSie } from '../../accounting/sie/read.ts';
import type { SieFile } from '../../accounting/sie/types.ts';
import { getCompany } from '../../db/stores/companies.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { storeFile } from '../../db/stores/files.ts';
import type { FileInfo } from '../../db/stores/files.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { enqueueSignal } from '../../db/stores/outbox.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { Caller, ClientContext } from './context.ts';
import { deliverSoon } from './signals.ts';
import { closeStatus } from './status.ts';

/** The kind under which the import looks for the file that stands in for Fortnox. */
const uploadedSieKind = 'sie-source';

export interface SieUpload {
  /** As the person's computer calls it; shown, never used as a path. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Makes a repeated upload one import. */
  readonly requestId?: string;
}

/**
 * Takes a SIE 4 file as the close's books: read whole first, then stored with its line of history and the import asked
 * for, all or nothing.
 * @throws Problem `sie.*` (no SIE file, cut short …), `import.sie-other-year`, `import.sie-other-company`,
 * `upload.not-sie-source`
 */
export async function uploadSie(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  upload: SieUpload,
): Promise<{ readonly file: FileInfo; readonly requestId: string }> {
  const { database } = context;
  const requestId = upload.requestId ?? randomUUID();
  const { engagement, company } = await database.forFirm(caller.firmId, async (tx) => {
    const found = await getEngagement(tx, engagementId);
    return { engagement: found, company: await getCompany(tx, found.companyId) };
  });
  if (engagement.settings.source !== 'sie') throw new Problem(notSieSource);
  const { attention, phase } = await closeStatus(context, caller, engagementId);
  if (phase === 'completed' || phase === 'cancelled') throw new Problem(ended);
  const file = await readSie(upload.bytes, { onVouchers: () => undefined });
  refuseOther(file, engagement, company.organisationNumber);

  const stored = await database.forFirm(caller.firmId, async (tx) => {
    const info = await storeFile(tx, {
      engagementId,
      kind: uploadedSieKind,
      name: safeName(upload.name),
      mediaType: 'application/x-sie',
      bytes: upload.bytes,
      storedBy: caller.actor,
    });
    await recordHistory(tx, {
      actor: caller.actor,
      event: 'import.requested',
      engagementId,
      details: { requestId, fileId: info.id, sha256: info.sha256 },
      onceKey: `import.requested/${requestId}`,
    });
    const signalId = await enqueueSignal(tx, {
      workflowId: closeWorkflowId(engagementId),
      // An import that stands still with a bad file takes this one when it is tried again.
      ...(attention?.step === 'importBooks'
        ? { signal: 'retryRequested', args: [] }
        : { signal: 'importRequested', args: [{ requestId, requestedBy: 'person' }] }),
    });
    return { info, signalId };
  });
  await deliverSoon(context, caller.firmId, stored.signalId);
  return { file: stored.info, requestId };
}

function refuseOther(file: SieFile, { yearFrom, yearTo }: Engagement, organisationNumber: string): void {
  const own = file.years.find(({ index }) => index === 0);
  if (own && (own.from !== yearFrom || own.to !== yearTo)) {
    throw new Problem({
      code: 'import.sie-other-year',
      what: `Filen gäller räkenskapsåret ${own.from}–${own.to}, inte ${yearFrom}–${yearTo}. Inget har sparats.`,
      advice: 'Exportera filen för bokslutets räkenskapsår, eller rätta bokslutets räkenskapsår.',
    });
  }
  const inFile = digits(file.header.organisationNumber ?? '');
  if (inFile !== '' && inFile !== digits(organisationNumber)) {
    throw new Problem({
      code: 'import.sie-other-company',
      what: `Filen gäller organisationsnummer ${file.header.organisationNumber}, men bokslutet gäller ${organisationNumber}. Inget har sparats.`,
      advice: 'Välj filen för rätt företag.',
    });
  }
}

const digits = (text: string): string => text.replaceAll(/\D/g, '').slice(-10);

const safeName = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\p{N} ._()-]/gu, '_')
    .slice(-100)
    .trim() || 'bokföring.se';

const ended = {
  code: 'close.ended',
  what: 'Bokslutet är avslutat.',
  advice: 'Öppna bokslutet igen om arbetet ska fortsätta.',
};

const notSieSource = {
  code: 'upload.not-sie-source',
  what: 'Bokslutets datakälla är Fortnox, inte en SIE-fil.',
  advice: 'Starta bokslutet med SIE-fil som datakälla om bokföringen ska läsas ur en fil.',
};

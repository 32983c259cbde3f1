import type { IsoDate } from '../../accounting/dates.ts';
import { Problem } from '../../accounting/problem.ts';
import { writeSie4I } from '../../accounting/sie/write.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestRevision } from '../../db/stores/adjustments.ts';
import { findLatestApproval } from '../../db/stores/approvals.ts';
import { getCompany } from '../../db/stores/companies.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { getFile, listFiles as readFiles } from '../../db/stores/files.ts';
import type { FileInfo } from '../../db/stores/files.ts';
import { loadRegisters } from '../../db/stores/snapshots.ts';
import { importedSnapshot } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';

/** A file to hand out. */
export interface Download {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The close's documents, newest first, without their bytes. */
export async function listFiles(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<FileInfo[]> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    return readFiles(tx, engagementId);
  });
}

/** @throws Problem `files.not-found` when the close has no such file */
export async function downloadFile(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  fileId: string,
): Promise<Download> {
  return database.forFirm(firmId, async (tx) => {
    const file = await getFile(tx, fileId);
    if (file.engagementId === engagementId) return file;
    throw new Problem({
      code: 'files.not-found',
      what: `Filen ${fileId} hör inte till bokslutet.`,
      advice: 'Öppna bokslutets lista över filer och välj en därifrån.',
    });
  });
}

/** The latest binder (årsakt). @throws Problem `binder.not-found` before the close is completed */
export async function binderFile(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<Download> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const [newest] = await readFiles(tx, engagementId, 'binder');
    if (newest) return getFile(tx, newest.id);
    throw new Problem({
      code: 'binder.not-found',
      what: 'Årsakten är inte sammansatt än.',
      advice: 'Den sätts samman när bokslutet avslutas.',
    });
  });
}

/**
 * What is saved and not yet in Fortnox, as a SIE 4I file with KSUMMA: the way out when the API cannot be used.
 * @param series by default the latest approval's
 * @throws Problem `order.nothing-to-send`, `order.series-missing`, `adjustments.nothing-imported`
 */
export async function orderSieFile(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  series?: string,
): Promise<Download> {
  return database.forFirm(firmId, (tx) => orderSie(tx, engagementId, series));
}

async function orderSie(tx: FirmTransaction, engagementId: string, series?: string): Promise<Download> {
  const engagement = await getEngagement(tx, engagementId);
  const snapshot = await importedSnapshot(tx, engagementId);
  const revision = await findLatestRevision(tx, engagementId);
  const chosen = series ?? (await findLatestApproval(tx, engagementId))?.series;
  const sent = new Set(
    (await listVouchersOfEngagement(tx, engagementId))
      .filter(({ status }) => status === 'confirmed')
      .map(({ adjustmentId }) => adjustmentId),
  );
  const rest = (revision?.data ?? []).filter(({ id, transfer }) => transfer && !sent.has(id));
  if (!revision || rest.length === 0) throw new Problem(nothingToSend);
  if (chosen === undefined) throw new Problem(seriesMissing);
  const company = await getCompany(tx, engagement.companyId);
  const used = new Set(rest.flatMap(({ rows }) => rows.map(({ account }) => account)));
  const { accounts } = await loadRegisters(tx, snapshot);
  const { bytes } = writeSie4I({
    company: company.name,
    organisationNumber: company.organisationNumber,
    program: { name: 'Bokslut', version: '1' },
    financialYear: { from: engagement.yearFrom, to: engagement.yearTo },
    generatedDate: revision.savedAt.toISOString().slice(0, 10) as IsoDate,
    accounts: accounts.filter(({ number }) => used.has(number)),
    vouchers: rest.map(({ date, text, rows }) => ({ series: chosen, date, text, rows })),
  });
  return {
    name: `bokforingsorder-revision-${revision.revision}-serie-${chosen}.si`,
    mediaType: 'application/x-sie',
    bytes,
  };
}

const nothingToSend = {
  code: 'order.nothing-to-send',
  what: 'Det finns inga sparade bokslutsverifikationer som återstår att föra över.',
  advice: 'Spara bokslutsverifikationerna först.',
};

const seriesMissing = {
  code: 'order.series-missing',
  what: 'Ingen verifikationsserie är vald.',
  advice: 'Ange serien, eller godkänn bokslutsverifikationerna för en serie.',
};

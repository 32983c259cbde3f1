import { Problem } from '../../accounting/problem.ts';
import { voucherNumber } from '../../accounting/sie/numbers.ts';
import { readSie } from '../../accounting/sie/read.ts';
import type { FirmTransaction } from '../../db/database.ts';
import type { RawFileRef } from '../../db/schema/books.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { loadRawFile, nameOfYearsFile } from '../../db/stores/raw-files.ts';
import { findSnapshotOf, listSnapshots } from '../../db/stores/snapshots.ts';
import type { Caller, ClientContext } from './context.ts';
import type { Download } from './files.ts';
import { versionsOfVoucher } from './records.ts';
import type { VoucherName } from './records.ts';

/** The SIE file that a voucher was read from, as the last import that had the voucher keeps it. */
export interface VoucherSource {
  /** The import: 1, 2, 3 … in the close. */
  readonly seq: number;
  readonly file: RawFileRef;
}

/** Undefined when no file of the voucher's financial year is kept. @throws as `findVoucher` */
export async function voucherSource(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  name: VoucherName,
): Promise<VoucherSource | undefined> {
  return database.forFirm(firmId, (tx) => sourceOf(tx, engagementId, name));
}

async function sourceOf(
  tx: FirmTransaction,
  engagementId: string,
  name: VoucherName,
): Promise<VoucherSource | undefined> {
  const { snapshot: latest, year, versions } = await versionsOfVoucher(tx, engagementId, name);
  // Of two with one number each; those that are gone from an import on stood last in the one before.
  const newest = versions.filter(({ key }, index) => versions[index - 1]?.key !== key);
  const isThere = newest.some(({ content }) => content !== null);
  const seq = isThere ? latest.seq : Math.max(...newest.map(({ sinceSeq }) => sinceSeq)) - 1;
  const snapshot = await findSnapshotOf(tx, engagementId, seq);
  if (!snapshot) return undefined;
  const { source, rawFiles } = snapshot;
  const file = source === 'sie' ? rawFiles[0] : rawFiles.find((one) => one.name === nameOfYearsFile(year));
  return file && { seq, file };
}

/**
 * The lines of the voucher's `#VER` in its file, from 1; several when the file has its number more than once. Found by
 * reading the file again: what is stored knows nothing of lines.
 * @throws Problem `records.not-found`, `records.no-file`, `database.file-damaged`
 */
export async function voucherLines(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  name: VoucherName,
): Promise<VoucherSource & { readonly lines: readonly number[] }> {
  const { source, bytes } = await database.forFirm(firmId, async (tx) => {
    const found = await sourceOf(tx, engagementId, name);
    if (!found) throw new Problem(noFile);
    return { source: found, bytes: await loadRawFile(tx, found.file) };
  });
  const lines: number[] = [];
  await readSie(bytes, {
    onVouchers: (batch) => {
      for (let index = 0; index < batch.count; index++) {
        const isNamed =
          voucherNumber(batch.number(index)) === name.number && batch.series(index) === name.series;
        if (isNamed) lines.push(batch.vouchers.line[index]!);
      }
    },
  });
  return { ...source, lines };
}

/** A file that an import of the close has read, as it was fetched. @throws Problem `files.not-found`, `database.file-damaged` */
export async function sourceFile(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  sha256: string,
): Promise<Download> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const snapshots = await listSnapshots(tx, engagementId);
    const file = snapshots.flatMap(({ rawFiles }) => rawFiles).find((one) => one.sha256 === sha256);
    if (!file) throw new Problem(fileNotFound);
    return { name: file.name, mediaType: 'application/x-sie', bytes: await loadRawFile(tx, file) };
  });
}

const noFile = {
  code: 'records.no-file',
  what: 'Ingen fil som verifikationen är läst ur finns sparad.',
  advice: 'Importera bokföringen på nytt.',
};

const fileNotFound = {
  code: 'files.not-found',
  what: 'Ingen inläsning i bokslutet har en sådan fil.',
  advice: 'Öppna filen från verifikationens sida.',
};

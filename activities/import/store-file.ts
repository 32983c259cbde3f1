import { fileControls } from '../../accounting/controls.ts';
import { VoucherTally } from '../../accounting/controls/vouchers.ts';
import type { FinancialYear, YearBooks } from '../../accounting/books.ts';
import { once } from '../../accounting/once.ts';
import type { Actor } from '../../db/actor.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { headerOf, recordsOf } from '../../db/stores/book-records.ts';
import { cutFile } from '../../db/stores/raw-files.ts';
import type { RawFile } from '../../db/stores/raw-files.ts';
import { storeSameReading, storeSnapshotAsRead } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { fromControl, fromSie } from './finding.ts';
import { readSieOfYear } from './read-sie.ts';
import { readingOf } from './sie-reading.ts';
import { recordsOfBatch } from './sie-records.ts';
import {
  accountsFromSie,
  closingBalancesFromSie,
  openingBalancesFromSie,
  seriesNamed,
  statedYearsFromSie,
} from './year-from-sie.ts';

export interface SieFileToStore {
  readonly engagementId: string;
  readonly year: FinancialYear;
  readonly name: string;
  /** The file, whole or as it comes; it may be asked for once more. */
  readonly bytes: Uint8Array | (() => AsyncIterable<Uint8Array>);
  readonly fetchedAt: Date;
  readonly fetchedBy: Actor;
}

/**
 * Reads an uploaded SIE 4 file in one pass straight into the engagement's next snapshot: memory does not grow with the
 * file. The ledger is whole; invoices and payments are not known. A file that is refused at its last line stores
 * nothing, since its transaction is rolled back.
 */
export async function storeSieFile(tx: FirmTransaction, file: SieFileToStore): Promise<Snapshot> {
  const { engagementId, year, name, bytes, fetchedAt, fetchedBy } = file;
  const same = bytes instanceof Uint8Array && (await storeUnread(tx, file, bytes));
  if (same) return same;
  return storeSnapshotAsRead(tx, engagementId, async (stage, files) => {
    const raw = files.begin(name);
    raw.reading = (cut) => readingOf(cut, name, year);
    const tally = new VoucherTally(year);
    const sie = await readSieOfYear(keeping(raw, bytes), year, 'SIE-filen', (batch) =>
      stage(recordsOfBatch(batch, year, tally)),
    );
    const openingBalances = openingBalancesFromSie(sie);
    const closing: YearBooks = { year, accountingMethod: 'ACCRUAL', openingBalances, vouchers: [] };
    const statedYears = statedYearsFromSie(sie, year);
    const books = {
      closing,
      otherYears: [],
      ...(statedYears.length > 0 && { statedYears }),
      accounts: accountsFromSie(sie),
      series: seriesNamed(tally.series),
      predefinedAccounts: { receivables: '1510', payables: '2440' },
      invoices: [],
      payments: [],
    };
    await stage(recordsOf(books));
    const controls = fileControls(tally, books, sie.movements, closingBalancesFromSie(sie));
    return {
      engagementId,
      source: 'sie',
      fetchedAt,
      fetchedBy,
      header: headerOf(books),
      findings: [...sie.findings.map((finding) => fromSie(name, finding)), ...controls.map(fromControl)],
    };
  });
}

/** A file that is the one before, but for the day of its export, is kept; its books are those of the snapshot before. */
async function storeUnread(
  tx: FirmTransaction,
  { engagementId, name, year, fetchedAt, fetchedBy }: SieFileToStore,
  bytes: Uint8Array,
): Promise<Snapshot | undefined> {
  const reading = once(() => readingOf(cutFile(bytes), name, year));
  return storeSameReading(tx, { engagementId, fetchedAt, fetchedBy }, reading, async (files) => {
    const raw = files.begin(name);
    raw.reading = reading;
    for await (const piece of pieces(bytes)) await raw.add(piece);
  });
}

/** The bytes, as they are read, each piece kept first. */
async function* keeping(raw: RawFile, bytes: SieFileToStore['bytes']): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces(bytes)) {
    await raw.add(piece);
    yield piece;
  }
}

/** As it comes; what is at hand whole in pieces, so that reading, compressing and storing go on side by side. */
async function* pieces(bytes: SieFileToStore['bytes']): AsyncGenerator<Uint8Array> {
  if (!(bytes instanceof Uint8Array)) return yield* bytes();
  const size = 1 << 20;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

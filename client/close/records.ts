import type { FinancialYear, Invoice, Ledger, Payment, Voucher } from '../../accounting/books.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { voucherOf } from '../../db/stores/book-records.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { recordVersionsOf } from '../../db/stores/record-lookup.ts';
import type { RecordVersion } from '../../db/stores/record-lookup.ts';
import { loadRegisters } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { importedSnapshot } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';

/** A record of the books through the imports of a close, newest first. */
export interface RecordView<T> {
  readonly versions: readonly {
    /** The import that it came with: 1, 2, 3 … in the close. */
    readonly sinceSeq: number;
    /** Null: it was gone from that import on. */
    readonly content: T | null;
  }[];
  /** Names of the accounts in the latest import. */
  readonly accountNames: ReadonlyMap<string, string>;
}

export interface VoucherName {
  readonly series: string;
  readonly number: number;
  /** Fortnox's id of the financial year, or its first day; the year that is being closed when absent. */
  readonly year?: string | undefined;
}

/** A voucher as each import had it. @throws Problem `records.not-found`, `adjustments.nothing-imported` */
export async function findVoucher(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  voucher: VoucherName,
): Promise<RecordView<Voucher>> {
  return database.forFirm(firmId, async (tx) => {
    const { snapshot, versions } = await versionsOfVoucher(tx, engagementId, voucher);
    const { accounts } = await loadRegisters(tx, snapshot);
    return {
      versions: read(versions, voucherOf),
      accountNames: new Map(accounts.map((account) => [account.number, account.name])),
    };
  });
}

/** The versions of a voucher and its financial year, by the latest import. @throws as `findVoucher` */
export async function versionsOfVoucher(
  tx: FirmTransaction,
  engagementId: string,
  { series, number, year: named }: VoucherName,
): Promise<{
  readonly snapshot: Snapshot;
  readonly year: FinancialYear;
  readonly versions: readonly RecordVersion[];
}> {
  await getEngagement(tx, engagementId);
  const snapshot = await importedSnapshot(tx, engagementId);
  const { closing, years } = snapshot.header;
  const year =
    named === undefined ? closing : years.find(({ id, from }) => String(id) === named || from === named);
  const versions = year
    ? await recordVersionsOf(tx, engagementId, 'voucher', `${year.from}/${series}/${number}`)
    : [];
  if (!year || versions.length === 0) throw notFound(`Verifikation ${series}-${number}`);
  return { snapshot, year, versions };
}

/** An invoice or a payment as each import had it. @throws as `findVoucher` */
export async function findDocument(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  document: { readonly kind: 'invoice' | 'payment'; readonly ledger: Ledger; readonly number: string },
): Promise<RecordView<Invoice | Payment>> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const snapshot = await importedSnapshot(tx, engagementId);
    const { kind, ledger, number } = document;
    const versions = await recordVersionsOf(tx, engagementId, kind, `${ledger}/${number}`);
    if (versions.length === 0) throw notFound(`${kind === 'invoice' ? 'Faktura' : 'Betalning'} ${number}`);
    const { accounts } = await loadRegisters(tx, snapshot);
    return {
      versions: read(versions, (content) => content as Invoice | Payment),
      accountNames: new Map(accounts.map((account) => [account.number, account.name])),
    };
  });
}

const read = <T>(
  versions: readonly RecordVersion[],
  contentOf: (content: unknown) => T,
): RecordView<T>['versions'] =>
  versions.map(({ sinceSeq, content }) => ({
    sinceSeq,
    content: content === null ? null : contentOf(content),
  }));

/** A text that names no voucher. */
export const noVoucherName = (text: string): Problem =>
  new Problem({
    code: 'records.not-found',
    what: `”${text.slice(0, 40)}” är inget verifikationsnummer.`,
    advice: 'Välj verifikationen ur importens eller bilagans lista.',
  });

const notFound = (name: string): Problem =>
  new Problem({
    code: 'records.not-found',
    what: `${name.slice(0, 80)} finns inte i någon import av bokslutet.`,
    advice: 'Kontrollera numret, eller importera bokföringen på nytt om posten är ny i Fortnox.',
  });

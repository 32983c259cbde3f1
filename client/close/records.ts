import type { Invoice, Ledger, Payment, Voucher } from '../../accounting/books.ts';
import { Problem } from '../../accounting/problem.ts';
import { voucherOf } from '../../db/stores/book-records.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { recordVersionsOf } from '../../db/stores/record-lookup.ts';
import type { RecordVersion } from '../../db/stores/record-lookup.ts';
import { loadRegisters } from '../../db/stores/snapshots.ts';
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
  { series, number, year }: VoucherName,
): Promise<RecordView<Voucher>> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const snapshot = await importedSnapshot(tx, engagementId);
    const { closing, years } = snapshot.header;
    const from =
      year === undefined
        ? closing.from
        : years.find((one) => String(one.id) === year || one.from === year)?.from;
    const name = `${series}-${number}`;
    if (from === undefined) throw notFound(`Verifikation ${name}`);
    const versions = await recordVersionsOf(tx, engagementId, 'voucher', `${from}/${series}/${number}`);
    const { accounts } = await loadRegisters(tx, snapshot);
    return {
      versions: some(versions, `Verifikation ${name}`, voucherOf),
      accountNames: new Map(accounts.map((account) => [account.number, account.name])),
    };
  });
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
    const { accounts } = await loadRegisters(tx, snapshot);
    return {
      versions: some(
        versions,
        `${kind === 'invoice' ? 'Faktura' : 'Betalning'} ${number}`,
        (content) => content as Invoice | Payment,
      ),
      accountNames: new Map(accounts.map((account) => [account.number, account.name])),
    };
  });
}

function some<T>(
  versions: readonly RecordVersion[],
  name: string,
  read: (content: unknown) => T,
): RecordView<T>['versions'] {
  if (versions.length === 0) throw notFound(name);
  return versions.map(({ sinceSeq, content }) => ({
    sinceSeq,
    content: content === null ? null : read(content),
  }));
}

const notFound = (name: string): Problem =>
  new Problem({
    code: 'records.not-found',
    what: `${name.slice(0, 80)} finns inte i någon import av bokslutet.`,
    advice: 'Kontrollera numret, eller importera bokföringen på nytt om posten är ny i Fortnox.',
  });

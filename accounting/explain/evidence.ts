import { ledgerSign } from '../account-set.ts';
import type { IsoDate } from '../dates.ts';
import { ore } from '../money.ts';
import type { Ore } from '../money.ts';
import type { AccountNumber, Books, Ledger, Voucher, YearBooks } from '../books.ts';
import type { Subledger } from '../subledger.ts';
import { isPayment } from '../voucher-links.ts';
import type { LedgerDocument, VoucherLinks } from '../voucher-links.ts';

/** A voucher of the closing year as the rules see it. Amounts with the attachment's sign. */
export interface VoucherEvidence {
  readonly voucher: Voucher;
  /** Its rows on the account set. */
  readonly effectOre: Ore;
  /** All documents whose voucher it is; empty for none. */
  readonly documents: readonly LedgerDocument[];
  /** Effect − effects of its documents. */
  readonly deviationOre: Ore;
}

/** What the rules look at, worked out once. */
export interface Evidence {
  readonly ledger: Ledger;
  readonly set: ReadonlySet<AccountNumber>;
  readonly books: Books;
  readonly subledger: Subledger;
  readonly links: VoucherLinks;
  /**
   * Vouchers of the closing year that touch the set or belong to a document, but for those, nearly all, that book what
   * their documents of the year say: others can explain nothing.
   */
  readonly vouchers: readonly VoucherEvidence[];
}

export function gatherEvidence(
  ledger: Ledger,
  set: ReadonlySet<AccountNumber>,
  books: Books,
  subledger: Subledger,
  links: VoucherLinks,
): Evidence {
  const vouchers: VoucherEvidence[] = [];
  const sign = ledgerSign(ledger);
  for (const { voucher, year, documents } of links.vouchers) {
    if (year !== books.closing) continue;
    let effect = 0;
    for (const row of voucher.rows) if (set.has(row.account)) effect += row.amountOre;
    if (effect === 0 && documents.length === 0) continue;
    let deviation = effect * sign;
    let isOfYear = documents.length > 0;
    for (const document of documents) {
      deviation -= subledger.effectOf(document);
      isOfYear &&= dateOf(document) <= year.year.to;
    }
    if (isOfYear && deviation === 0) continue;
    vouchers.push({ voucher, effectOre: ore(effect * sign), documents, deviationOre: ore(deviation) });
  }
  return { ledger, set, books, subledger, links, vouchers };
}

/** How reports name a voucher: `A-12`, and of another year than the closing one `A-12@4` by Fortnox's id, else by the year's first day. */
export function voucherReference(voucher: Voucher, year: YearBooks, books: Books): string {
  const name = `${voucher.series}-${voucher.number}`;
  return year === books.closing ? name : `${name}@${year.year.id ?? year.year.from}`;
}

/** The document's own date decides where it belongs, never its voucher's. */
export const dateOf = (document: LedgerDocument): IsoDate =>
  isPayment(document) ? document.date : document.invoiceDate;

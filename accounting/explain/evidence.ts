import { ledgerSign } from '../account-set.ts';
import { none } from '../number-index.ts';
import { ore } from '../money.ts';
import type { Ore } from '../money.ts';
import type { AccountNumber, Books, Ledger, Voucher, YearBooks } from '../books.ts';
import type { Subledger } from '../subledger.ts';
import { dateOf } from '../voucher-links.ts';
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
  /** Documents of either ledger that have no voucher in the books. */
  readonly withoutVoucher: readonly LedgerDocument[];
}

/** What is known of a voucher's documents. */
const noDocuments = 0;
const ofYear = 1;
/** One of them at least is dated after the balance date. */
const someLater = 2;

export function gatherEvidence(
  ledger: Ledger,
  set: ReadonlySet<AccountNumber>,
  books: Books,
  subledger: Subledger,
  links: VoucherLinks,
): Evidence {
  const { to } = books.closing.year;
  // By the vouchers' places, since a list of documents for each voucher would cost more than all the rest.
  const documented = new Float64Array(links.count);
  const kind = new Uint8Array(links.count).fill(noDocuments);
  const withoutVoucher: LedgerDocument[] = [];
  links.eachDocument((document, place, index) => {
    if (place === none) return void withoutVoucher.push(document);
    documented[place]! += subledger.effects[index]!;
    if (dateOf(document) > to) kind[place] = someLater;
    else if (kind[place] === noDocuments) kind[place] = ofYear;
  });

  const vouchers: VoucherEvidence[] = [];
  const sign = ledgerSign(ledger);
  const first = links.firstPlaceOf(books.closing);
  const effects = links.closingRows().effectsOn(set);
  for (let index = 0; index < effects.length; index++) {
    const place = first + index;
    const effect = effects[index]! * sign;
    const deviation = effect - documented[place]!;
    if (kind[place] === noDocuments ? effect === 0 : kind[place] === ofYear && deviation === 0) continue;
    const documents = kind[place] === noDocuments ? [] : links.documentsAt(place);
    const voucher = books.closing.vouchers[index]!;
    vouchers.push({ voucher, effectOre: ore(effect), documents, deviationOre: ore(deviation) });
  }
  return { ledger, set, books, subledger, links, vouchers, withoutVoucher };
}

/** How reports name a voucher: `A-12`, and of another year than the closing one `A-12@4` by Fortnox's id, else by the year's first day. */
export function voucherReference(voucher: Voucher, year: YearBooks, books: Books): string {
  const name = `${voucher.series}-${voucher.number}`;
  return year === books.closing ? name : `${name}@${year.year.id ?? year.year.from}`;
}

import { negate, ore } from '../money.ts';
import type { Ore } from '../money.ts';
import { voucherReference } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './explanation.ts';
import { nameDocument, nameDocuments, nameVoucher, nameYear } from './wording.ts';
import { dateOf, documentReference, isPayment } from '../voucher-links.ts';
import type { LedgerDocument } from '../voucher-links.ts';

/** Documents whose voucher is missing, or stands on the other side of the balance date (`wrongPeriod`, one entry a voucher). */
export function explainPlacement(evidence: Evidence): Finding[] {
  return [...withoutVoucher(evidence), ...bookedTooEarly(evidence), ...bookedTooLate(evidence)];
}

/** Documents of the closing year that nothing was booked for. Older ones are taken to be in the opening balance. */
function withoutVoucher({ ledger, books, subledger, withoutVoucher: documents }: Evidence): Finding[] {
  const { from, to } = books.closing.year;
  const found: Finding[] = [];
  for (const document of documents) {
    const date = dateOf(document);
    if (document.ledger !== ledger || date < from || date > to) continue;
    const effect = subledger.effectOf(document);
    if (effect === 0) continue;
    found.push({
      code: isPayment(document) ? 'paymentOnOtherAccount' : 'invoiceVoucherMismatch',
      amountOre: negate(effect),
      references: [documentReference(document)],
      text: `Det finns ingen verifikation för ${nameDocument(document)} ${date}.`,
      documents: [document],
    });
  }
  return found;
}

/** The voucher stands in the closing year, the document's own date is after it. */
function bookedTooEarly({ vouchers, books, subledger }: Evidence): Finding[] {
  const found: Finding[] = [];
  for (const { voucher, documents } of vouchers) {
    const late = documents.filter((document) => dateOf(document) > books.closing.year.to);
    if (late.length === 0) continue;
    const amountOre = effects(late, subledger.effectOf);
    if (amountOre === 0) continue;
    found.push({
      code: 'wrongPeriod',
      amountOre,
      references: [voucherReference(voucher, books.closing, books), ...late.map(documentReference)],
      text: `Verifikation ${nameVoucher(voucher)} hör till ${nameDocuments(late)}, daterad efter balansdagen.`,
      voucher,
    });
  }
  return found;
}

/** The document belongs to the year (or an earlier one), its voucher to a later year. */
function bookedTooLate({ books, subledger, links }: Evidence): Finding[] {
  const { to } = books.closing.year;
  const isEarly = (document: LedgerDocument): boolean => dateOf(document) <= to;
  const found: Finding[] = [];
  for (const year of books.otherYears) {
    if (year.year.from <= to) continue;
    const first = links.firstPlaceOf(year);
    for (let index = 0; index < year.vouchers.length; index++) {
      const documents = links.documentsAt(first + index);
      if (!documents.some(isEarly)) continue;
      const early = documents.filter(isEarly);
      const voucher = year.vouchers[index]!;
      const amountOre = negate(effects(early, subledger.effectOf));
      if (amountOre === 0) continue;
      found.push({
        code: 'wrongPeriod',
        amountOre,
        references: [voucherReference(voucher, year, books), ...early.map(documentReference)],
        text: `Verifikation ${nameVoucher(voucher)} för ${nameDocuments(early)} är bokförd i ${nameYear(year)}.`,
        voucher,
      });
    }
  }
  return found;
}

function effects(documents: readonly LedgerDocument[], effectOf: (document: LedgerDocument) => Ore): Ore {
  let sum = 0;
  for (const document of documents) sum += effectOf(document);
  return ore(sum);
}

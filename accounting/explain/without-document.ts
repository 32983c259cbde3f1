import { counts } from '../subledger.ts';
import { isAdjustment } from './adjustment-vouchers.ts';
import type { Evidence, VoucherEvidence } from './evidence.ts';
import { voucherReference } from './evidence.ts';
import type { Finding } from './explanation.ts';
import { nameDocument, nameVoucher } from './wording.ts';
import { documentReference, isPayment } from '../voucher-links.ts';
import type { LedgerDocument } from '../voucher-links.ts';

/** Vouchers of others on the set that are no document's: typed by hand (`manualVoucher`), or a document booked once more (`duplicate`). */
export function explainWithoutDocument(evidence: Evidence): Finding[] {
  const found: Finding[] = [];
  for (const seen of evidence.vouchers) {
    if (seen.documents.length > 0 || seen.effectOre === 0 || isAdjustment(seen)) continue;
    const type = seen.voucher.reference?.type;
    const explanation =
      type === undefined || type === 'MANUAL' ? manual(seen, evidence) : duplicate(seen, evidence);
    if (explanation) found.push(explanation);
  }
  return found;
}

function manual({ voucher, effectOre }: VoucherEvidence, { books }: Evidence): Finding {
  return {
    code: 'manualVoucher',
    amountOre: effectOre,
    references: [voucherReference(voucher, books.closing, books)],
    text: `Verifikation ${nameVoucher(voucher)} är bokförd för hand på kontot utan motsvarighet i reskontran.`,
    voucher,
  };
}

function duplicate({ voucher, effectOre }: VoucherEvidence, { books, links }: Evidence): Finding | undefined {
  const document = links.referredBy(voucher);
  if (!document || !isInForce(document)) return undefined;
  const own = links.voucherOf(document);
  if (!own || own.voucher === voucher) return undefined;
  return {
    code: 'duplicate',
    amountOre: effectOre,
    references: [voucherReference(voucher, books.closing, books), documentReference(document)],
    text: `Verifikation ${nameVoucher(voucher)} bokför ${nameDocument(document)} en gång till; den är redan bokförd med ${nameVoucher(own.voucher)}.`,
    voucher,
  };
}

const isInForce = (document: LedgerDocument): boolean =>
  isPayment(document) ? document.booked : counts(document);

import type { Evidence, VoucherEvidence } from './evidence.ts';
import { voucherReference } from './evidence.ts';
import type { ExplanationCode, Finding } from './explanation.ts';
import { kronor, nameDocuments, nameVoucher } from './wording.ts';
import { documentReference, isPayment } from '../voucher-links.ts';

/** Below this a deviation is öre that nobody chases. */
const oneKronaOre = 100;

/**
 * Vouchers that book something else than their documents: edited afterwards, of another amount than the invoice, or a
 * payment that went to another account; less than 1.00 is rounding. One code for each voucher, in this order.
 */
export function explainDeviations({ vouchers, books }: Evidence): Finding[] {
  const found: Finding[] = [];
  for (const seen of vouchers) {
    if (seen.documents.length === 0 || seen.deviationOre === 0) continue;
    const code = codeOf(seen);
    found.push({
      code,
      amountOre: seen.deviationOre,
      references: [
        voucherReference(seen.voucher, books.closing, books),
        ...seen.documents.map(documentReference),
      ],
      text: textOf(code, seen),
      voucher: seen.voucher,
      documents: seen.documents,
    });
  }
  return found;
}

function codeOf({ voucher, documents, deviationOre }: VoucherEvidence): ExplanationCode {
  if (voucher.edited === true) return 'editedVoucher';
  if (Math.abs(deviationOre) < oneKronaOre) return 'rounding';
  return documents.every(isPayment) ? 'paymentOnOtherAccount' : 'invoiceVoucherMismatch';
}

function textOf(code: ExplanationCode, { voucher, documents, deviationOre }: VoucherEvidence): string {
  const name = nameVoucher(voucher);
  const of = nameDocuments(documents);
  const off = kronor(deviationOre);
  if (code === 'editedVoucher')
    return `Verifikation ${name} för ${of} har ändrats i efterhand och avviker med ${off}.`;
  if (code === 'rounding') return `Verifikation ${name} avviker med ${off} från ${of}: öresavrundning.`;
  if (code === 'paymentOnOtherAccount')
    return `Verifikation ${name} bokför ${off} av ${of} på ett konto utanför reskontran.`;
  return `Verifikation ${name} avviker med ${off} från ${of}.`;
}

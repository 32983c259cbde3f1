import { findMarker, withoutMarker } from '../marker.ts';
import { voucherReference } from './evidence.ts';
import type { Evidence, VoucherEvidence } from './evidence.ts';
import type { Finding } from './explanation.ts';
import { nameVoucher } from './wording.ts';

/** A voucher of the closing year that came from a close: it carries our mark and is no document's. */
export const isAdjustment = ({ voucher, documents }: VoucherEvidence): boolean =>
  documents.length === 0 && findMarker(voucher.text) !== undefined;

/** What the bokföringsorder has booked already, told apart from what somebody typed by hand. */
export const explainAdjustments = ({ vouchers, books }: Evidence): Finding[] =>
  vouchers.filter(isAdjustment).map(({ voucher, effectOre }) => ({
    code: 'adjustmentVoucher',
    amountOre: effectOre,
    references: [voucherReference(voucher, books.closing, books)],
    text: `Verifikation ${nameVoucher({ ...voucher, text: withoutMarker(voucher.text) })} kommer från bokslutets bokföringsorder.`,
    voucher,
  }));

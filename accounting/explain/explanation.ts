import type { Voucher } from '../books.ts';
import type { Ore } from '../money.ts';
import type { LedgerDocument } from '../voucher-links.ts';

/**
 * Why ledger and specification differ, in the order in which the rules are tested (cases/README, explanations). Those know of
 * no close that has sent anything yet: what came from one is `adjustmentVoucher`.
 */
export const explanationCodes = [
  'adjustmentVoucher',
  'manualVoucher',
  'editedVoucher',
  'invoiceVoucherMismatch',
  'paymentOnOtherAccount',
  'wrongPeriod',
  'duplicate',
  'openingBalance',
  'rounding',
  'settlementUnknown',
  'cashMethod',
] as const;
export type ExplanationCode = (typeof explanationCodes)[number];

export interface Explanation {
  readonly code: ExplanationCode;
  /** Its part of the difference ledger − specification, with the attachment's sign. */
  readonly amountOre: Ore;
  /** `A-12`, of another year `A-12@4`, then documents `invoice 1007`, or `account 1510`. */
  readonly references: readonly string[];
  /** What it is, in Swedish, for this very voucher or document. */
  readonly text: string;
}

/** An explanation with the voucher and the documents that it is about, for those who work on with it. */
export interface Finding extends Explanation {
  readonly voucher?: Voucher;
  readonly documents?: readonly LedgerDocument[];
}

/** What kind of explanation it is, in a few words. */
export const explanationTitles: Readonly<Record<ExplanationCode, string>> = {
  adjustmentVoucher: 'Bokslutsverifikation',
  manualVoucher: 'Manuell verifikation',
  editedVoucher: 'Ändrad verifikation',
  invoiceVoucherMismatch: 'Faktura och verifikation skiljer sig',
  paymentOnOtherAccount: 'Betalning på annat konto',
  wrongPeriod: 'Fel period',
  duplicate: 'Dubbelbokning',
  openingBalance: 'Ingående balans',
  rounding: 'Öresavrundning',
  settlementUnknown: 'Betaldatum okänt',
  cashMethod: 'Kontantmetoden',
};

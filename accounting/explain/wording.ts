import { formatKronor } from '../money.ts';
import type { Ore } from '../money.ts';
import type { Voucher, YearBooks } from '../books.ts';
import { isPayment } from '../voucher-links.ts';
import type { LedgerDocument } from '../voucher-links.ts';

/** "A-12 2025-12-22 (Insättning bank)". */
export function nameVoucher(voucher: Voucher): string {
  const text = voucher.text.trim();
  return `${voucher.series}-${voucher.number} ${voucher.date}${text === '' ? '' : ` (${text})`}`;
}

/** "kundfaktura 1007", "leverantörsbetalning 3". */
export function nameDocument(document: LedgerDocument): string {
  const party = document.ledger === 'receivables' ? 'kund' : 'leverantörs';
  const kind = isPayment(document)
    ? document.ledger === 'receivables'
      ? 'inbetalning'
      : 'betalning'
    : 'faktura';
  return `${party}${kind} ${document.number}`;
}

/** Names the first few and counts the rest: a payment file can settle hundreds of invoices on one voucher. */
export function nameDocuments(documents: readonly LedgerDocument[]): string {
  const named = documents.slice(0, 3).map(nameDocument).join(', ');
  return documents.length > 3 ? `${named} och ${documents.length - 3} till` : named;
}

export const nameYear = ({ year }: YearBooks): string => `räkenskapsåret ${year.from}–${year.to}`;

export const kronor = (amount: Ore): string => `${formatKronor(amount)} kr`;

import type { Ledger, VoucherRef } from '../../accounting/books.ts';
import type { TrailStep } from '../../accounting/open-items.ts';
import { isBalanceSheetAccount } from '../../accounting/account-groups.ts';

/** Where the records that figures come from are shown, below a close's own address. */

export const documentKinds = {
  kundfaktura: { kind: 'invoice', ledger: 'receivables', name: 'Kundfaktura' },
  kundinbetalning: { kind: 'payment', ledger: 'receivables', name: 'Kundinbetalning' },
  leverantorsfaktura: { kind: 'invoice', ledger: 'payables', name: 'Leverantörsfaktura' },
  leverantorsbetalning: { kind: 'payment', ledger: 'payables', name: 'Leverantörsbetalning' },
} as const;

export type DocumentKind = keyof typeof documentKinds;

const inReferences: Readonly<Record<string, DocumentKind>> = {
  invoice: 'kundfaktura',
  payment: 'kundinbetalning',
  supplierInvoice: 'leverantorsfaktura',
  supplierPayment: 'leverantorsbetalning',
  // As Fortnox names its registers, in what the import found there.
  invoices: 'kundfaktura',
  invoicepayments: 'kundinbetalning',
  supplierinvoices: 'leverantorsfaktura',
  supplierinvoicepayments: 'leverantorsbetalning',
};

export const documentPath = (kind: DocumentKind, number: string): string =>
  `/poster/${kind}/${encodeURIComponent(number)}`;

/** @param year Fortnox's id of the financial year or its first day; the closing year when absent */
export const voucherPath = ({
  series,
  number,
  year,
}: Pick<VoucherRef, 'series' | 'number'> & { readonly year?: string }): string =>
  `/poster/verifikation/${encodeURIComponent(`${series}-${number}${year === undefined ? '' : `@${year}`}`)}`;

/** The invoice or payment behind a step of an open item's trail. */
export function stepPath(ledger: Ledger, { kind, number }: TrailStep): string {
  const isPayment = kind === 'payment' || kind === 'writeOff';
  if (ledger === 'receivables') return documentPath(isPayment ? 'kundinbetalning' : 'kundfaktura', number);
  return documentPath(isPayment ? 'leverantorsbetalning' : 'leverantorsfaktura', number);
}

/** Reads the name of a voucher: `A-12`, `A-12@2`. */
export function readVoucherName(
  name: string,
): { series: string; number: number; year: string | undefined } | undefined {
  const [, series, number, year] = /^(.{1,10})-(\d{1,9})(?:@([\d-]{1,10}))?$/.exec(name) ?? [];
  return series === undefined ? undefined : { series, number: Number(number), year };
}

/** A reference as findings and explanations give it: a voucher, a document, an account of the balance sheet. */
export function referencePath(reference: string): string | undefined {
  const [kind = '', number = ''] = reference.split(/ (.*)/s);
  const document = inReferences[kind];
  if (document && number !== '') return documentPath(document, number);
  const account = kind === 'account' ? number : reference;
  if (/^\d{4,8}$/.test(account)) {
    return isBalanceSheetAccount(account) ? `/bilagor#konto-${account}` : undefined;
  }
  const voucher = readVoucherName(kind === 'vouchers' ? number.replace('/', '-') : reference);
  if (!voucher) return undefined;
  const { series, number: of, year } = voucher;
  return voucherPath({ series, number: of, ...(year !== undefined && { year }) });
}

/** A record at Fortnox, `invoices 1007`, as people call it. */
export function recordAtFortnox(record: string): string {
  const [register = '', number = ''] = record.split(/ (.*)/s);
  const kind = inReferences[register];
  if (kind) return `${documentKinds[kind].name} ${number}`;
  return register === 'vouchers' ? `Verifikation ${number}` : record;
}

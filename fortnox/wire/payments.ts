import { z } from 'zod';
import type { Ledger, Payment } from '../../accounting/books.ts';
import { date, flag, money, text, wholeNumber } from './fields.ts';
import { keyFrom } from './finding.ts';
import type { RecordKind } from './finding.ts';
import { voucherRef } from './voucher-ref.ts';
import type { YearStarts } from './voucher-ref.ts';

/** What a list tells of a payment: its voucher, its write-offs and its amount in the invoice's currency it does not. */
export type ListedPayment = Pick<
  Payment,
  'ledger' | 'number' | 'invoiceNumber' | 'date' | 'amountOre' | 'booked'
> & {
  readonly currency: string;
  /** True also when the list does not say, so that the write-offs are looked for. */
  readonly hasWriteOffs: boolean;
};

const common = {
  Number: text.required,
  InvoiceNumber: text.required,
  Amount: money.required,
  PaymentDate: date.required,
  Booked: flag.required,
  Currency: text.optional,
};

const listedSchema = z.object({ ...common, WriteOffExist: flag.optional });

const resources = { receivables: 'invoicepayments', payables: 'supplierinvoicepayments' } as const;

export const listedPayment = (ledger: Ledger): RecordKind<z.infer<typeof listedSchema>, ListedPayment> => ({
  resource: resources[ledger],
  keyOf: keyFrom('Number'),
  schema: listedSchema,
  toDomain: (wire) => ({
    ledger,
    number: wire.Number,
    invoiceNumber: wire.InvoiceNumber,
    date: wire.PaymentDate,
    amountOre: wire.Amount,
    booked: wire.Booked,
    currency: wire.Currency ?? 'SEK',
    hasWriteOffs: wire.WriteOffExist ?? true,
  }),
});

const detailSchema = z.object({
  ...common,
  AmountCurrency: money.optional,
  VoucherSeries: text.optional,
  VoucherNumber: wholeNumber.optional,
  VoucherYear: wholeNumber.optional,
  WriteOffs: z.array(z.object({ Amount: money.required, AccountNumber: text.required })).nullish(),
});

export const payment = (
  ledger: Ledger,
  years: YearStarts,
): RecordKind<z.infer<typeof detailSchema>, Payment> => ({
  resource: resources[ledger],
  keyOf: keyFrom('Number'),
  schema: detailSchema,
  toDomain(wire, note) {
    const voucher = voucherRef(
      { series: wire.VoucherSeries, number: wire.VoucherNumber, yearId: wire.VoucherYear },
      years,
      note,
    );
    const isForeign = (wire.Currency ?? 'SEK') !== 'SEK';
    return {
      ledger,
      number: wire.Number,
      invoiceNumber: wire.InvoiceNumber,
      date: wire.PaymentDate,
      amountOre: wire.Amount,
      booked: wire.Booked,
      writeOffs: (wire.WriteOffs ?? []).map((row) => ({ amountOre: row.Amount, account: row.AccountNumber })),
      ...(isForeign && wire.AmountCurrency !== undefined ? { amountCurrency: wire.AmountCurrency } : {}),
      ...(voucher === undefined ? {} : { voucher }),
    };
  },
});

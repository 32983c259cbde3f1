import { describe, expect, test } from 'vitest';
import type { AccountSets } from '../../accounting/account-set.ts';
import { buildAttachment } from '../../accounting/attachment.ts';
import { planDocumentLookups, planVoucherLookups } from '../../accounting/lookups.ts';
import type { DocumentLookups } from '../../accounting/lookups.ts';
import type { Books, VoucherRef } from '../../accounting/books.ts';
import { isoDate } from '../../accounting/dates.ts';
import { BooksBuilder } from '../cases/builder.ts';
import { caseNames, loadCase } from '../cases/load.ts';
import { fillIn, fillInVouchers, toListLevel } from '../cases/list-level.ts';

interface Imported {
  readonly documents: DocumentLookups;
  readonly vouchers: readonly VoucherRef[];
  /** What is known after the look-ups. */
  readonly known: Books;
}

/** The books as an import gets them: the lists, and then the records that it asks for. */
function imported(books: Books, accountSets: AccountSets = {}): Imported {
  const { books: lists, listed } = toListLevel(books);
  const documents = planDocumentLookups(lists, listed, accountSets);
  const withDocuments = fillIn(lists, books, documents);
  const vouchers = planVoucherLookups(withDocuments, accountSets);
  return { documents, vouchers, known: fillInVouchers(withDocuments, books, vouchers) };
}

/** How many records each case needs beyond the lists; all others are known from the lists. */
const needed: Record<string, { invoices: number; payments: number; vouchers: number }> = {
  '01-simple-tie': { invoices: 0, payments: 0, vouchers: 0 },
  '02-partial-and-later': { invoices: 0, payments: 0, vouchers: 0 },
  '03-credit-notes': { invoices: 1, payments: 5, vouchers: 0 },
  '04-over-and-advance': { invoices: 0, payments: 0, vouchers: 0 },
  '05-euro': { invoices: 0, payments: 2, vouchers: 0 },
  '06-settlement-unknown': { invoices: 3, payments: 0, vouchers: 0 },
  '07-drafts-and-cancelled': { invoices: 0, payments: 1, vouchers: 0 },
  '08-write-offs': { invoices: 2, payments: 6, vouchers: 0 },
  '09-doubtful': { invoices: 0, payments: 0, vouchers: 0 },
  '10-manual-voucher': { invoices: 0, payments: 0, vouchers: 0 },
  '11-edited-voucher': { invoices: 0, payments: 0, vouchers: 3 },
  '12-voucher-differs': { invoices: 1, payments: 0, vouchers: 4 },
  '13-payment-elsewhere': { invoices: 0, payments: 0, vouchers: 3 },
  '14-cut-off': { invoices: 0, payments: 0, vouchers: 0 },
  '15-duplicate-and-opening': { invoices: 0, payments: 1, vouchers: 0 },
  '16-cash-method': { invoices: 5, payments: 0, vouchers: 0 },
  '17-long-first-year': { invoices: 0, payments: 0, vouchers: 0 },
  '18-rot-and-ore': { invoices: 2, payments: 0, vouchers: 0 },
};

describe.each(caseNames)('%s', (name) => {
  const { books, rates, accountSets } = loadCase(name);
  const { documents, vouchers, known } = imported(books, accountSets);

  test.each(['receivables', 'payables'] as const)(
    '%s come out the same from the lists and the planned look-ups',
    (ledger) => {
      const accountSet = accountSets[ledger];
      const options = { rates, ...(accountSet ? { accountSet } : {}) };
      expect(buildAttachment(ledger, known, options)).toEqual(buildAttachment(ledger, books, options));
    },
  );

  test('asks for few records', () => {
    const asked = {
      invoices: documents.invoices.length,
      payments: documents.payments.length,
      vouchers: vouchers.length,
    };
    expect(asked).toEqual(needed[name]);
  });

  test('asks for nothing twice', () => {
    const fetched = new Set(documents.payments.map(({ ledger, number }) => `${ledger} ${number}`));
    const left = toListLevel(books).listed.filter(
      ({ ledger, number }) => !fetched.has(`${ledger} ${number}`),
    );
    expect(planDocumentLookups(known, left, accountSets).payments).toEqual([]);
  });
});

describe.each([
  ['before the year', '2024-11-01', '2024-12-30', '2024-12-27', '2025-01-02', 0],
  ['after the balance date', '2025-11-01', '2026-01-02', '2026-01-05', '2025-12-31', -6_000_00],
])(
  'three payments %s on one voucher in it',
  (_name, invoiced, paid, otherDay, voucherDate, differenceOre) => {
    const builder = new BooksBuilder();
    const [date, invoiceDate] = [isoDate(paid), isoDate(invoiced)];
    const pay = (amount: number, day = date) => {
      const invoice = builder.invoice({ ledger: 'payables', date: invoiceDate, total: amount });
      return builder.payment(invoice, { date: day, amount, ...(day === date && { booked: null }) });
    };
    const together = [1_000_00, 2_000_00, 3_000_00].map((amount) => pay(amount));
    pay(4_000_00, isoDate(otherDay));
    const { series, number } = builder.voucher(
      'closing',
      'F',
      'Betalfil',
      isoDate(voucherDate),
      [
        ['2440', 6_000_00],
        ['1930', -6_000_00],
      ],
      { reference: { type: 'SUPPLIERPAYMENT', number: together[0]!.number } },
    );
    const voucher: VoucherRef = { series, number, year: isoDate('2025-01-01') };
    const whole = builder.build();
    const books: Books = {
      ...whole,
      // Fortnox's lists tell what the closing year's vouchers refer to, and no other's.
      otherYears: whole.otherYears.map((year) => ({
        ...year,
        vouchers: year.vouchers.map(({ reference: _, ...each }) => each),
      })),
      payments: whole.payments.map((payment) =>
        together.includes(payment) ? { ...payment, voucher } : payment,
      ),
    };

    test('are not taken for a payment on another account: those of the day that its reference tells are looked up, and no more', () => {
      const { documents, known } = imported(books);
      const attachment = buildAttachment('payables', known, { rates: [] });
      expect(attachment).toEqual(buildAttachment('payables', books, { rates: [] }));
      expect(attachment).toMatchObject({ differenceOre, unexplainedOre: 0 });
      expect(documents.payments.map((key) => key.number)).toEqual(
        together.slice(1).map((payment) => payment.number),
      );
    });
  },
);

test.each([
  [25, 25],
  [26, 0],
])(
  'of %i invoices that nothing was booked for, the rows of %i are looked up: more are of a ledger that is kept elsewhere',
  (count, asked) => {
    const builder = new BooksBuilder();
    const date = isoDate('2025-10-10');
    for (let index = 0; index < count; index++)
      builder.invoice({ ledger: 'receivables', date, total: 100_00, booked: null, balanceToday: 100_00 });
    builder.invoice({ ledger: 'receivables', date, total: 100_00, balanceToday: 100_00 });
    const { documents } = imported(builder.build());
    expect(documents.invoices).toHaveLength(asked);
  },
);

import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import { planDocumentLookups, planVoucherLookups } from '../../accounting/lookups.ts';
import { caseNames, loadCase } from '../cases/load.ts';
import { fillIn, fillInVouchers, toListLevel } from '../cases/list-level.ts';

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
  '12-voucher-differs': { invoices: 0, payments: 0, vouchers: 4 },
  '13-payment-elsewhere': { invoices: 0, payments: 0, vouchers: 3 },
  '14-cut-off': { invoices: 0, payments: 0, vouchers: 0 },
  '15-duplicate-and-opening': { invoices: 0, payments: 1, vouchers: 0 },
  '16-cash-method': { invoices: 5, payments: 0, vouchers: 0 },
  '17-long-first-year': { invoices: 0, payments: 0, vouchers: 0 },
  '18-rot-and-ore': { invoices: 2, payments: 0, vouchers: 0 },
};

describe.each(caseNames)('%s', (name) => {
  const { books, rates, accountSets } = loadCase(name);
  const { books: lists, listed } = toListLevel(books);
  const documents = planDocumentLookups(lists, listed, accountSets);
  const withDocuments = fillIn(lists, books, documents);
  const vouchers = planVoucherLookups(withDocuments, accountSets);
  const known = fillInVouchers(withDocuments, books, vouchers);

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
    const left = listed.filter(({ ledger, number }) => !fetched.has(`${ledger} ${number}`));
    expect(planDocumentLookups(withDocuments, left, accountSets).payments).toEqual([]);
  });
});

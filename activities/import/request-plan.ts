import type { PageProgress } from '../../fortnox/list.ts';

/**
 * How many requests an import asks of Fortnox, known part by part before they are made: with 25 in five seconds that is what an
 * import lasts.
 *
 * | part | requests |
 * |------|----------|
 * | locked period | 1 |
 * | financial years, accounts, voucher series, predefined accounts, the closing year's vouchers, both ledgers' invoices and payments | a page of 500 each |
 * | SIE files | one a financial year, at most four |
 * | account balances | one an account of the sample |
 * | documents and vouchers that the lists do not tell enough of | one each |
 *
 * Payments are read by pages and never invoice by invoice: what is open at the balance date and what a voucher pays both need
 * all of a year's, which as pages are always fewer. Tries that failed come on top.
 */
export interface RequestPlan {
  /** So many more are sure to be asked. */
  expect(requests: number): void;
  /** A list's first page has told how many there are. */
  page(page: PageProgress): void;
  total(): number;
}

export function createRequestPlan(): RequestPlan {
  let planned = 0;
  return {
    expect(requests) {
      planned += requests;
    },
    page({ page, pages }) {
      if (page === 1) planned += pages;
    },
    total: () => planned,
  };
}

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Invoice, YearBooks } from '../../accounting/books.ts';
import type { FortnoxClient } from '../../fortnox/client.ts';
import { ratePerUnit } from '../../fortnox/wire/fields.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { caseNames, loadCase } from '../cases/load.ts';
import { clientOf } from './fortnox-sandbox.ts';

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : 1;

const byNumber = by<{ readonly ledger: string; readonly number: string }>(
  (item) => `${item.ledger} ${item.number}`,
);

it.each(caseNames)('%s comes over the wire as it is', async (name) => {
  const { books } = loadCase(name);
  // The customers' wire has rates as numbers, which keep no zeros at the end; so one text stands for each rate.
  const invoices = books.invoices.map((invoice) => ({
    ...invoice,
    currencyRate: ratePerUnit(invoice.currencyRate, '1') ?? '',
  }));
  const companyFile = fileURLToPath(new URL(`../cases/${name}/company.json`, import.meta.url));
  const sandbox = await startSandbox({ companyFiles: [companyFile], rateLimit: false });
  try {
    const client = await clientOf(sandbox);

    const years = await client.financialYears();
    const own = [books.closing, ...books.otherYears];
    expect(years.findings).toEqual([]);
    expect(
      years.records
        .map(({ from, to, accountingMethod }) => ({ from, to, accountingMethod }))
        .toSorted(by((year) => year.from)),
    ).toEqual(
      own
        .map(({ year: { from, to }, accountingMethod }) => ({ from, to, accountingMethod }))
        .toSorted(by((year) => year.from)),
    );
    const closing = years.records.find((year) => year.from === books.closing.year.from);
    if (!closing) throw new Error('the closing year is missing');

    const accounts = await client.accounts(closing.id);
    expect(accounts.records.toSorted(by((account) => account.number))).toEqual(
      books.accounts.toSorted(by((account) => account.number)),
    );
    const series = await client.voucherSeries(closing.id);
    expect(series.records.map(({ code, description, manual }) => ({ code, description, manual }))).toEqual(
      books.series,
    );
    expect(await client.lockedPeriod()).toBe(books.lockedUntil);
    expect(await client.predefinedAccounts()).toEqual(books.predefinedAccounts);

    const lists = [await client.invoices(), await client.supplierInvoices()];
    const listed = lists.flatMap((list) => list.records);
    expect(lists.flatMap((list) => list.findings)).toEqual([]);
    expect(listed.toSorted(byNumber)).toEqual(invoices.map(asListed).toSorted(byNumber));
    const details = await Promise.all(
      listed.map(({ ledger, number }) =>
        ledger === 'payables' ? client.supplierInvoice(number) : client.invoice(number),
      ),
    );
    expect(details.flatMap((detail) => detail.record ?? []).toSorted(byNumber)).toEqual(
      invoices.toSorted(byNumber),
    );

    const payments = [
      ...(await client.invoicePayments()).records,
      ...(await client.supplierInvoicePayments()).records,
    ];
    for (const payment of payments) {
      const known = books.payments.find((candidate) => byKey(candidate) === byKey(payment));
      expect(payment.hasWriteOffs).toBe(known?.writeOffs.length !== 0);
    }
    const paid = await Promise.all(
      payments.map(({ ledger, number }) =>
        ledger === 'payables' ? client.supplierInvoicePayment(number) : client.invoicePayment(number),
      ),
    );
    expect(paid.flatMap((detail) => detail.record ?? []).toSorted(byNumber)).toEqual(
      books.payments.toSorted(byNumber),
    );

    expect(await vouchersOf(client, closing.id)).toEqual(expectedVouchers(books.closing));
  } finally {
    await sandbox.stop();
  }
});

/** A list does not tell these. */
function asListed(invoice: Invoice): Omit<Invoice, 'taxReduction' | 'creditOf' | 'rows'> {
  const { taxReduction: _taxReduction, creditOf: _creditOf, rows: _rows, ...listed } = invoice;
  return listed;
}

const byKey = ({ ledger, number }: { ledger: string; number: string }): string => `${ledger} ${number}`;

async function vouchersOf(client: FortnoxClient, yearId: number): Promise<unknown[]> {
  const { records, findings } = await client.vouchers(yearId);
  expect(findings).toEqual([]);
  const vouchers = await Promise.all(
    records.map(({ series, number }) => client.voucher(series, number, yearId)),
  );
  return vouchers
    .map((voucher) => {
      if (!voucher) throw new Error('a listed voucher is missing');
      const { series, number, date, text, rows, reference, removedRows } = voucher;
      return {
        series,
        number,
        date,
        text,
        rows,
        ...(reference ? { reference } : {}),
        ...(removedRows.length > 0 ? { edited: true } : {}),
      };
    })
    .toSorted(by((voucher) => `${voucher.series} ${String(voucher.number).padStart(6)}`));
}

const expectedVouchers = (year: YearBooks): unknown[] =>
  year.vouchers.toSorted(by((voucher) => `${voucher.series} ${String(voucher.number).padStart(6)}`));

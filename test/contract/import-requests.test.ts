import { expect, it } from 'vitest';
import { readFromFortnox } from '../../activities/import/from-fortnox.ts';
import type { Progress } from '../../activities/import/progress.ts';
import { createRequestPlan } from '../../activities/import/request-plan.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { SandboxOptions } from '../../sandbox/start.ts';
import { clientOf, control } from './fortnox-sandbox.ts';

const silent: Progress = { begin: () => undefined, done: () => undefined, listed: () => undefined };

interface Asked {
  readonly path: string;
}

/** Imports a generated company, and answers what was planned and what Fortnox was asked. */
async function importOf(options: SandboxOptions, pageSize: number) {
  const sandbox = await startSandbox({ ...options, rateLimit: false });
  try {
    const plan = createRequestPlan();
    const client = await clientOf(sandbox, { limits: { pageSize }, onPage: (page) => plan.page(page) });
    const years = (await client.financialYears()).records.toSorted((a, b) => (a.from < b.from ? -1 : 1));
    const books = await control<{ closingYear: number }>(sandbox.url, 'GET', 'books');
    const closing = years.find(({ id }) => id === books.closingYear);
    if (!closing) throw new Error('no closing year');
    const engagement = {
      yearFrom: closing.from,
      yearTo: closing.to,
      settings: { source: 'fortnox', materialityOre: 0 },
    } as unknown as Engagement;
    const read = await readFromFortnox(client, engagement, silent, plan);
    const asked = (await control<Asked[]>(sandbox.url, 'GET', 'requests?since=0'))
      .map(({ path }) => path)
      .filter((path) => path.startsWith('/3/'));
    const of = (path: RegExp): number => asked.filter((one) => path.test(one)).length;
    return { read, asked, of, years };
  } finally {
    await sandbox.stop();
  }
}

it.each([
  ['a small company', { vouchers: 40, invoices: 15, seed: 1 }, 500],
  ['one whose lists have many pages', { vouchers: 300, invoices: 120, seed: 2 }, 50],
] as const)('an import of %s asks what was planned, and no more', async (_name, options, pageSize) => {
  const { read, asked, of } = await importOf(options, pageSize);
  expect(read.plannedRequests).toBe(asked.length);
  expect(read.fortnoxRequests).toBe(asked.length);
  // The fixed ones.
  const years = read.raw.length;
  expect([of(/^\/3\/settings\/lockedperiod$/), of(/^\/3\/sie\/4$/), of(/^\/3\/accounts\/\d+$/)]).toEqual([
    1,
    years,
    5,
  ]);
  // And pages: of what the books hold, neither a record twice nor an invoice's payments by themselves.
  const pages = (records: number): number => Math.max(1, Math.ceil(records / pageSize));
  const { closing, invoices, payments, accounts } = read.books;
  const [customers, suppliers] = (['receivables', 'payables'] as const).map((ledger) => ({
    invoices: invoices.filter((one) => one.ledger === ledger).length,
    payments: payments.filter((one) => one.ledger === ledger).length,
  }));
  expect([of(/^\/3\/vouchers$/), of(/^\/3\/accounts$/)]).toEqual([
    pages(closing.vouchers.length),
    pages(accounts.length),
  ]);
  expect([of(/^\/3\/invoices$/), of(/^\/3\/supplierinvoices$/)]).toEqual([
    pages(customers!.invoices),
    pages(suppliers!.invoices),
  ]);
  expect([of(/^\/3\/invoicepayments$/), of(/^\/3\/supplierinvoicepayments$/)]).toEqual([
    pages(customers!.payments),
    pages(suppliers!.payments),
  ]);
});

import { balanceSample } from '../../accounting/balance-sample.ts';
import type { AccountNumber, Books, Voucher, YearBooks } from '../../accounting/books.ts';
import type { Ore } from '../../accounting/money.ts';
import { planVoucherLookups } from '../../accounting/lookups.ts';
import type { AccountSets } from '../../accounting/account-set.ts';
import type { SieFile } from '../../accounting/sie/types.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { nameOfYearsFile } from '../../db/stores/raw-files.ts';
import type { FortnoxClient } from '../../fortnox/client.ts';
import type { WireFinding } from '../../fortnox/wire/finding.ts';
import type { FortnoxYear } from '../../fortnox/wire/ledger.ts';
import type { ListedVoucher } from '../../fortnox/wire/vouchers.ts';
import { yearOf } from '../verify-connection.ts';
import { fromLists, listDocuments, lookUpDocuments, severalAtOnce } from './documents.ts';
import { fromFortnox, fromSie } from './finding.ts';
import type { ImportFinding } from './finding.ts';
import type { Progress } from './progress.ts';
import type { ReadBooks } from './read-result.ts';
import type { RequestPlan } from './request-plan.ts';
import { readSieOfYear } from './read-sie.ts';
import { closingBalancesFromSie, yearFromSie } from './year-from-sie.ts';

/**
 * Reads a company's books from Fortnox: registers, a SIE file a year, the closing year's voucher list for what vouchers
 * refer to, invoices and payments by pages, and then one by one only what the lists cannot tell.
 */
export async function readFromFortnox(
  client: FortnoxClient,
  engagement: Engagement,
  progress: Progress,
  plan: RequestPlan,
): Promise<ReadBooks> {
  progress.begin('registers');
  plan.expect(lockedPeriodRequests);
  const years = (await client.financialYears()).records;
  const closing = yearOf(engagement, years);
  const accounts = await client.accounts(closing.id);
  const series = await client.voucherSeries(closing.id);
  const predefinedAccounts = await client.predefinedAccounts();
  const lockedUntil = await client.lockedPeriod();

  const wanted = yearsToRead(closing, years);
  plan.expect(wanted.length);
  const read = await readYears(client, wanted, progress);
  const closingRead = read.find(({ books }) => books.year.from === closing.from);
  if (!closingRead) throw new RangeError('the closing year was not read');
  // Right after the file: what somebody books in between would look like a fault of it.
  const sample = balanceSample({ closing: closingRead.books, predefinedAccounts }, sampledAccounts);
  plan.expect(sample.length);
  const fortnoxBalances = await readBalances(client, sample, closing.id, progress);
  progress.begin('vouchers');
  const listedVouchers = await client.vouchers(closing.id);
  progress.begin('invoices and payments');
  const listed = await listDocuments(client);

  const asListed: Books = {
    closing: withReferences(closingRead.books, listedVouchers.records),
    otherYears: read.filter((one) => one !== closingRead).map(({ books }) => books),
    accounts: accounts.records,
    series: series.records.map(({ code, description, manual }) => ({ code, description, manual })),
    ...(lockedUntil !== undefined && { lockedUntil }),
    predefinedAccounts,
    ...fromLists(listed),
  };
  const accountSets: AccountSets = engagement.settings.accountSets ?? {};
  const { findings: lookedUp, ...documents } = await lookUpDocuments(
    client,
    asListed,
    listed,
    accountSets,
    progress,
    plan,
  );
  const withDocuments: Books = { ...asListed, ...documents };
  const books = await markEdited(client, withDocuments, closing.id, accountSets, progress, plan);

  const wire: readonly WireFinding[] = [accounts, series, listedVouchers, listed]
    .flatMap(({ findings }) => findings)
    .concat(lookedUp);
  return {
    books,
    findings: [...read.flatMap(({ findings }) => findings), ...wire.map(fromFortnox)],
    raw: read.map(({ name, bytes }) => ({ name, bytes })),
    fileClosingBalances: closingBalancesFromSie(closingRead.file),
    fortnoxBalances,
    fortnoxRequests: client.requestCount(),
    plannedRequests: plan.total(),
  };
}

const lockedPeriodRequests = 1;
/** A request an account is a fifth of a second of the budget: enough to see a file that is not of these books. */
const sampledAccounts = 5;

async function readBalances(
  client: FortnoxClient,
  accounts: readonly AccountNumber[],
  yearId: number,
  progress: Progress,
): Promise<Map<AccountNumber, Ore>> {
  progress.begin('account balances', accounts.length);
  const balances = new Map<AccountNumber, Ore>();
  await severalAtOnce(accounts, async (account) => {
    const balance = await client.accountBalance(account, yearId);
    if (balance !== undefined) balances.set(account, balance);
    progress.done();
  });
  return balances;
}

/** The two years before, the closing one, and the next: cut-off errors and later payments stand in its vouchers. In order of time. */
function yearsToRead(closing: FortnoxYear, years: readonly FortnoxYear[]): FortnoxYear[] {
  const inOrder = years.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const at = inOrder.indexOf(closing);
  return inOrder.slice(Math.max(0, at - 2), at + 2);
}

interface ReadYear {
  readonly books: YearBooks;
  readonly file: SieFile;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly findings: readonly ImportFinding[];
}

async function readYears(
  client: FortnoxClient,
  years: readonly FortnoxYear[],
  progress: Progress,
): Promise<ReadYear[]> {
  progress.begin('SIE files', years.length);
  const read: ReadYear[] = [];
  for (const year of years) {
    const name = nameOfYearsFile(year);
    const bytes = await client.sie(year.id);
    const file = await readSieOfYear(bytes, year, `Fortnox SIE-export för ${year.from}–${year.to}`);
    const { id, from, to } = year;
    read.push({
      books: yearFromSie(file, { id, from, to }, year.accountingMethod),
      file,
      name,
      bytes,
      findings: file.findings.map((finding) => fromSie(name, finding)),
    });
    progress.done();
  }
  return read;
}

/** What a voucher refers to is in Fortnox's list alone. */
function withReferences(year: YearBooks, listed: readonly ListedVoucher[]): YearBooks {
  const references = new Map(
    listed.map(({ series, number, reference }) => [`${series} ${number}`, reference]),
  );
  return {
    ...year,
    vouchers: year.vouchers.map((voucher): Voucher => {
      const reference = references.get(`${voucher.series} ${voucher.number}`);
      return reference ? { ...voucher, reference } : voucher;
    }),
  };
}

/** Looks up the vouchers that do not book what their documents say: Fortnox's file can leave struck rows out. */
async function markEdited(
  client: FortnoxClient,
  books: Books,
  closingYearId: number,
  accountSets: AccountSets,
  progress: Progress,
  plan: RequestPlan,
): Promise<Books> {
  const suspects = planVoucherLookups(books, accountSets);
  plan.expect(suspects.length);
  progress.begin('edited vouchers', suspects.length);
  const edited = new Map<string, boolean>();
  await severalAtOnce(suspects, async ({ series, number }) => {
    const found = await client.voucher(series, number, closingYearId);
    if (found) edited.set(`${series} ${number}`, found.removedRows.length > 0);
    progress.done();
  });
  if (![...edited.values()].includes(true)) return books;
  const vouchers = books.closing.vouchers.map((voucher) =>
    edited.get(`${voucher.series} ${voucher.number}`) ? { ...voucher, edited: true } : voucher,
  );
  return { ...books, closing: { ...books.closing, vouchers } };
}

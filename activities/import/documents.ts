import type { Books, Invoice, Ledger, Payment } from '../../accounting/books.ts';
import { planDocumentLookups } from '../../accounting/lookups.ts';
import type { AccountSets } from '../../accounting/account-set.ts';
import type { DocumentKey, ListedPayment as PlannedPayment } from '../../accounting/lookups.ts';
import { zeroOre } from '../../accounting/money.ts';
import type { FortnoxClient, ReadOne } from '../../fortnox/client.ts';
import type { WireFinding } from '../../fortnox/wire/finding.ts';
import type { ListedInvoice } from '../../fortnox/wire/invoices.ts';
import type { ListedPayment } from '../../fortnox/wire/payments.ts';
import type { Progress } from './progress.ts';
import type { RequestPlan } from './request-plan.ts';

/** The invoices and payments of both ledgers as Fortnox's lists tell them: no details yet. */
export interface ListedDocuments {
  readonly invoices: readonly ListedInvoice[];
  readonly payments: readonly ListedPayment[];
  readonly findings: readonly WireFinding[];
}

/**
 * All invoices and payments, by pages of 500. All, and not only the unpaid ones: what was open at the balance date follows
 * from documents that are long settled today.
 */
export async function listDocuments(client: FortnoxClient): Promise<ListedDocuments> {
  const invoices = [await client.invoices(), await client.supplierInvoices()];
  const payments = [await client.invoicePayments(), await client.supplierInvoicePayments()];
  return {
    invoices: invoices.flatMap(({ records }) => records),
    payments: payments.flatMap(({ records }) => records),
    findings: [...invoices, ...payments].flatMap(({ findings }) => findings),
  };
}

/** The documents as the lists tell them; details are 0 or absent until they are looked up. */
export const fromLists = ({ invoices, payments }: ListedDocuments): Pick<Books, 'invoices' | 'payments'> => ({
  invoices: invoices.map((invoice) => ({ ...invoice, taxReduction: zeroOre })),
  payments: payments.map(({ ledger, number, invoiceNumber, date, amountOre, booked }) => ({
    ledger,
    number,
    invoiceNumber,
    date,
    amountOre,
    booked,
    writeOffs: [],
  })),
});

/** Looks up, one by one, the documents whose lists do not tell enough, and answers all documents with what was found. */
export async function lookUpDocuments(
  client: FortnoxClient,
  books: Books,
  listed: ListedDocuments,
  accountSets: AccountSets,
  progress: Progress,
  requests: RequestPlan,
): Promise<Pick<Books, 'invoices' | 'payments'> & { readonly findings: readonly WireFinding[] }> {
  const plan = planDocumentLookups(books, listed.payments.map(toPlanned), accountSets);
  const documents = plan.invoices.length + plan.payments.length;
  requests.expect(documents);
  progress.begin('documents', documents);
  const findings: WireFinding[] = [];
  const take = <T>({ record, findings: found }: ReadOne<T>): T | undefined => {
    findings.push(...found);
    progress.done();
    return record;
  };
  const invoices = await lookUp(books.invoices, plan.invoices, async ({ ledger, number }) =>
    take<Invoice>(await (ledger === 'receivables' ? client.invoice(number) : client.supplierInvoice(number))),
  );
  const payments = await lookUp(books.payments, plan.payments, async ({ ledger, number }) =>
    take<Payment>(
      await (ledger === 'receivables'
        ? client.invoicePayment(number)
        : client.supplierInvoicePayment(number)),
    ),
  );
  return { invoices, payments, findings };
}

const toPlanned = ({ ledger, number, currency, hasWriteOffs }: ListedPayment): PlannedPayment => ({
  ledger,
  number,
  currency,
  writeOffExist: hasWriteOffs,
});

/** The list with the named documents replaced by their details; one whose details cannot be understood stays as listed. */
async function lookUp<T extends { readonly ledger: Ledger; readonly number: string }>(
  documents: readonly T[],
  keys: readonly DocumentKey[],
  fetchOne: (key: DocumentKey) => Promise<T | undefined>,
): Promise<readonly T[]> {
  if (keys.length === 0) return documents;
  const found = new Map<string, T>();
  await severalAtOnce(keys, async (key) => {
    const document = await fetchOne(key);
    if (document) found.set(`${key.ledger} ${key.number}`, document);
  });
  return documents.map((document) => found.get(`${document.ledger} ${document.number}`) ?? document);
}

/** Requests wait for the shared budget and for Fortnox; a few at once keep the budget used. */
const atOnce = 5;

export async function severalAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

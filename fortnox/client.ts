import type { z } from 'zod';
import type { Account, AccountNumber, Invoice, Payment } from '../accounting/books.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { Ore } from '../accounting/money.ts';
import { fortnoxError } from './classify.ts';
import { endpoints } from './endpoints.ts';
import type { EndpointName } from './endpoints.ts';
import { FortnoxError } from './error.ts';
import type { Sent } from './error.ts';
import type { FortnoxHttp } from './http.ts';
import { readList } from './list.ts';
import type { PageProgress } from './list.ts';
import { notFound, notUnderstood } from './refusals.ts';
import { inboxFileSchema, newConnectionBody, voucherFileConnection } from './wire/files.ts';
import type { InboxFile, VoucherFileConnection } from './wire/files.ts';
import { readRecords } from './wire/finding.ts';
import type { Read, RecordKind, WireFinding } from './wire/finding.ts';
import { invoice, listedInvoice, listedSupplierInvoice, supplierInvoice } from './wire/invoices.ts';
import type { ListedInvoice } from './wire/invoices.ts';
import {
  account,
  accountBalanceSchema,
  companySchema,
  financialYear,
  lockedPeriodSchema,
  predefinedAccount,
  receivablesAndPayables,
  voucherSeries,
} from './wire/ledger.ts';
import type { CompanyInformation, FortnoxSeries, FortnoxYear } from './wire/ledger.ts';
import { listedPayment, payment } from './wire/payments.ts';
import type { ListedPayment } from './wire/payments.ts';
import type { YearStarts } from './wire/voucher-ref.ts';
import { listedVoucher, newVoucherBody, voucher } from './wire/vouchers.ts';
import type { FortnoxVoucher, ListedVoucher, NewVoucher } from './wire/vouchers.ts';

/** One record by its key: undefined with findings when it cannot be understood. */
export interface ReadOne<T> {
  readonly record: T | undefined;
  readonly findings: readonly WireFinding[];
}

/**
 * Fortnox for one connection. Lists are read whole, all pages, and come with findings for what could not be understood.
 * Every method throws FortnoxError, or the reason of the signal that the client was made with.
 * Years are named by Fortnox's ids here; `financialYears` is read once and kept, as the others need it.
 */
export interface FortnoxClient {
  companyInformation(): Promise<CompanyInformation>;
  financialYears(): Promise<Read<FortnoxYear>>;
  accounts(yearId: number): Promise<Read<Account>>;
  /** The account's closing balance (UB) in the year, as Fortnox reckons it. Undefined when it has no such account. */
  accountBalance(number: AccountNumber, yearId: number): Promise<Ore | undefined>;
  predefinedAccounts(): Promise<{ readonly receivables: AccountNumber; readonly payables: AccountNumber }>;
  voucherSeries(yearId: number): Promise<Read<FortnoxSeries>>;
  /** Locked up to and including this date; undefined when nothing is. */
  lockedPeriod(): Promise<IsoDate | undefined>;
  /** The year's SIE 4 file as it came, in whatever encoding. */
  sie(yearId: number): Promise<Uint8Array>;
  invoices(query?: InvoiceQuery): Promise<Read<ListedInvoice>>;
  invoice(number: string): Promise<ReadOne<Invoice>>;
  invoicePayments(query?: PaymentQuery): Promise<Read<ListedPayment>>;
  invoicePayment(number: string): Promise<ReadOne<Payment>>;
  supplierInvoices(query?: InvoiceQuery): Promise<Read<ListedInvoice>>;
  supplierInvoice(number: string): Promise<ReadOne<Invoice>>;
  supplierInvoicePayments(query?: PaymentQuery): Promise<Read<ListedPayment>>;
  supplierInvoicePayment(number: string): Promise<ReadOne<Payment>>;
  vouchers(yearId: number): Promise<Read<ListedVoucher>>;
  vouchersOfSeries(series: string, yearId: number): Promise<Read<ListedVoucher>>;
  /** Undefined when Fortnox has no such voucher. */
  voucher(series: string, number: number, yearId: number): Promise<FortnoxVoucher | undefined>;
  /** Sent once, never again by itself: on FortnoxError, `sent` says whether Fortnox may have made it. */
  createVoucher(yearId: number, voucherToSend: NewVoucher, mayLeave: () => boolean): Promise<FortnoxVoucher>;
  /** Puts a file into the inbox's folder for vouchers; sent once. */
  uploadToInbox(name: string, content: Uint8Array, mediaType: string): Promise<InboxFile>;
  voucherFileConnections(yearId: number): Promise<Read<VoucherFileConnection>>;
  /** Sent once; a file hangs on one voucher only. */
  connectFile(connection: Required<VoucherFileConnection>): Promise<void>;
  /** Requests made by this client so far, tries included. */
  requestCount(): number;
}

/** Fortnox allows one resource filter a request. Dates are invoice dates. */
type InvoiceQuery = Readonly<
  Partial<
    Record<
      'filter' | 'fromdate' | 'todate' | 'fromfinalpaydate' | 'tofinalpaydate' | 'lastmodified' | 'credit',
      string
    >
  >
>;
type PaymentQuery = Readonly<Partial<Record<'invoicenumber' | 'lastmodified', string>>>;

export interface FortnoxClientOptions {
  readonly http: FortnoxHttp;
  readonly signal?: AbortSignal;
  readonly onPage?: (progress: PageProgress) => void;
}

export function createFortnoxClient({ http, signal, onPage }: FortnoxClientOptions): FortnoxClient {
  const common = signal ? { signal } : {};
  const listing = { ...common, ...(onPage ? { onPage } : {}) };
  let years: Promise<Read<FortnoxYear>> | undefined;

  const list = <W, T>(
    name: EndpointName,
    key: string,
    kind: RecordKind<W, T>,
    query: Query = {},
    segments: Query = {},
  ): Promise<Read<T>> => readList(http, name, key, kind, { ...listing, query, segments });

  const financialYears = (): Promise<Read<FortnoxYear>> => {
    years ??= list('financialYears', 'FinancialYears', financialYear).catch((error: unknown) => {
      years = undefined;
      throw error;
    });
    return years;
  };

  const yearStarts = async (): Promise<YearStarts> =>
    new Map((await financialYears()).records.map((year) => [year.id, year.from]));

  const one = async <W, T>(
    name: EndpointName,
    key: string,
    kind: RecordKind<W, T>,
    number: string,
  ): Promise<ReadOne<T>> => {
    const body = await http.json(name, { ...common, segments: { number } });
    const { records, findings } = readRecords(kind, [Reflect.get(body, key)]);
    return { record: records[0], findings };
  };

  return {
    requestCount: () => http.requestCount(),
    financialYears,

    companyInformation: async () =>
      parsed('companyInformation', companySchema, await http.json('companyInformation', common)),
    lockedPeriod: async () =>
      parsed('lockedPeriod', lockedPeriodSchema, await http.json('lockedPeriod', common)),
    accounts: (yearId) => list('accounts', 'Accounts', account, { financialyear: yearId }),
    async accountBalance(number, yearId) {
      const request = { ...common, segments: { number }, query: { financialyear: yearId } };
      const body = await foundOrNone(http.json('account', request));
      return body && parsed('account', accountBalanceSchema, body);
    },
    predefinedAccounts: async () =>
      receivablesAndPayables(
        (await list('predefinedAccounts', 'PreDefinedAccounts', predefinedAccount)).records,
      ),
    voucherSeries: (yearId) =>
      list('voucherSeries', 'VoucherSeriesCollection', voucherSeries, { financialyear: yearId }),
    sie: (yearId) =>
      http.bytes('sie', {
        ...common,
        segments: { type: 4 },
        query: { financialyear: yearId },
        timeoutMs: http.limits.sieTimeoutMs,
      }),

    invoices: async (query) => list('invoices', 'Invoices', listedInvoice(await yearStarts()), query),
    invoice: async (number) => one('invoice', 'Invoice', invoice(await yearStarts()), number),
    invoicePayments: (query) =>
      list('invoicePayments', 'InvoicePayments', listedPayment('receivables'), query),
    invoicePayment: async (number) =>
      one('invoicePayment', 'InvoicePayment', payment('receivables', await yearStarts()), number),
    supplierInvoices: async (query) =>
      list('supplierInvoices', 'SupplierInvoices', listedSupplierInvoice(await yearStarts()), query),
    supplierInvoice: async (number) =>
      one('supplierInvoice', 'SupplierInvoice', supplierInvoice(await yearStarts()), number),
    supplierInvoicePayments: (query) =>
      list('supplierInvoicePayments', 'SupplierInvoicePayments', listedPayment('payables'), query),
    supplierInvoicePayment: async (number) =>
      one(
        'supplierInvoicePayment',
        'SupplierInvoicePayment',
        payment('payables', await yearStarts()),
        number,
      ),

    vouchers: (yearId) => list('vouchers', 'Vouchers', listedVoucher, { financialyear: yearId }),
    vouchersOfSeries: (series, yearId) =>
      list('vouchersOfSeries', 'Vouchers', listedVoucher, { financialyear: yearId }, { series }),
    async voucher(series, number, yearId) {
      const request = { ...common, segments: { series, number }, query: { financialyear: yearId } };
      const body = await foundOrNone(http.json('voucher', request));
      return body && readVoucher('voucher', body, 'no');
    },
    async createVoucher(yearId, voucherToSend, mayLeave) {
      const body = newVoucherBody(yearId, voucherToSend);
      const query = { financialyear: yearId };
      const answer = await http.json('createVoucher', { ...common, query, body, mayLeave });
      return readVoucher('createVoucher', answer, 'yes');
    },

    async uploadToInbox(name, content, mediaType) {
      const body = new FormData();
      body.append('file', new Blob([content], { type: mediaType }), name);
      const answer = await http.json('uploadToInbox', { ...common, query: { folderId: 'inbox_v' }, body });
      return parsed('uploadToInbox', inboxFileSchema, answer, 'yes');
    },
    voucherFileConnections: (yearId) =>
      list('voucherFileConnections', 'VoucherFileConnections', voucherFileConnection, {
        financialyear: yearId,
      }),
    async connectFile(connection) {
      const query = { financialyear: connection.yearId };
      await http.json('createVoucherFileConnection', {
        ...common,
        query,
        body: newConnectionBody(connection),
      });
    },
  };
}

/** What was asked for; undefined when Fortnox has no such record. */
async function foundOrNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof FortnoxError && error.code === notFound.code) return undefined;
    throw error;
  }
}

type Query = Readonly<Record<string, string | number>>;

/** A single object that the work cannot do without. */
function parsed<T>(name: EndpointName, schema: z.ZodType<T>, body: unknown, sent: Sent = 'no'): T {
  const result = schema.safeParse(body);
  if (!result.success) throw fortnoxError(endpoints[name], notUnderstood, sent);
  return result.data;
}

function readVoucher(name: EndpointName, body: object, sent: Sent): FortnoxVoucher {
  const [record] = readRecords(voucher, [Reflect.get(body, 'Voucher')]).records;
  if (!record) throw fortnoxError(endpoints[name], notUnderstood, sent);
  return record;
}

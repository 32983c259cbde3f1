import {
  addVoucher,
  findSeries,
  findVoucher,
  isBalanceAccount,
  movements,
  nextVoucherNumber,
  openingBalance,
  previousYear,
  timestamp,
  yearOf,
  type Books,
  type Voucher,
  type VoucherRef,
  type VoucherRow,
} from './books.ts';
import { formatDecimal, parseDecimal, type Ore } from './money.ts';
import { endConnections } from './oauth/tokens.ts';
import { addInvoice, cancelInvoice, payInvoice } from './patch-documents.ts';
import { operationSchema, patchSchema, type Operation, type OperationOf } from './patch-schema.ts';
import type { World } from './world.ts';

type Result = { applied: unknown[] } | { error: string; applied: unknown[] };

/** The company that a control call means: by database number, organisation number or name; else the first. */
export function booksOf(world: World, company: string | number | null | undefined): Books | undefined {
  const all = [...world.companies.values()];
  if (company === null || company === undefined) return all[0];
  const wanted = String(company);
  return all.find((books) =>
    [String(books.databaseNumber), books.organisationNumber, books.name].includes(wanted),
  );
}

/**
 * Applies operations in order. What they made is answered in `applied`; the first that cannot be done stops the rest,
 * and what came before it stands.
 */
export function patchBooks(world: World, body: unknown): Result {
  const parsed = patchSchema.safeParse(body);
  if (!parsed.success) return { error: explain(body), applied: [] };
  const patch = parsed.data;
  const list = Array.isArray(patch) ? patch : 'op' in patch ? [patch] : patch.operations;
  const company = Array.isArray(patch) || 'op' in patch ? undefined : patch.company;
  const books = booksOf(world, company);
  if (!books) return { error: 'there is no such company', applied: [] };
  const applied: unknown[] = [];
  for (const operation of list) {
    try {
      applied.push(apply(world, books, operation));
    } catch (error) {
      return { error: `${operation.op}: ${error instanceof Error ? error.message : String(error)}`, applied };
    }
    books.revision++;
  }
  return { applied };
}

/** A union's own message says nothing: look at the operations one by one. */
function explain(body: unknown): string {
  const given = typeof body === 'object' && body !== null && 'operations' in body ? body.operations : body;
  const list: unknown[] = Array.isArray(given) ? given : [given];
  for (const [index, entry] of list.entries()) {
    const parsed = operationSchema.safeParse(entry);
    if (parsed.success) continue;
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return `operation ${index}: ${issues.join('; ')}`;
  }
  return 'expected an operation, a list of them, or {company, operations}';
}

function apply(world: World, books: Books, operation: Operation): object {
  const now = timestamp(books, world.clock.nowMs());
  switch (operation.op) {
    case 'addVoucher':
      return bookVoucher(books, operation, now);
    case 'editVoucher':
      return editVoucher(books, operation, now);
    case 'removeVoucher': {
      const voucher = voucherOf(books, operation);
      const left = (books.vouchers.get(voucher.financialYear) ?? []).filter((other) => other !== voucher);
      books.vouchers.set(voucher.financialYear, left);
      dropOriginal(books, voucher.financialYear);
      return {};
    }
    case 'approveVoucher':
      voucherOf(books, operation).awaitsApproval = false;
      return {};
    case 'lockPeriod':
      books.lockedUntil = operation.until;
      return {};
    case 'setAccount': {
      const { number, active, description } = operation;
      const account = books.accounts.get(number) ?? {
        number,
        description: `Konto ${number}`,
        active: true,
        sru: null,
      };
      books.accounts.set(number, {
        ...account,
        active: active ?? account.active,
        description: description ?? account.description,
      });
      return {};
    }
    case 'deactivateAccount':
      existing(books.accounts.get(operation.number), `account ${operation.number}`).active = false;
      return {};
    case 'removeAccount':
      books.accounts.delete(operation.number);
      return {};
    case 'setSeries':
      return setSeries(books, operation);
    case 'removeSeries':
      books.series = books.series.filter(
        ({ code, financialYear }) => code !== operation.code || financialYear !== operation.financialYear,
      );
      return {};
    case 'setOpeningBalance':
      setOpening(books, operation.financialYear, operation.account, ore(operation.amount));
      return {};
    case 'carryForward':
      return carryForward(books, operation.financialYear);
    case 'payInvoice':
      return payInvoice(books, 'receivables', operation, now);
    case 'paySupplierInvoice':
      return payInvoice(books, 'payables', operation, now);
    case 'addInvoice':
      return addInvoice(books, 'receivables', operation, now);
    case 'addSupplierInvoice':
      return addInvoice(books, 'payables', operation, now);
    case 'cancelInvoice':
      return cancelInvoice(books, 'receivables', operation.number, now);
    case 'cancelSupplierInvoice':
      return cancelInvoice(books, 'payables', operation.number, now);
    case 'setCompany':
      books.name = operation.name ?? books.name;
      books.organisationNumber = operation.organisationNumber ?? books.organisationNumber;
      return {};
    case 'setLicences':
      books.missingLicences = new Set(operation.missing);
      return {};
    case 'refuseRegisters':
      books.refusedRegisters = new Set(operation.resources);
      return {};
    case 'setNoRight':
      books.noRight.set(operation.resource, operation.fields);
      return {};
    case 'stateBalance':
      books.statedBalances.set(`${operation.financialYear}/${operation.account}`, ore(operation.amount));
      return {};
    case 'revokeConnection':
      endConnections(world, books.databaseNumber, 'removed');
      return {};
    default:
      throw new Error(`not an operation: ${JSON.stringify(operation satisfies never)}`);
  }
}

function existing<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}

function ore(text: string): Ore {
  return existing(parseDecimal(text) ?? undefined, `amount ${text}`);
}

function voucherOf(books: Books, ref: VoucherRef): Voucher {
  return existing(findVoucher(books, ref), `voucher ${ref.series}-${ref.number}@${ref.financialYear}`);
}

/** After this the original SIE file no longer says what the books say, and Fortnox's own dialect takes over. */
function dropOriginal(books: Books, financialYear: number): void {
  if (books.original?.financialYear === financialYear) books.original = null;
}

function readRows(books: Books, rows: OperationOf<'addVoucher'>['rows']): VoucherRow[] {
  const read = rows.map((row) => ({ ...row, debit: ore(row.debit), credit: ore(row.credit) }));
  for (const row of read) existing(books.accounts.get(row.account), `account ${row.account}`);
  const sum = read.filter((row) => !row.removed).reduce((left, row) => left + row.debit - row.credit, 0);
  if (sum !== 0) throw new Error(`the rows do not balance: debit − credit is ${formatDecimal(sum)}`);
  return read;
}

function bookVoucher(books: Books, operation: OperationOf<'addVoucher'>, now: string): VoucherRef {
  const year = existing(
    operation.financialYear === undefined
      ? yearOf(books, operation.date)
      : books.years.find(({ id }) => id === operation.financialYear),
    `financial year for ${operation.date}`,
  );
  existing(findSeries(books, year.id, operation.series), `series ${operation.series} in year ${year.id}`);
  const voucher: Voucher = {
    series: operation.series,
    number: operation.number ?? nextVoucherNumber(books, year.id, operation.series),
    financialYear: year.id,
    date: operation.date,
    text: operation.text,
    comments: operation.comments,
    rows: readRows(books, operation.rows),
    referenceType: operation.referenceType,
    referenceNumber: operation.referenceNumber,
    awaitsApproval: false,
    modified: now,
  };
  if (findVoucher(books, voucher)) throw new Error('there is such a voucher already');
  addVoucher(books, voucher);
  return { series: voucher.series, number: voucher.number, financialYear: year.id };
}

function editVoucher(books: Books, operation: OperationOf<'editVoucher'>, now: string): object {
  const voucher = voucherOf(books, operation);
  voucher.date = operation.date ?? voucher.date;
  voucher.text = operation.text ?? voucher.text;
  if (operation.comments !== undefined) voucher.comments = operation.comments;
  voucher.modified = now;
  if (operation.rows) {
    const rows = readRows(books, operation.rows);
    const old = operation.dropOldRows ? [] : voucher.rows.map((row) => ({ ...row, removed: true }));
    voucher.rows = [...old, ...rows];
  }
  dropOriginal(books, voucher.financialYear);
  return {};
}

function setSeries(books: Books, operation: OperationOf<'setSeries'>): object {
  const found = findSeries(books, operation.financialYear, operation.code);
  const series = found ?? {
    code: operation.code,
    financialYear: operation.financialYear,
    description: operation.code,
    manual: true,
    approver: null,
  };
  series.description = operation.description ?? series.description;
  series.manual = operation.manual ?? series.manual;
  if (operation.approver !== undefined) series.approver = operation.approver;
  if (!found) books.series.push(series);
  return {};
}

function setOpening(books: Books, financialYear: number, account: string, amount: Ore): void {
  const balances = books.opening.get(financialYear) ?? new Map<string, Ore>();
  balances.set(account, amount);
  books.opening.set(financialYear, balances);
  dropOriginal(books, financialYear);
}

/** "Uppdatera ingående balanser": the year's opening balances become the closing balances of the year before. */
function carryForward(books: Books, financialYear: number): object {
  const year = existing(
    books.years.find(({ id }) => id === financialYear),
    `financial year ${financialYear}`,
  );
  const before = existing(previousYear(books, year), `year before ${financialYear}`);
  const moved = movements(books, before.id);
  const balances = new Map<string, Ore>();
  for (const account of new Set([...(books.opening.get(before.id)?.keys() ?? []), ...moved.keys()])) {
    const closing = openingBalance(books, before.id, account) + (moved.get(account) ?? 0);
    if (isBalanceAccount(account) && closing !== 0) balances.set(account, closing);
  }
  books.opening.set(financialYear, balances);
  dropOriginal(books, financialYear);
  return {};
}

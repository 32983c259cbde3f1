import { currentYear, today, yearOf, type Books, type FinancialYear } from './books.ts';
import { invalidFilter, invalidParameter } from './envelope.ts';
import { apiJson, type HttpReply } from './http.ts';
import type { ApiCall } from './api-call.ts';

const PAGING = ['limit', 'page', 'offset', 'sortby', 'sortorder'];
const GLOBAL = ['lastmodified', 'financialyear', 'financialyeardate', 'fromdate', 'todate', ...PAGING];

/** One value of a record that lists can be sorted and filtered by. */
type Value = string | number;

export interface ListOptions<T> {
  /** The name of the list in the answer: "Invoices". */
  name: string;
  items: readonly T[];
  /** The record as the list shows it. */
  show: (item: T) => unknown;
  /** Resource filters by parameter name; one of them is allowed in a request. */
  filters?: Record<string, (item: T, value: string) => boolean>;
  /** The date that `fromdate` and `todate` look at. */
  date?: (item: T) => string;
  modified?: (item: T) => string;
  sort?: Record<string, (item: T) => Value>;
}

/**
 * A list as Fortnox answers it: one resource filter besides the global parameters, a page of at most 500,
 * and MetaInformation. A limit beyond 500 counts as 500 and a page beyond the last is empty (both assumed).
 */
export function list<T>(call: ApiCall, options: ListOptions<T>): HttpReply {
  const { query } = call.request;
  const filters = options.filters ?? {};
  const used = [...query.keys()].filter((name) => !GLOBAL.includes(name));
  if (used.some((name) => !Object.hasOwn(filters, name))) throw invalidParameter();
  // A span of payment dates is one filter in two parameters.
  if (new Set(used.map((name) => name.replace(/^(from|to)(?=finalpaydate)/, ''))).size > 1)
    throw invalidFilter();

  let items = options.items;
  for (const name of used) {
    const filter = filters[name];
    const value = query.get(name) ?? '';
    if (filter) items = items.filter((item) => filter(item, value));
  }
  items = byGlobals(query, items, options);
  items = sorted(query, items, options);

  const limit = Math.min(wholeNumber(query.get('limit'), 100), 500);
  const page = wholeNumber(query.get('page'), 1);
  const offset = query.has('offset') ? Number(query.get('offset')) : (page - 1) * limit;
  if (!Number.isInteger(offset) || offset < 0) throw invalidParameter();
  return apiJson(200, {
    MetaInformation: {
      '@TotalResources': items.length,
      '@TotalPages': Math.ceil(items.length / limit),
      '@CurrentPage': page,
    },
    [options.name]: items.slice(offset, offset + limit).map(options.show),
  });
}

function byGlobals<T>(query: URLSearchParams, items: readonly T[], options: ListOptions<T>): readonly T[] {
  const { date, modified } = options;
  const from = query.get('fromdate');
  const to = query.get('todate');
  const since = query.get('lastmodified');
  let left = items;
  if (date && from) left = left.filter((item) => date(item) >= from);
  if (date && to) left = left.filter((item) => date(item) <= to);
  if (modified && since) left = left.filter((item) => modified(item) >= since);
  return left;
}

function sorted<T>(query: URLSearchParams, items: readonly T[], options: ListOptions<T>): readonly T[] {
  const name = query.get('sortby');
  const descending = query.get('sortorder') === 'descending';
  if (!name) return descending ? items.toReversed() : items;
  const key = options.sort?.[name];
  if (!key) throw invalidParameter();
  const sign = descending ? -1 : 1;
  return items.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -sign : left > right ? sign : 0;
  });
}

function wholeNumber(text: string | null, missing: number): number {
  if (text === null) return missing;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalidParameter();
  return Number(text);
}

/** The year that a request means: `financialyear`, `financialyeardate`, or the current one. */
export function requestedYear(call: ApiCall): FinancialYear {
  const { books, request, world } = call;
  const id = request.query.get('financialyear') ?? request.query.get('financialYear');
  const date = request.query.get('financialyeardate');
  const year =
    id !== null
      ? books.years.find((candidate) => String(candidate.id) === id)
      : date !== null
        ? yearOf(books, date)
        : currentYear(books, world.clock.nowMs());
  if (!year) throw invalidParameter();
  return year;
}

/** The state words of `?filter=` that both kinds of invoices share. */
export function hasState(
  books: Books,
  nowMs: number,
  invoice: { balance: number; booked: boolean; cancelled: boolean; dueDate: string },
  state: string,
): boolean {
  const unpaid = invoice.balance !== 0 && !invoice.cancelled;
  switch (state) {
    case 'cancelled':
      return invoice.cancelled;
    case 'fullypaid':
      return invoice.booked && !invoice.cancelled && invoice.balance === 0;
    case 'unpaid':
      return unpaid;
    case 'unpaidoverdue':
      return unpaid && invoice.dueDate < today(books, nowMs);
    case 'unbooked':
      return !invoice.booked && !invoice.cancelled;
    default:
      throw invalidFilter();
  }
}

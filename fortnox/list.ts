import { z } from 'zod';
import { fortnoxError } from './classify.ts';
import { endpoints } from './endpoints.ts';
import type { EndpointName } from './endpoints.ts';
import type { FortnoxHttp } from './http.ts';
import { listMoving, notUnderstood } from './refusals.ts';
import { wholeNumber } from './wire/fields.ts';
import { rawKey, readRecords } from './wire/finding.ts';
import type { Read, RecordKind } from './wire/finding.ts';

/** Told after each page, so that a long import can show how far it is and keep its heart beating. */
export interface PageProgress {
  readonly resource: string;
  readonly page: number;
  readonly pages: number;
  /** Of this list so far, and of this page alone. */
  readonly records: number;
  readonly onPage: number;
}

export interface ListOptions {
  readonly query?: Readonly<Record<string, string | number>>;
  readonly segments?: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal;
  readonly onPage?: (progress: PageProgress) => void;
}

interface Page {
  readonly total: number;
  readonly pages: number;
  readonly items: readonly unknown[];
}

/**
 * Reads all pages of a list. Fortnox gives no snapshot: a record made or taken away between two pages shifts the rest, so
 * that one is read twice or never. That is noticed by the total of each page, by doubles and by the count, and the list is
 * read again; when it will not stand still, FortnoxError `fortnox.list-moving` (retry).
 */
export async function readList<W, T>(
  http: FortnoxHttp,
  name: EndpointName,
  listKey: string,
  kind: RecordKind<W, T>,
  options: ListOptions = {},
): Promise<Read<T>> {
  for (let reading = 1; reading <= http.limits.listReadings; reading += 1) {
    const items = await readOnce(http, name, listKey, kind, options);
    if (items) return readRecords(kind, items);
  }
  throw fortnoxError(endpoints[name], listMoving, 'no');
}

/** All items, or undefined when the list changed while it was read. */
async function readOnce<W, T>(
  http: FortnoxHttp,
  name: EndpointName,
  listKey: string,
  kind: RecordKind<W, T>,
  options: ListOptions,
): Promise<readonly unknown[] | undefined> {
  const items: unknown[] = [];
  const keys = new Set<string>();
  let total: number | undefined;
  for (let page = 1; ; page += 1) {
    const query = { ...options.query, limit: http.limits.pageSize, page };
    const body = await http.json(name, {
      query,
      ...(options.segments && { segments: options.segments }),
      ...(options.signal && { signal: options.signal }),
    });
    const got = readPage(name, listKey, body);
    total ??= got.total;
    if (got.total !== total) return undefined;
    for (const item of got.items) {
      const key = rawKey(kind, item);
      if (key !== '?' && keys.size === keys.add(key).size) return undefined;
      items.push(item);
    }
    options.onPage?.({
      resource: kind.resource,
      page,
      pages: Math.max(1, got.pages),
      records: items.length,
      onPage: got.items.length,
    });
    if (page >= got.pages) return items.length === total ? items : undefined;
    if (got.items.length === 0) return undefined;
  }
}

const metaSchema = z.object({
  MetaInformation: z
    .object({ '@TotalResources': wholeNumber.optional, '@TotalPages': wholeNumber.optional })
    .nullish(),
});

/** An answer without MetaInformation is taken to be the whole list. */
function readPage(name: EndpointName, listKey: string, body: object): Page {
  const items: unknown = Reflect.get(body, listKey);
  const meta = metaSchema.safeParse(body);
  if (!Array.isArray(items) || !meta.success) throw fortnoxError(endpoints[name], notUnderstood, 'no');
  return {
    items,
    total: meta.data.MetaInformation?.['@TotalResources'] ?? items.length,
    pages: meta.data.MetaInformation?.['@TotalPages'] ?? 1,
  };
}

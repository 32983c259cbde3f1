import { ageingBuckets } from '../../accounting/ageing.ts';
import type { AgeingBucket } from '../../accounting/ageing.ts';
import { sumOre } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import type { OpenItem } from '../../accounting/open-items.ts';

/** Which of an attachment's open items a person looks at; a part of the page's address. */
export interface ItemQuery {
  /** From 1. */
  readonly page: number;
  /** Invoice, party or remark that holds this text; '' is all. */
  readonly search: string;
  readonly bucket: AgeingBucket | undefined;
}

export interface ItemPage {
  readonly items: readonly OpenItem[];
  /** The item before the first, to know whether its party goes on. */
  readonly before: OpenItem | undefined;
  readonly page: number;
  readonly pages: number;
  /** Of all that the query finds. */
  readonly count: number;
  readonly sumOre: Ore;
}

/** A page of this many rows is read in one look and sent in a moment; 5,000 at once would be 2 MB. */
export const itemsPerPage = 100;

const buckets: readonly string[] = [...ageingBuckets, 'credit'];

export function readItemQuery(query: Readonly<Record<string, string>>): ItemQuery {
  const bucket = query['alder'] ?? '';
  return {
    page: Math.max(1, Number.parseInt(query['sida'] ?? '1', 10) || 1),
    search: (query['sok'] ?? '').trim().slice(0, 100),
    bucket: buckets.includes(bucket) ? (bucket as AgeingBucket) : undefined,
  };
}

/** The query's part of an address, without what is as by default. */
export function itemQueryText({ page, search, bucket }: ItemQuery): string {
  const text = new URLSearchParams({
    ...(search !== '' && { sok: search }),
    ...(bucket && { alder: bucket }),
    ...(page > 1 && { sida: String(page) }),
  }).toString();
  return text === '' ? '' : `?${text}`;
}

export function itemPage(all: readonly OpenItem[], { page, search, bucket }: ItemQuery): ItemPage {
  const wanted = search.toLowerCase();
  const found =
    wanted === '' && !bucket
      ? all
      : all.filter((item) => (!bucket || item.ageingBucket === bucket) && holds(item, wanted));
  const pages = Math.max(1, Math.ceil(found.length / itemsPerPage));
  const at = Math.min(page, pages);
  const start = (at - 1) * itemsPerPage;
  return {
    items: found.slice(start, start + itemsPerPage),
    before: found[start - 1],
    page: at,
    pages,
    count: found.length,
    sumOre: sumOre(found.map(({ openOre }) => openOre)),
  };
}

const holds = (
  { invoiceNumber, externalNumber = '', partyNumber, partyName }: OpenItem,
  text: string,
): boolean =>
  text === '' ||
  [invoiceNumber, externalNumber, partyNumber, partyName].some((field) => field.toLowerCase().includes(text));

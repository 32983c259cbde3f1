import { sha256 } from '../../db/hash.ts';
import type { Phase } from '../../workflows/messages.ts';
import type { Caller, ClientContext } from './context.ts';
import { allCloses } from './overview.ts';
import type { CloseLine } from './overview.ts';

export const orders = ['balansdag', 'foretag', 'fas', 'inloggning', 'ansvarig'] as const;
export type Order = (typeof orders)[number];

/** Which closes a person wants to see, and in what order. */
export interface Search {
  /** In the company's name or number, the responsible person's name or the balance date; empty finds all. */
  readonly text: string;
  /** `attention`: those that stand still until a person does something. */
  readonly phase: Phase | 'attention' | undefined;
  readonly responsibleUserId: string | undefined;
  readonly order: Order;
  readonly descending: boolean;
  /** From 1. */
  readonly page: number;
}

export interface SearchResult {
  readonly lines: readonly CloseLine[];
  /** Of how many closes the search found, and of how many there are. */
  readonly found: number;
  readonly all: number;
  readonly attention: number;
  readonly page: number;
  readonly pages: number;
  /** As `overviewVersion`. */
  readonly version: string;
}

const perPage = 50;
/** The page that shows it hears of what has changed by itself. */
const staleMs = 60_000;

/** The firm's closes as a person looks for them, a page at a time. */
export async function searchCloses(
  context: ClientContext,
  caller: Caller,
  search: Search,
): Promise<SearchResult> {
  const all = await allCloses(context, caller, { staleMs });
  const found = sorted(
    all.filter((line) => matches(line, search)),
    search,
  );
  const pages = Math.max(1, Math.ceil(found.length / perPage));
  const page = Math.min(Math.max(1, search.page), pages);
  return {
    lines: found.slice((page - 1) * perPage, page * perPage),
    found: found.length,
    all: all.length,
    attention: all.filter((line) => line.attention !== null).length,
    page,
    pages,
    version: versionOf(all),
  };
}

/** Another text when a close has come further, or another person or company is on the list. */
export async function overviewVersion(context: ClientContext, caller: Caller): Promise<string> {
  return versionOf(await allCloses(context, caller));
}

const versionOf = (lines: readonly CloseLine[]): string =>
  sha256(
    JSON.stringify(
      lines.map(({ engagement: { id, run }, company, ...rest }) => [id, run, company.name, rest]),
    ),
  ).slice(0, 12);

function matches(line: CloseLine, { text, phase, responsibleUserId }: Search): boolean {
  const { engagement, company, responsible, attention } = line;
  if (phase === 'attention' ? attention === null : phase !== undefined && line.phase !== phase) return false;
  if (responsibleUserId !== undefined && engagement.responsibleUserId !== responsibleUserId) return false;
  const words = text.toLowerCase().split(/\s+/);
  const where = [company.name, company.organisationNumber, responsible ?? '', engagement.yearTo]
    .join(' ')
    .toLowerCase();
  return words.every((word) => where.includes(word));
}

const swedish = new Intl.Collator('sv', { numeric: true });
const phaseOrder: readonly Phase[] = [
  'awaitingConnection',
  'importing',
  'generatingAttachments',
  'adjusting',
  'exporting',
  'completing',
  'completed',
  'cancelled',
];

/** Ascending; what is not known comes last. */
const compare: Readonly<Record<Order, (a: CloseLine, b: CloseLine) => number>> = {
  balansdag: (a, b) => swedish.compare(a.engagement.yearTo, b.engagement.yearTo),
  foretag: (a, b) => swedish.compare(a.company.name, b.company.name),
  fas: (a, b) => phaseRank(a) - phaseRank(b),
  inloggning: (a, b) => loginRank(a) - loginRank(b),
  ansvarig: (a, b) => swedish.compare(a.responsible ?? '\uffff', b.responsible ?? '\uffff'),
};

const phaseRank = ({ phase }: CloseLine): number =>
  phase === null ? phaseOrder.length : phaseOrder.indexOf(phase);
const loginRank = ({ loginExpiresAt }: CloseLine): number =>
  loginExpiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER;

const sorted = (lines: readonly CloseLine[], { order, descending }: Search): CloseLine[] =>
  lines.toSorted((a, b) => (descending ? -1 : 1) * compare[order](a, b));

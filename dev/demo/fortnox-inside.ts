import { z } from 'zod';

const amount = z.string();
const voucher = z.object({
  series: z.string(),
  number: z.number(),
  financialYear: z.number(),
  date: z.string(),
  text: z.string(),
  rows: z.array(
    z.object({
      account: z.union([z.number(), z.string()]).transform(String),
      debit: amount,
      credit: amount,
      removed: z.boolean().optional(),
    }),
  ),
});

/** What the demo reads of a company file. */
const books = z.object({
  company: z.object({ name: z.string(), organisationNumber: z.string(), databaseNumber: z.number() }),
  closingYear: z.number(),
  financialYears: z.array(z.object({ id: z.number(), from: z.string(), to: z.string() })),
  accountSets: z.record(z.string(), z.array(z.union([z.number(), z.string()]).transform(String))).optional(),
  rates: z.array(z.object({ currency: z.string(), date: z.string(), rate: z.string(), source: z.string() })),
  vouchers: z.array(voucher),
});

const request = z.object({
  number: z.number(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  committed: z.record(z.string(), z.unknown()).nullable(),
});

/** Whether a request made a voucher in Fortnox, whatever became of the answer. */
export const isPosted = ({ method, path, committed }: FortnoxRequest): boolean =>
  method === 'POST' && /^\/3\/vouchers\/?$/.test(path) && committed !== null;

export type FortnoxRequest = z.infer<typeof request>;
export type FortnoxBooks = z.infer<typeof books>;
export type FortnoxVoucher = z.infer<typeof voucher>;

/** The sandbox's control surface: what a person sees and does inside Fortnox, and what Fortnox itself knows. */
export interface FortnoxInside {
  /** What Fortnox holds now. */
  books(): Promise<FortnoxBooks>;
  /** Every request that Fortnox answered. */
  requests(): Promise<FortnoxRequest[]>;
  /** A person's click on the consent page: answers what the browser carries back. */
  consent(authorizationUrl: URL): Promise<{ readonly code: string; readonly state: string }>;
}

export function fortnoxInside(sandboxUrl: string, databaseNumber: number): FortnoxInside {
  const call = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(new URL(`/sandbox/${path}`, sandboxUrl), {
      ...(body && {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    if (!response.ok) throw new Error(`The sandbox refused ${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    books: async () => books.parse(await call(`books?company=${databaseNumber}`)),
    requests: async () => z.array(request).parse(await call('requests')),
    consent: async (url) =>
      z
        .object({ code: z.string(), state: z.string() })
        .parse(await call('consent', { ...Object.fromEntries(url.searchParams), company: databaseNumber })),
  };
}

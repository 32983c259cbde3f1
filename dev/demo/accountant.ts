import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { Problem } from '../../accounting/problem.ts';
import { closeClient } from '../../client/close-client.ts';
import type { CloseClient } from '../../client/close-client.ts';
import { createApiKey } from '../../client/close/api-keys.ts';
import type { ClientContext } from '../../client/close/context.ts';
import type { Role } from '../../db/schema/firm.ts';
import { createFirm } from '../../db/stores/firms.ts';
import { saveUser } from '../../db/stores/users.ts';
import type { FortnoxBooks, FortnoxInside } from './fortnox-inside.ts';

/** One close in a person's hands. */
export type OwnClose = ReturnType<CloseClient['of']>;

/** The HTTP API as the firm's own program knows it. */
export interface Door {
  readonly url: string | URL;
  readonly apiKey: string;
}

/** Two of a made-up firm, each with what a person of it can do. Who prepares cannot approve (four eyes). */
export interface Firm {
  readonly anna: CloseClient;
  readonly bo: CloseClient;
  readonly apiKey: string;
  readonly firmId: string;
  readonly annaId: string;
}

export async function foundFirm(context: ClientContext): Promise<Firm> {
  const firmId = randomUUID();
  const users = await context.database.forFirm(firmId, async (tx) => {
    await createFirm(tx, { name: 'Exempelbyrån AB', fourEyes: true });
    const user = (name: string, subject: string, role: Role) =>
      saveUser(tx, { issuer: 'local', subject, name, email: `${subject}@example.com`, role });
    return {
      anna: await user('Anna Exempel', 'anna.exempel', 'preparer'),
      bo: await user('Bo Granskare', 'bo.granskare', 'reviewer'),
    };
  });
  return {
    firmId,
    annaId: users.anna.id,
    anna: closeClient(context, { firmId, actor: `user:${users.anna.id}` }),
    bo: closeClient(context, { firmId, actor: `user:${users.bo.id}` }),
    apiKey: (await createApiKey(context, firmId, { name: 'Byråns program', scopes: ['read', 'write'] })).key,
  };
}

/** Starts a close of the company and year, as somebody who knows the client types them in. Answers its id. */
export async function startClose(anna: CloseClient, books: FortnoxBooks): Promise<string> {
  const year = books.financialYears.find(({ id }) => id === books.closingYear);
  if (!year) throw new Error('The company has no year to close.');
  const { '1510': receivables, '2440': payables } = books.accountSets ?? {};
  const engagement = await anna.start({
    company: { name: books.company.name, organisationNumber: books.company.organisationNumber },
    year: { from: isoDate(year.from), to: isoDate(year.to) },
    settings: {
      source: 'fortnox',
      materialityOre: ore(100_00),
      ...((receivables ?? payables) && {
        accountSets: { ...(receivables && { receivables }), ...(payables && { payables }) },
      }),
    },
  });
  return engagement.id;
}

/** The exchange rates of the balance date, as the accountant has looked them up. */
export const enterRates = (anna: CloseClient, rates: FortnoxBooks['rates']): Promise<void> =>
  anna.enterRates(rates.map((rate) => ({ ...rate, date: isoDate(rate.date) })));

/**
 * *Importera från Fortnox*, as the firm's own program offers it over the HTTP API: to Fortnox's login page, consent, and
 * back by the callback. What comes is shown to the accountant before she confirms it.
 */
export async function logIn(
  door: Door,
  engagementId: string,
  fortnox: FortnoxInside,
): Promise<LoginToConfirm> {
  const { url } = z
    .object({ url: z.string() })
    .parse(await post(door, `api/engagements/${engagementId}/login`));
  const callback = new URL('fortnox/callback', door.url);
  callback.search = new URLSearchParams(await fortnox.consent(new URL(url))).toString();
  return loginToConfirm.parse(
    await answer(await fetch(callback, { headers: { accept: 'application/json' } })),
  );
}

/** "Yes, this is the company and the year": the close goes on. */
export async function confirmLogin(door: Door, engagementId: string, connectionId: string): Promise<void> {
  await post(door, `api/engagements/${engagementId}/connection/confirm`, { connectionId });
}

const loginToConfirm = z.object({
  connectionId: z.string(),
  companyName: z.string(),
  organisationNumber: z.string(),
  yearFrom: z.string(),
  yearTo: z.string(),
});
type LoginToConfirm = z.infer<typeof loginToConfirm>;

async function post({ url, apiKey }: Door, path: string, body?: object): Promise<unknown> {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer(response);
}

async function answer(response: Response): Promise<unknown> {
  const body: unknown = await response.json();
  if (response.ok) return body;
  const refused = z.object({ code: z.string(), what: z.string(), advice: z.string() }).safeParse(body);
  throw refused.success ? new Problem(refused.data) : new Error(`${response.url}: ${response.status}`);
}

/** Approves what is saved, as it was shown, for export into the series. */
export async function approve(close: OwnClose, series: string): Promise<void> {
  const { revision, snapshot } = await close.preflight();
  if (!revision) throw new Error('Nothing is saved to be approved.');
  await close.approve({
    revision: revision.revision,
    revisionHash: revision.hash,
    snapshotId: snapshot.id,
    series,
  });
}

import { randomUUID } from 'node:crypto';
import type { Caller, ClientContext } from '../../../client/close/context.ts';
import { callbackUrl } from '../../../client/close/fortnox-login.ts';
import { createCompany } from '../../../db/stores/companies.ts';
import { createConnection } from '../../../db/stores/connections.ts';
import { createFirm } from '../../../db/stores/firms.ts';

/** A company of a firm of its own, with a login at the sandbox: what a person's clicks have left before the clock starts. */
export interface FlowCompany {
  readonly caller: Caller;
  readonly companyId: string;
}

/** A company at the sandbox. */
export interface SandboxCompany {
  readonly databaseNumber: number;
  readonly organisationNumber: string;
}

export const databaseNumber = (index: number): number => 600_000 + index;
const organisationNumber = '999999-0019';

/** So many companies, each of a firm of its own unless one is named, logged in by the sandbox's consent page and the product's own token exchange. */
export async function logInCompanies(
  client: ClientContext,
  sandboxUrl: string,
  count: number,
  { from = 0, firmId }: { readonly from?: number; readonly firmId?: string } = {},
): Promise<FlowCompany[]> {
  const companies: FlowCompany[] = [];
  for (let index = from; index < from + count; index += 1)
    companies.push(
      await logInCompany(
        client,
        sandboxUrl,
        { databaseNumber: databaseNumber(index), organisationNumber },
        firmId,
      ),
    );
  return companies;
}

export async function logInCompany(
  client: ClientContext,
  sandboxUrl: string,
  company: SandboxCompany,
  firmId?: string,
): Promise<FlowCompany> {
  const { database, login, custody } = client;
  const caller: Caller = { firmId: firmId ?? randomUUID(), actor: 'system' };
  const url = login.authorizationUrl({ state: randomUUID(), redirectUri: callbackUrl(client) });
  const answer = await fetch(`${sandboxUrl}/sandbox/consent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...Object.fromEntries(url.searchParams), company: company.databaseNumber }),
  });
  const { code } = (await answer.json()) as { code: string };
  const traded = await login.exchangeCode(code, callbackUrl(client));
  if (traded.outcome !== 'ok') throw new Error(`no login at the sandbox: ${traded.reason}`);
  return database.forFirm(caller.firmId, async (tx) => {
    if (firmId === undefined) await createFirm(tx, { name: 'Byrån' });
    const { id: companyId, name } = await createCompany(tx, {
      name: `Provbolaget ${company.databaseNumber} AB`,
      organisationNumber: company.organisationNumber,
    });
    const id = randomUUID();
    await createConnection(tx, {
      id,
      companyId,
      tenant: String(company.databaseNumber),
      companyName: name,
      renewedAt: new Date(),
      createdBy: 'system',
      ...custody.seal(id, traded.tokens),
    });
    return { caller, companyId };
  });
}

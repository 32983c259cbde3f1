import { Problem } from '../accounting/problem.ts';
import type { Company } from '../db/stores/companies.ts';
import { getCompany } from '../db/stores/companies.ts';
import { getConnection } from '../db/stores/connections.ts';
import type { Connection } from '../db/stores/connections.ts';
import { getEngagement } from '../db/stores/engagements.ts';
import type { Engagement } from '../db/stores/engagements.ts';
import { recordHistory } from '../db/stores/history.ts';
import type { FortnoxClient } from '../fortnox/client.ts';
import { FortnoxError } from '../fortnox/error.ts';
import type { FortnoxYear } from '../fortnox/wire/ledger.ts';
import { stopSignal } from './context.ts';
import type { ActivityContext } from './context.ts';
import type { Activities } from './contract.ts';
import { endHere } from './end-login.ts';
import { loginTermOf } from './login-term.ts';

/** Without these scopes a close cannot be made; `inbox` and `connectfile` only spare the accountant the uploading. */
const neededScopes = [
  'bookkeeping',
  'companyinformation',
  'settings',
  'invoice',
  'supplierinvoice',
  'payment',
];

export function createVerifyConnection(context: ActivityContext): Activities['verifyConnection'] {
  const { database, limits } = context;

  return async ({ firmId, engagementId, connectionId }) => {
    const { engagement, company, connection } = await database.forFirm(firmId, async (tx) => {
      const found = await getEngagement(tx, engagementId);
      return {
        engagement: found,
        company: await getCompany(tx, found.companyId),
        connection: await getConnection(tx, connectionId),
      };
    });
    const term = loginTermOf(connection, limits.loginTermMs);
    if (term.state === 'ended') return term;

    const client = context.openFortnox(connection, { signal: stopSignal() });
    await refuseOtherCompany(context, client, company, connection);
    refuseMissingScopes(connection.scopes);
    await refuseMissingLicences(client);
    const year = yearOf(engagement, (await client.financialYears()).records);

    await database.forFirm(firmId, (tx) =>
      recordHistory(tx, {
        actor: 'system',
        event: 'login.verified',
        engagementId,
        details: { connectionId, tenant: connection.tenant, financialYearId: year.id },
        onceKey: `login.verified/${engagementId}/${connectionId}`,
      }),
    );
    return term;
  };
}

/** The organisation number behind the login must be the company's; a wrong company's login is ended on the spot, and its watcher has it revoked. */
async function refuseOtherCompany(
  context: ActivityContext,
  client: FortnoxClient,
  company: Company,
  { firmId, id: connectionId }: Connection,
): Promise<void> {
  const { organisationNumber } = await client.companyInformation();
  if (digits(organisationNumber) === digits(company.organisationNumber)) return;
  await context.database.forFirm(firmId, (tx) =>
    endHere(tx, connectionId, 'refused', new Date(context.now())),
  );
  throw new Problem({
    code: 'login.wrong-company',
    what: 'Inloggningen gick till ett annat företag i Fortnox än bokslutets: organisationsnumret stämmer inte. Den har avslutats.',
    advice: 'Logga in på nytt och välj rätt företag på Fortnox inloggningssida.',
  });
}

/** Ten digits: Fortnox and our own register may write the number with or without hyphen and century. */
const digits = (organisationNumber: string): string => organisationNumber.replace(/\D/g, '').slice(-10);

function refuseMissingScopes(scopes: readonly string[]): void {
  const missing = neededScopes.filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return;
  throw new Problem({
    code: 'connection.scope-missing',
    what: `Inloggningen till Fortnox saknar behörigheterna ${missing.join(', ')}.`,
    advice: 'Logga in hos Fortnox på nytt och godkänn alla behörigheter som sidan räknar upp.',
  });
}

/** A licence shows only when its register is asked. Each is asked once, so that everything that lacks is told together. */
async function refuseMissingLicences(client: FortnoxClient): Promise<void> {
  const never = { fromdate: '1900-01-01', todate: '1900-01-01' };
  const questions = [
    () => client.lockedPeriod(),
    () => client.invoices(never),
    () => client.supplierInvoices(never),
    () => client.invoicePayments({ invoicenumber: '0' }),
    () => client.supplierInvoicePayments({ invoicenumber: '0' }),
  ];
  const refusals: FortnoxError[] = [];
  for (const ask of questions) {
    try {
      await ask();
    } catch (error) {
      if (!(error instanceof FortnoxError) || error.kind !== 'attention') throw error;
      refusals.push(error);
    }
  }
  const [first, ...others] = refusals;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new Problem({
    code: 'connection.access-missing',
    what: refusals.map(({ details }) => details.what).join(' '),
    advice: [...new Set(refusals.map(({ details }) => details.advice))].join(' '),
  });
}

/** The engagement's financial year at Fortnox, by its dates: ids say nothing about time. Throws Problem `connection.year-missing`. */
export function yearOf(
  engagement: Pick<Engagement, 'yearFrom' | 'yearTo'>,
  years: readonly FortnoxYear[],
): FortnoxYear {
  const { yearFrom, yearTo } = engagement;
  const found = years.find(({ from, to }) => from === yearFrom && to === yearTo);
  if (found) return found;
  const existing = years.map(({ from, to }) => `${from}–${to}`).toSorted();
  throw new Problem({
    code: 'connection.year-missing',
    what: `Räkenskapsåret ${yearFrom}–${yearTo} finns inte i Fortnox. Där finns ${existing.join(', ') || 'inget räkenskapsår'}.`,
    advice: 'Lägg upp räkenskapsåret i Fortnox eller rätta bokslutets räkenskapsår, och försök igen.',
  });
}

import { closeWorkflowId } from '../../../workflows/messages.ts';
import { aside } from '../measure.ts';
import type { BenchResult } from '../sie-read.ts';
import { logInCompany } from './companies.ts';
import { historySize } from './history.ts';
import type { FlowHouse } from './house.ts';
import { runCloses } from './run-closes.ts';

/** What one close takes of Fortnox and of the database when the company has 2,000 vouchers and 400 invoices. */
export async function commonSizeBench(house: FlowHouse): Promise<BenchResult[]> {
  const [found] = house.sandboxCompanies;
  const company = await logInCompany(house.client, house.sandboxUrl, found!);
  const worker = await house.startWorker();
  try {
    const before = await databaseBytes(house);
    const [id = ''] = (await runCloses(house, [company], 2025)).engagementIds;
    const { events } = await historySize(house.client.temporal, closeWorkflowId(id));
    const [part] = await house.admin<{ documents: string; books: string; raw: string }[]>`
      select pg_total_relation_size('files') as documents, pg_total_relation_size('record_versions') + pg_total_relation_size('first_versions') as books,
        pg_total_relation_size('raw_files') as raw`;
    const of = 'company of 2,000 vouchers and 400 invoices';
    return [
      aside(`${of}: requests to Fortnox`, await fortnoxRequests(house), ''),
      aside(`${of}: events`, events, 'events'),
      aside(`${of}: database`, ((await databaseBytes(house)) - before) / 1024, 'KB'),
      aside('  its documents', Number(part?.documents) / 1024, 'KB'),
      aside('  its books', Number(part?.books) / 1024, 'KB'),
      aside('  what came from Fortnox, as it came', Number(part?.raw) / 1024, 'KB'),
    ];
  } finally {
    await worker.kill9();
  }
}

export async function fortnoxRequests({ sandboxUrl }: FlowHouse): Promise<number> {
  const all = (await (await fetch(`${sandboxUrl}/sandbox/requests`)).json()) as { path: string }[];
  return all.filter(({ path }) => path.startsWith('/3/')).length;
}

export async function databaseBytes({ admin }: FlowHouse): Promise<number> {
  const [row] = await admin<{ bytes: string }[]>`select pg_database_size(current_database()) as bytes`;
  return Number(row?.bytes);
}

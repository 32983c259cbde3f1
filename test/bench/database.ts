import { randomBytes, randomUUID } from 'node:crypto';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { openDatabase } from '../../db/database.ts';
import type { Database, FirmTransaction } from '../../db/database.ts';
import { appRole, migrate } from '../../db/migrate.ts';
import { createCompany } from '../../db/stores/companies.ts';
import { createEngagement } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { createFirm } from '../../db/stores/firms.ts';
import { startPostgres } from '../../dev/postgres.ts';

export interface BenchDatabase {
  readonly database: Database;
  /** The owner, whom row-level security does not bind. */
  readonly adminUrl: string;
  readonly appUrl: string;
  end(): Promise<void>;
}

/** A throwaway Postgres with the program's tables. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const server = await startPostgres();
  const appPassword = process.env['BOKSLUT_APP_PASSWORD'] ?? randomBytes(18).toString('base64url');
  await migrate(server.adminUrl, { appPassword });
  const app = new URL(server.adminUrl);
  app.username = appRole;
  app.password = appPassword;
  const appUrl = app.toString();
  const database = await openDatabase(appUrl, { connections: 3 });
  const end = async (): Promise<void> => {
    await database.end();
    await server.stop();
  };
  return { database, adminUrl: server.adminUrl, appUrl, end };
}

/** The engagement of 2024 of a firm of its own, and how to do something as that firm. */
export async function newEngagement(database: Database) {
  const firmId = randomUUID();
  const forFirm = <T>(work: (tx: FirmTransaction) => Promise<T>): Promise<T> =>
    database.forFirm(firmId, work);
  const engagement: Engagement = await forFirm(async (tx) => {
    await createFirm(tx, { name: 'Byrån' });
    const company = await createCompany(tx, { name: 'Provbolaget', organisationNumber: '999999-0003' });
    return createEngagement(tx, {
      companyId: company.id,
      yearFrom: isoDate('2024-01-01'),
      yearTo: isoDate('2024-12-31'),
      settings: { source: 'sie', materialityOre: ore(100_00) },
    });
  });
  return { firmId, engagement, forFirm };
}

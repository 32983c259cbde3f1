import { asc, eq } from 'drizzle-orm';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../database.ts';
import { companies } from '../schema/engagement.ts';

export type Company = typeof companies.$inferSelect;

export async function createCompany(
  tx: FirmTransaction,
  company: { readonly name: string; readonly organisationNumber: string },
): Promise<Company> {
  const [created] = await tx.db.insert(companies).values(company).returning();
  return created!;
}

/** @throws Problem `companies.not-found` */
export async function getCompany(tx: FirmTransaction, id: string): Promise<Company> {
  const [company] = await tx.db.select().from(companies).where(eq(companies.id, id));
  if (company) return company;
  throw new Problem({
    code: 'companies.not-found',
    what: `Företaget ${id} finns inte hos byrån.`,
    advice: 'Kontrollera företagets id, eller lägg upp företaget först.',
  });
}

export async function listCompanies(tx: FirmTransaction): Promise<Company[]> {
  return tx.db.select().from(companies).orderBy(asc(companies.name), asc(companies.id));
}

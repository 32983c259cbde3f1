import { and, desc, eq, sql } from 'drizzle-orm';
import { addDays } from '../../accounting/dates.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../database.ts';
import { engagements } from '../schema/engagement.ts';
import type { EngagementSettings } from '../schema/engagement.ts';

export type Engagement = typeof engagements.$inferSelect;

export interface NewEngagement {
  /** Made by the caller when the same request may come twice; else a new one is made. */
  readonly id?: string;
  readonly companyId: string;
  readonly yearFrom: IsoDate;
  /** The balance date. */
  readonly yearTo: IsoDate;
  readonly settings: EngagementSettings;
  readonly responsibleUserId?: string;
}

/** @throws Problem `engagements.exists` when the company's year has one */
export async function createEngagement(tx: FirmTransaction, engagement: NewEngagement): Promise<Engagement> {
  const [created] = await tx.db.insert(engagements).values(engagement).onConflictDoNothing().returning();
  if (created) return created;
  throw new Problem({
    code: 'engagements.exists',
    what: `Det finns redan ett bokslut för företagets räkenskapsår från ${engagement.yearFrom}.`,
    advice: 'Öppna det bokslut som finns i stället för att starta ett nytt.',
  });
}

/** @throws Problem `engagements.not-found` */
export async function getEngagement(tx: FirmTransaction, id: string): Promise<Engagement> {
  return found(await findEngagement(tx, id), id);
}

/** Undefined when there is none, for those who then make it. */
export async function findEngagement(tx: FirmTransaction, id: string): Promise<Engagement | undefined> {
  const [engagement] = await tx.db.select().from(engagements).where(eq(engagements.id, id));
  return engagement;
}

/** As `getEngagement`, and nobody else changes the engagement's snapshots, revisions or approvals until the transaction ends. */
export async function lockEngagement(tx: FirmTransaction, id: string): Promise<Engagement> {
  const [engagement] = await tx.db.select().from(engagements).where(eq(engagements.id, id)).for('update');
  return found(engagement, id);
}

/** Newest balance date first. */
export async function listEngagements(tx: FirmTransaction): Promise<Engagement[]> {
  return tx.db.select().from(engagements).orderBy(desc(engagements.yearTo), desc(engagements.createdAt));
}

/** The close of the same company's year that ended the day before this one began. */
export async function findPriorEngagement(
  tx: FirmTransaction,
  { companyId, yearFrom }: Pick<Engagement, 'companyId' | 'yearFrom'>,
): Promise<Engagement | undefined> {
  const [prior] = await tx.db
    .select()
    .from(engagements)
    .where(and(eq(engagements.companyId, companyId), eq(engagements.yearTo, addDays(yearFrom, -1))));
  return prior;
}

export async function updateSettings(
  tx: FirmTransaction,
  id: string,
  settings: EngagementSettings,
): Promise<void> {
  await tx.db.update(engagements).set({ settings }).where(eq(engagements.id, id));
}

/** Reopens a completed close: the number of the new run. */
export async function startNextRun(tx: FirmTransaction, id: string): Promise<number> {
  const [engagement] = await tx.db
    .update(engagements)
    .set({ run: sql`${engagements.run} + 1` })
    .where(eq(engagements.id, id))
    .returning();
  return found(engagement, id).run;
}

function found(engagement: Engagement | undefined, id: string): Engagement {
  if (engagement) return engagement;
  throw new Problem({
    code: 'engagements.not-found',
    what: `Bokslutet ${id} finns inte hos byrån.`,
    advice: 'Kontrollera bokslutets id och att du är inloggad hos rätt byrå.',
  });
}

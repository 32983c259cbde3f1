import { Problem } from '../../accounting/problem.ts';
import type { Database, FirmTransaction } from '../database.ts';
import { firms } from '../schema/firm.ts';

export type Firm = typeof firms.$inferSelect;

/** Writes the transaction's firm. A new firm is one that nobody has been before: `forFirm(randomUUID(), …)`. */
export async function createFirm(
  tx: FirmTransaction,
  firm: { readonly name: string; readonly fourEyes?: boolean },
): Promise<Firm> {
  const [created] = await tx.db
    .insert(firms)
    .values({ name: firm.name, fourEyes: firm.fourEyes ?? false })
    .returning();
  return created!;
}

/** @throws Problem `firms.not-found` */
export async function getFirm(tx: FirmTransaction): Promise<Firm> {
  const [firm] = await tx.db.select().from(firms);
  if (firm) return firm;
  throw new Problem({
    code: 'firms.not-found',
    what: 'Byrån finns inte.',
    advice: 'Kontrollera att API-nyckeln eller inloggningen hör till rätt byrå.',
  });
}

/** All firms, oldest first. */
export async function firmIds(database: Database): Promise<string[]> {
  const rows = await database.sql<{ id: string }[]>`select firm_id as id from firm_ids()`;
  return rows.map(({ id }) => id);
}

export async function setFourEyes(tx: FirmTransaction, fourEyes: boolean): Promise<void> {
  await tx.db.update(firms).set({ fourEyes });
}

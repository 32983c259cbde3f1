import { asc, desc, lte } from 'drizzle-orm';
import type { ExchangeRate } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { exchangeRates } from '../schema/books.ts';

/** Enters rates. Nothing is overwritten: of two entries for a currency and day the later counts. */
export async function enterRates(
  tx: FirmTransaction,
  rates: readonly ExchangeRate[],
  by: Actor,
): Promise<void> {
  if (rates.length === 0) return;
  await tx.db.insert(exchangeRates).values(rates.map((rate) => ({ ...rate, enteredBy: by })));
}

/** The firm's rates on or before a day; of two entries for a currency and day the later counts. */
export async function ratesUpTo(tx: FirmTransaction, day: IsoDate): Promise<ExchangeRate[]> {
  const { currency, date, rate, source, enteredAt, id } = exchangeRates;
  return tx.db
    .selectDistinctOn([currency, date], { currency, date, rate, source })
    .from(exchangeRates)
    .where(lte(date, day))
    .orderBy(asc(currency), asc(date), desc(enteredAt), desc(id));
}

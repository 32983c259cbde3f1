import type { ExchangeRate } from './books.ts';
import type { IsoDate } from './dates.ts';

/**
 * Where exchange rates can be fetched: the port for a central bank's service. It answers what it has of the currencies
 * for the day or the last day before it that has a rate, each with its own date and source; SEK for one unit, as an exact
 * decimal string. A currency that it does not know is left out. Throws when it cannot answer, best a Problem.
 */
export type RateSource = (day: IsoDate, currencies: readonly string[]) => Promise<readonly ExchangeRate[]>;

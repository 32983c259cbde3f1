import type { Attachment } from '../../accounting/attachment.ts';
import type { ExchangeRate } from '../../accounting/books.ts';
import { parseDecimal } from '../../accounting/money.ts';
import { Problem } from '../../accounting/problem.ts';
import type { RateSource } from '../../accounting/rate-source.ts';
import { currentAttachments } from '../../db/stores/attachments.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { enterRates as storeRates, ratesUpTo } from '../../db/stores/rates.ts';
import type { Caller, ClientContext } from './context.ts';
import { readRateFile } from './rate-file.ts';

const mostDecimals = 8;

/**
 * Enters exchange rates of the firm: SEK for one unit, on a day, with the source. The next import's attachments use
 * them. Nothing is overwritten: of two entries for a currency and day the later counts.
 * @throws Problem `rates.invalid`
 */
export async function enterRates(
  { database }: ClientContext,
  { firmId, actor }: Caller,
  rates: readonly ExchangeRate[],
): Promise<void> {
  for (const { currency, rate } of rates) {
    const read = parseDecimal(rate);
    if (
      /^[A-Z]{3}$/.test(currency) &&
      currency !== 'SEK' &&
      read &&
      read.digits > 0n &&
      read.scale <= mostDecimals
    )
      continue;
    throw new Problem({
      code: 'rates.invalid',
      what: `Kursen för ${currency.slice(0, 10)} går inte att använda.`,
      advice: 'Ange valutans tre bokstäver och kronor per enhet med decimalpunkt, till exempel EUR 11.2505.',
    });
  }
  await database.forFirm(firmId, (tx) => storeRates(tx, rates, actor));
}

/**
 * The firm's rates up to the close's balance date, the latest first, and the currencies that its attachments lack one for.
 */
export async function listRates(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<{ readonly rates: readonly ExchangeRate[]; readonly missing: readonly string[] }> {
  return database.forFirm(firmId, async (tx) => {
    const { yearTo } = await getEngagement(tx, engagementId);
    const rates = await ratesUpTo(tx, yearTo);
    const attachments = (await currentAttachments(tx, engagementId)).map(({ data }) => data as Attachment);
    const missing = new Set(attachments.flatMap(({ rateMissing }) => rateMissing));
    return { rates: rates.toSorted((a, b) => (a.date < b.date ? 1 : -1)), missing: [...missing].toSorted() };
  });
}

/**
 * Enters the rates of a file (`currency;date;rate;source`), all or none.
 * @throws Problem `rates.file-invalid`, `rates.invalid`
 */
export async function enterRatesFromFile(
  context: ClientContext,
  caller: Caller,
  bytes: Uint8Array,
): Promise<readonly ExchangeRate[]> {
  const rates = readRateFile(bytes);
  await enterRates(context, caller, rates);
  return rates;
}

/**
 * Asks the source that the client was opened with for the balance-date rates of the currencies that the close has open
 * items in, and enters what it has, which may be nothing.
 * @throws Problem `rates.no-source`, `rates.source-failed`, `rates.invalid`, and those of the source
 */
export async function fetchRates(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<readonly ExchangeRate[]> {
  const { rateSource } = context;
  if (!rateSource) throw new Problem(noSource);
  const { day, currencies } = await context.database.forFirm(caller.firmId, async (tx) => {
    const { yearTo } = await getEngagement(tx, engagementId);
    const attachments = (await currentAttachments(tx, engagementId)).map(({ data }) => data as Attachment);
    const open = attachments.flatMap(({ openItems }) => openItems.map(({ currency }) => currency));
    return { day: yearTo, currencies: [...new Set(open)].filter((currency) => currency !== undefined) };
  });
  if (currencies.length === 0) return [];
  const rates = await ask(rateSource, day, currencies.toSorted());
  await enterRates(context, caller, rates);
  return rates;
}

/** A source is the installation's own code, and may fail in any way. */
async function ask(...[source, day, currencies]: [RateSource, ...Parameters<RateSource>]) {
  try {
    return await source(day, currencies);
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(sourceFailed, { cause: error });
  }
}

const noSource = {
  code: 'rates.no-source',
  what: 'Ingen källa för kurser är ansluten.',
  advice: 'Ange kurserna, eller läs in dem ur en fil.',
};

const sourceFailed = {
  code: 'rates.source-failed',
  what: 'Källan för kurser svarade inte som den ska. Inget har sparats.',
  advice: 'Försök igen om en stund, eller ange kurserna.',
};

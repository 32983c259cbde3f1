import { attachmentAccount, ledgerSign } from '../account-set.ts';
import type { AccountNumber, ExchangeRate, Ledger } from '../books.ts';
import type { IsoDate } from '../dates.ts';
import { convertAtRate, formatKronor, ore, parseDecimal } from '../money.ts';
import type { Ore } from '../money.ts';
import { compareText } from '../number-order.ts';
import type { OpenItem } from '../open-items.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';

/** An open item in foreign currency at the balance-date rate (ÅRL 4:13). */
export interface Revaluation {
  readonly invoiceNumber: string;
  readonly partyNumber: string;
  readonly currency: string;
  readonly openCurrency: Ore;
  readonly rate: string;
  readonly rateDate: IsoDate;
  readonly rateSource: string;
  readonly bookedOre: Ore;
  readonly revaluedOre: Ore;
  readonly differenceOre: Ore;
}

const exchangeGains = '3960';
const exchangeLosses = '7960';

/** The last rate on or before the balance date for each currency; a later one would be hindsight. */
export function ratesAt(balanceDate: IsoDate, rates: readonly ExchangeRate[]): Map<string, ExchangeRate> {
  const last = new Map<string, ExchangeRate>();
  for (const rate of rates) {
    if (rate.date > balanceDate) continue;
    const held = last.get(rate.currency);
    if (!held || isLater(rate, held)) last.set(rate.currency, rate);
  }
  return last;
}

/** Two rates of one day: any fixed choice, so that the order in which they came does not matter. */
const isLater = (a: ExchangeRate, b: ExchangeRate): boolean =>
  (compareText(a.date, b.date) || compareText(a.source, b.source) || compareText(a.rate, b.rate)) > 0;

/** Revalues every item in foreign currency; currencies without a rate are named, never guessed. */
export function revalue(
  items: readonly OpenItem[],
  balanceDate: IsoDate,
  rates: readonly ExchangeRate[],
): { readonly revaluation: readonly Revaluation[]; readonly rateMissing: readonly string[] } {
  const last = ratesAt(balanceDate, rates);
  const revaluation: Revaluation[] = [];
  const missing = new Set<string>();
  for (const { invoiceNumber, partyNumber, currency, openCurrency, openOre } of items) {
    if (currency === undefined || openCurrency === undefined) continue;
    const found = last.get(currency);
    const rate = found && parseDecimal(found.rate);
    if (!found || !rate) {
      missing.add(currency);
      continue;
    }
    const revaluedOre = convertAtRate(openCurrency, rate);
    revaluation.push({
      invoiceNumber,
      partyNumber,
      currency,
      openCurrency,
      rate: found.rate,
      rateDate: found.date,
      rateSource: found.source,
      bookedOre: openOre,
      revaluedOre,
      differenceOre: ore(revaluedOre - openOre),
    });
  }
  return { revaluation, rateMissing: [...missing].toSorted(compareText) };
}

/** Gains to 3960 and losses to 7960, each in full, against the predefined account; without rows when there are none. */
export function proposeRevaluation(
  ledger: Ledger,
  predefined: AccountNumber,
  balanceDate: IsoDate,
  revaluation: readonly Revaluation[],
): Proposal {
  const rows = new ProposalRows();
  const reckoning: string[] = [];
  for (const {
    invoiceNumber,
    currency,
    openCurrency,
    rate,
    rateDate,
    bookedOre,
    revaluedOre,
    differenceOre,
  } of revaluation) {
    const changeOre = differenceOre * ledgerSign(ledger);
    rows.add(predefined, changeOre);
    rows.add(changeOre > 0 ? exchangeGains : exchangeLosses, -changeOre);
    reckoning.push(
      `Faktura ${invoiceNumber}: ${formatKronor(openCurrency)} ${currency} till kursen ${rate.replace('.', ',')} (${rateDate}) = ${formatKronor(revaluedOre)}, bokfört ${formatKronor(bookedOre)}, skillnad ${formatKronor(differenceOre)}`,
    );
  }
  const what = ledger === 'receivables' ? 'kundfordringar' : 'leverantörsskulder';
  const text = `Omräkning av ${what} i utländsk valuta ${attachmentAccount[ledger]} per ${balanceDate}`;
  return { code: 'revaluation', date: balanceDate, reversalDate: null, rows: rows.rows(), text, reckoning };
}

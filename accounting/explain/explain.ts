import { negate } from '../money.ts';
import type { Ore } from '../money.ts';
import type { UnknownSettlement } from '../open-items.ts';
import { explainAdjustments } from './adjustment-vouchers.ts';
import { explainDeviations } from './deviations.ts';
import type { Evidence } from './evidence.ts';
import { explanationCodes } from './explanation.ts';
import type { Finding } from './explanation.ts';
import { explainOpeningBalance } from './opening-balance.ts';
import { explainPlacement } from './placement.ts';
import { explainWithoutDocument } from './without-document.ts';
import { kronor } from './wording.ts';
import { compareNumbers } from '../number-order.ts';

/**
 * Explains ledger − specification, voucher by voucher, in the order of the codes. Each entry is worked out on its own,
 * never from the difference, so that what no rule explains stays visible as unexplained.
 */
export function explainDifference(
  evidence: Evidence,
  specificationOre: Ore,
  unknown: readonly UnknownSettlement[],
): Finding[] {
  if (evidence.books.closing.accountingMethod === 'CASH') return cashMethod(evidence, specificationOre);
  return [
    ...explainAdjustments(evidence),
    ...explainWithoutDocument(evidence),
    ...explainDeviations(evidence),
    ...explainPlacement(evidence),
    ...explainOpeningBalance(evidence),
    ...unknownSettlements(evidence, unknown),
  ].toSorted(inOrder);
}

/**
 * Under the cash method invoices are not in the ledger during the year, so it lacks the whole specification, but for what a
 * close has booked at the balance date. What one has booked on another day takes back what the year opened with.
 */
function cashMethod(evidence: Evidence, specificationOre: Ore): Finding[] {
  const { to } = evidence.books.closing.year;
  const booked = explainAdjustments(evidence).filter(({ voucher }) => voucher?.date === to);
  if (specificationOre === 0) return booked.toSorted(inOrder);
  const text = 'Med kontantmetoden bokförs obetalda fakturor först vid årets slut.';
  const lacking = { code: 'cashMethod', amountOre: negate(specificationOre), references: [], text } as const;
  return [...booked.toSorted(inOrder), lacking];
}

/** What the specification took off on a labelled guess or a question still stands in the ledger. */
function unknownSettlements({ ledger }: Evidence, unknown: readonly UnknownSettlement[]): Finding[] {
  const [range, name] =
    ledger === 'receivables' ? ['invoice', 'Kundfaktura'] : ['supplierInvoice', 'Leverantörsfaktura'];
  return unknown
    .filter(({ treatedAs, amountOre }) => treatedAs !== 'open' && amountOre !== 0)
    .map(({ invoiceNumber, amountOre, finalPayDate }) => ({
      code: 'settlementUnknown',
      amountOre,
      references: [`${range} ${invoiceNumber}`],
      text: `${name} ${invoiceNumber} är enligt Fortnox betald${finalPayDate ? ` ${finalPayDate}` : ''}, men ${kronor(amountOre)} saknar betalning i reskontran.`,
    }));
}

const rank = new Map(explanationCodes.map((code, index) => [code, index]));

function inOrder(a: Finding, b: Finding): number {
  return (
    (rank.get(a.code) ?? 0) - (rank.get(b.code) ?? 0) ||
    compareReferences(a.references[0] ?? '', b.references[0] ?? '')
  );
}

/** `A-9` before `A-10`, `invoice 9` before `invoice 10`. */
function compareReferences(a: string, b: string): number {
  const [, aName = '', aNumber = '', aYear = ''] = /^(.*?)[- ](\d+)(.*)$/.exec(a) ?? [];
  const [, bName = '', bNumber = '', bYear = ''] = /^(.*?)[- ](\d+)(.*)$/.exec(b) ?? [];
  return (
    compareNumbers(aName, bName) ||
    compareNumbers(aNumber, bNumber) ||
    compareNumbers(aYear, bYear) ||
    compareNumbers(a, b)
  );
}

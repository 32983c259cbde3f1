import type { Attachment } from '../../accounting/attachment.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { formatKronor, ore } from '../../accounting/money.ts';
import type { VoucherSeries } from '../../accounting/books.ts';
import type { RecordKind } from '../../db/schema/books.ts';
import type { ExportVoucher } from '../../db/stores/exports.ts';
import type { Decision } from './adjust.ts';

const plural: Record<RecordKind, string> = {
  account: 'accounts',
  balance: 'balances',
  invoice: 'invoices',
  payment: 'payments',
  series: 'series',
  voucher: 'vouchers',
};

export const aboutCounts = (counts: Readonly<Record<RecordKind, number>>): string =>
  (['voucher', 'invoice', 'payment', 'account', 'series'] as const)
    .map((kind) => `${counts[kind] ?? 0} ${plural[kind]}`)
    .join(', ');

export function* aboutAttachment(attachment: Attachment): Generator<string> {
  const { account, openItems, specificationOre, ledgerOre } = attachment;
  const { differenceOre, explanations, unexplainedOre } = attachment;
  yield `Bilaga ${account}: ${openItems.length} open items, ${formatKronor(specificationOre)} in the subledger (reskontra), ${formatKronor(ledgerOre)} in the ledger`;
  if (differenceOre === 0 && explanations.length === 0) return;
  yield `   difference ${formatKronor(differenceOre)}, of which ${formatKronor(unexplainedOre)} unexplained:`;
  for (const { code, amountOre } of explanations) yield `   ${formatKronor(amountOre).padStart(14)}  ${code}`;
}

export function* aboutDecision({ adjustment, from }: Decision): Generator<string> {
  yield `${adjustment.date} ${adjustment.text}: ${from}`;
  for (const { account, amountOre } of adjustment.rows) yield `   ${account}  ${sided(amountOre)}`;
}

const sided = (amountOre: number): string =>
  `${amountOre > 0 ? 'debit ' : 'credit'} ${formatKronor(ore(Math.abs(amountOre))).padStart(12)}`;

export function* aboutSeries(series: readonly VoucherSeries[]): Generator<string> {
  const codes = (manual: boolean): string =>
    series
      .filter((one) => one.manual === manual)
      .map(({ code }) => code)
      .join(', ') || 'none';
  yield `Manual series, to choose from: ${codes(true)}. Fortnox numbers these itself: ${codes(false)}.`;
}

export const aboutVoucher = (voucher: ExportVoucher): string =>
  `${voucher.fortnoxSeries ?? ''} ${voucher.fortnoxNumber ?? ''} ${voucher.content.text}: ${voucher.status}, sent ${voucher.attempts === 1 ? 'once' : `${voucher.attempts} times`}`;

export const whyNothing = (lockedUntil: IsoDate | undefined, end: IsoDate): string =>
  lockedUntil !== undefined && lockedUntil >= end
    ? `The period is locked until ${lockedUntil}, the whole year: nothing can be booked in it, so nothing is sent.`
    : 'The chart of accounts has no two active accounts: nothing can be booked, so nothing is sent.';

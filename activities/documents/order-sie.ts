import type { Adjustment } from '../../accounting/adjustment.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { writeSie4I } from '../../accounting/sie/write.ts';
import type { OrderParts } from '../../db/stores/order-parts.ts';
import type { Frame } from '../../documents/frame.ts';

/**
 * A bokföringsorder as a SIE 4I file: the way out when the API cannot be used.
 * @param vouchers by default all that are meant for transfer
 */
export function orderSie(
  { letterhead }: Frame,
  { revision, approval, accounts }: OrderParts,
  vouchers: readonly Adjustment[] = revision.data.filter(({ transfer }) => transfer),
): Uint8Array {
  const used = new Set(vouchers.flatMap(({ rows }) => rows.map(({ account }) => account)));
  const { companyName, organisationNumber, year } = letterhead;
  return writeSie4I({
    company: companyName,
    organisationNumber,
    program: { name: 'Bokslut', version: '1' },
    financialYear: { from: year.from, to: year.to },
    generatedDate: approval.approvedAt.toISOString().slice(0, 10) as IsoDate,
    accounts: accounts.filter(({ number }) => used.has(number)),
    vouchers: vouchers.map(({ date, text, rows }) => ({ series: approval.series, date, text, rows })),
  }).bytes;
}

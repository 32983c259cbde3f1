import * as fc from 'fast-check';
import { isoDate } from '../../accounting/dates.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { SieToWrite } from '../../accounting/sie/write.ts';
import type { SieRow, SieVoucher } from '../../accounting/sie/types.ts';

const line = 0;
const letters = Array.from('abcXYZ019 åäöÅÄÖéü&,.-_/+%()[]{}#"\\*½°');

/** Texts that code page 437 holds; a backslash at the end cannot be written. */
const text = fc
  .string({ unit: fc.constantFrom(...letters), maxLength: 20 })
  .map((made) => made.replace(/\\+$/, ''));
const filled = text.filter((made) => made !== '');
const code = fc.oneof(fc.stringMatching(/^[0-9A-Za-z]{1,6}$/), filled);
const account = fc.oneof(
  fc.integer({ min: 1000, max: 9999 }).map(String),
  fc.stringMatching(/^[0-9]{3,8}$/),
  fc.stringMatching(/^[0-9]{3,4}[A-ZÅ]{1,3}$/),
);
const amountOre = fc
  .oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: -(2 ** 44), max: 2 ** 44 }))
  .map(ore);
const date: fc.Arbitrary<IsoDate> = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((day) => isoDate(day.toISOString().slice(0, 10)));
const objects = fc.array(fc.record({ dimension: fc.integer({ min: 1, max: 99 }).map(String), id: filled }), {
  maxLength: 3,
});
const quantity = fc.integer({ min: -999, max: 999 }).map(String);

const row = (voucherDate: IsoDate): fc.Arbitrary<SieRow> =>
  fc.record(
    {
      kind: fc.constantFrom('TRANS', 'TRANS', 'TRANS', 'RTRANS', 'BTRANS'),
      account,
      amountOre,
      date: fc.oneof(fc.constant(voucherDate), date),
      text,
      objects,
      quantity,
      signature: filled,
      line: fc.constant(line),
    },
    { requiredKeys: ['kind', 'account', 'amountOre', 'date', 'text', 'objects', 'line'] },
  );

const voucher: fc.Arbitrary<SieVoucher> = date.chain((day) =>
  fc.record({
    series: fc.oneof(fc.constant(''), code),
    number: fc.oneof(fc.constant(''), fc.integer({ min: 1, max: 99_999 }).map(String), code),
    date: fc.constant(day),
    text,
    registeredDate: fc.option(date),
    signature: text,
    rows: fc.array(row(day), { maxLength: 5 }),
    line: fc.constant(line),
  }),
);

const header = fc.record(
  {
    flag: fc.constantFrom(0, 1),
    program: fc.record({ name: text, version: text }),
    format: fc.constant('PC8'),
    generated: fc.record({ date: fc.option(date), signature: text }),
    comment: text,
    companyType: text,
    companyId: text,
    organisationNumber: text,
    activityCode: text,
    address: fc.array(text, { minLength: 1, maxLength: 4 }),
    companyName: text,
    taxYear: fc.array(filled, { minLength: 1, maxLength: 2 }),
    balancesThrough: date,
    chartType: text,
    currency: text,
  },
  { requiredKeys: ['flag', 'format'] },
);

const year = fc.integer({ min: -3, max: 0 });

/** A file of type 4E with anything that the standard allows in it. */
export const sieFile: fc.Arbitrary<SieToWrite> = fc
  .record({
    type: fc.constant('4E' as const),
    header,
    years: fc
      .uniqueArray(fc.tuple(year, date, date), { maxLength: 3, selector: ([index]) => index })
      .map((years) => years.map(([index, a, b]) => ({ index, from: a < b ? a : b, to: a < b ? b : a }))),
    undatedYears: fc.array(year, { maxLength: 2 }),
    accounts: fc.uniqueArray(
      fc.record(
        {
          number: account,
          name: text,
          isDeclared: fc.constant(true),
          type: fc.constantFrom('T', 'S', 'K', 'I'),
          unit: text,
          sru: fc.array(fc.integer({ min: 7000, max: 7999 }).map(String), { maxLength: 2 }),
          line: fc.constant(line),
        },
        { requiredKeys: ['number', 'name', 'isDeclared', 'sru', 'line'] },
      ),
      { maxLength: 5, selector: ({ number }) => number },
    ),
    dimensions: fc.array(
      fc.record({ number: quantity, name: text, parent: quantity }, { requiredKeys: ['number', 'name'] }),
      { maxLength: 3 },
    ),
    objects: fc.array(fc.record({ dimension: quantity, id: filled, name: text }), { maxLength: 3 }),
    balances: fc.array(
      fc.record(
        {
          kind: fc.constantFrom('IB', 'UB', 'RES'),
          year,
          account,
          objects: fc.constant([]),
          amountOre,
          quantity,
          line: fc.constant(line),
        },
        { requiredKeys: ['kind', 'year', 'account', 'objects', 'amountOre', 'line'] },
      ),
      { minLength: 1, maxLength: 5 },
    ),
    periodBalances: fc.array(
      fc.record(
        {
          kind: fc.constantFrom('PSALDO', 'PBUDGET'),
          year,
          period: fc.constantFrom('202401', '202412'),
          account,
          objects,
          amountOre,
          quantity,
          line: fc.constant(line),
        },
        { requiredKeys: ['kind', 'year', 'period', 'account', 'objects', 'amountOre', 'line'] },
      ),
      { maxLength: 5 },
    ),
    vouchers: fc.array(voucher, { maxLength: 6 }),
  })
  .map(({ vouchers, ...content }) => ({ ...content, vouchers: () => vouchers }));

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import { allocate } from '../../accounting/allocate.ts';
import { addDays } from '../../accounting/dates.ts';
import { isFortnoxText } from '../../accounting/fortnox-text.ts';
import { compareNumbers } from '../../accounting/number-order.ts';
import { ore, sumOre } from '../../accounting/money.ts';
import { openItemsAt } from '../../accounting/open-items.ts';
import { readSubledger } from '../../accounting/subledger.ts';
import { linkVouchers } from '../../accounting/voucher-links.ts';
import type { Books, Ledger, Payment } from '../../accounting/books.ts';
import { BooksBuilder, balanceDate } from '../cases/builder.ts';
import { caseNames, loadCase } from '../cases/load.ts';

const ledgers: readonly Ledger[] = ['receivables', 'payables'];
const date = fc.integer({ min: -500, max: 100 }).map((days) => addDays(balanceDate, days));
const invoice = fc.record({
  ledger: fc.constantFrom<Ledger>(...ledgers),
  date,
  total: fc.integer({ min: -900_000, max: 900_000 }).filter((total) => total !== 0),
  party: fc.integer({ min: 0, max: 12 }),
  dueDays: fc.integer({ min: 0, max: 200 }),
  foreign: fc.boolean(),
  balanceToday: fc.constantFrom(0, 1),
  booked: fc.option(fc.integer({ min: -5000, max: 5000 }), { nil: undefined }),
  payments: fc.array(
    fc.record({
      date,
      amount: fc.integer({ min: -400_000, max: 400_000 }),
      writeOff: fc.integer({ min: 0, max: 300 }),
    }),
    { maxLength: 3 },
  ),
  paidInFull: fc.option(date, { nil: undefined }),
});

/** Books of any sort, right and wrong alike. */
const anyBooks = fc.array(invoice, { maxLength: 15 }).map((specs) => {
  const builder = new BooksBuilder();
  for (const { payments, foreign, booked, paidInFull, ...spec } of specs) {
    const made = builder.invoice({
      ...spec,
      ...(foreign ? { currencyRate: '10.8765' } : {}),
      ...(booked === undefined ? {} : { booked }),
    });
    for (const { writeOff, ...payment } of payments.toSorted((a, b) => (a.date < b.date ? -1 : 1))) {
      builder.payment(made, { ...payment, ...(foreign || writeOff === 0 ? {} : { writeOff }) });
    }
    if (paidInFull) builder.payment(made, { date: paidInFull, amount: spec.total });
  }
  return builder.build();
});
const cases = fc.constantFrom(...caseNames).map((name) => loadCase(name).books);
const books = fc.oneof(anyBooks, cases);

const rates = [
  { currency: 'EUR', date: balanceDate, rate: '11.0001', source: 'a' },
  { currency: 'EUR', date: balanceDate, rate: '11.0002', source: 'b' },
];

function eachAttachment(made: Books, look: (attachment: Attachment) => void): void {
  for (const ledger of ledgers) look(buildAttachment(ledger, made, { rates }));
}

describe('sums', () => {
  test('ageing and credit balances, and the parties, add up to the specification', () => {
    fc.assert(
      fc.property(books, (made) =>
        eachAttachment(made, ({ ageing, creditBalancesOre, specificationOre, parties }) => {
          expect(sumOre([...Object.values(ageing), creditBalancesOre])).toBe(specificationOre);
          expect(sumOre(parties.map(({ openOre }) => openOre))).toBe(specificationOre);
        }),
      ),
    );
  });

  test('difference = explanations + unexplained', () => {
    fc.assert(
      fc.property(books, (made) =>
        eachAttachment(
          made,
          ({ ledgerOre, specificationOre, differenceOre, explanations, unexplainedOre }) => {
            expect(ledgerOre - specificationOre).toBe(differenceOre);
            expect(sumOre([...explanations.map(({ amountOre }) => amountOre), unexplainedOre])).toBe(
              differenceOre,
            );
          },
        ),
      ),
    );
  });

  test('the trail of a row adds up to what is open', () => {
    fc.assert(
      fc.property(books, (made) =>
        eachAttachment(made, ({ openItems }) => {
          for (const { trail, openOre } of openItems)
            expect(sumOre(trail.map(({ amountOre }) => amountOre))).toBe(openOre);
        }),
      ),
    );
  });

  test('proposals and suggestions balance, and have a text that Fortnox accepts', () => {
    fc.assert(
      fc.property(books, (made) =>
        eachAttachment(made, ({ proposals, suggestions }) => {
          for (const { rows, text, reckoning } of [...proposals, ...suggestions]) {
            expect(sumOre(rows.map(({ debitOre, creditOre }) => ore(debitOre - creditOre)))).toBe(0);
            expect(isFortnoxText(text) && text.length <= 170).toBe(true);
            expect(reckoning.length).toBeGreaterThan(0);
          }
        }),
      ),
    );
  });
});

test('no invoice that is set aside as settled is a row, nor one whose settlement is unknown', () => {
  fc.assert(
    fc.property(books, fc.nat(), fc.nat(), (made, unbooked, credit) => {
      // A payment that is not booked, and a credit note.
      const other: Books = {
        ...made,
        payments: made.payments.map((payment, index) => ({ ...payment, booked: index !== unbooked % 9 })),
        invoices: made.invoices.map((one, index) =>
          index === credit % 9 ? { ...one, credit: true, creditOf: made.invoices[0]!.number } : one,
        ),
      };
      for (const ledger of ledgers) {
        const subledger = readSubledger(ledger, other);
        const links = linkVouchers(other);
        const all = openItemsAt({ ...subledger, unsettled: subledger.accounts }, links);
        const { items, unknown } = openItemsAt(subledger, links);
        expect(items).toEqual(all.items);
        expect(unknown).toEqual(all.unknown);
      }
    }),
  );
});

/** The same lists in an order that `seed` decides. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed;
  const keyed = list.map((item) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return { item, key: state };
  });
  return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
}

test('the order in which records were read changes nothing', () => {
  fc.assert(
    fc.property(books, fc.integer({ min: 1 }), (made, seed) => {
      const other: Books = {
        ...made,
        closing: { ...made.closing, vouchers: shuffled(made.closing.vouchers, seed) },
        otherYears: shuffled(
          made.otherYears.map((year) => ({ ...year, vouchers: shuffled(year.vouchers, seed + 1) })),
          seed,
        ),
        accounts: shuffled(made.accounts, seed),
        invoices: shuffled(made.invoices, seed + 2),
        payments: shuffled(made.payments, seed + 3),
      };
      for (const ledger of ledgers) {
        const before = buildAttachment(ledger, made, { rates });
        expect(JSON.stringify(buildAttachment(ledger, other, { rates: rates.toReversed() }))).toBe(
          JSON.stringify(before),
        );
      }
    }),
  );
});

const withoutLaterPayments = ({ openItems }: Attachment) =>
  openItems.map((item) => ({ ...item, laterPayments: [] }));

test('payments after the balance date change nothing in what is open', () => {
  fc.assert(
    fc.property(
      books,
      fc.integer({ min: 1, max: 900_000 }),
      fc.integer({ min: 1, max: 80 }),
      (made, amount, days) => {
        // With balance 0 today, payments tell how it was settled; that question has its own rule.
        const unpaid = {
          ...made,
          invoices: made.invoices.map((each) => ({ ...each, balanceToday: ore(1) })),
        };
        const later = unpaid.invoices.map(({ ledger, number }, index): Payment => ({
          ledger,
          number: `L${index}`,
          invoiceNumber: number,
          date: addDays(made.closing.year.to, days),
          amountOre: ore(amount),
          amountCurrency: ore(amount),
          booked: true,
          writeOffs: [],
        }));
        for (const ledger of ledgers) {
          const before = buildAttachment(ledger, unpaid, { rates });
          const after = buildAttachment(
            ledger,
            { ...unpaid, payments: [...unpaid.payments, ...later] },
            { rates },
          );
          expect(withoutLaterPayments(after)).toEqual(withoutLaterPayments(before));
          expect(after.differenceOre).toBe(before.differenceOre);
        }
      },
    ),
  );
});

test('numbers are ordered as people count, digits before letters', () => {
  const counted = ['9', '010', '10', '100', '12345678901234567890', '22345678901234567890', 'A10', 'a1'];
  expect(counted.toReversed().toSorted(compareNumbers)).toEqual(counted);
});

test('rows come by party and then by invoice, as people count', () => {
  const builder = new BooksBuilder();
  for (const party of [2, 100, 2, 10])
    builder.invoice({ ledger: 'payables', date: balanceDate, total: 100, party });
  const { openItems, parties } = buildAttachment('payables', builder.build(), { rates: [] });
  expect(openItems.map(({ partyNumber, invoiceNumber }) => `${partyNumber} ${invoiceNumber}`)).toEqual([
    '12 1001',
    '12 1003',
    '20 1004',
    '110 1002',
  ]);
  expect(parties.map(({ items, openOre }) => [items, openOre])).toEqual([
    [2, 200],
    [1, 100],
    [1, 100],
  ]);
});

describe('allocation by largest remainder', () => {
  const parts = fc
    .array(fc.integer({ min: 0, max: 10_000_000 }).map(ore), { minLength: 1, maxLength: 8 })
    .filter((list) => sumOre(list) > 0);

  test('shares add up, and each is its exact share rounded one way or the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_000_000_000, max: 9_000_000_000 }).map(ore), parts, (amount, list) => {
        const shares = allocate(amount, list);
        expect(sumOre(shares)).toBe(amount);
        const total = sumOre(list);
        shares.forEach((share, index) => {
          const exact = BigInt(amount) * BigInt(list[index] ?? 0);
          const off = BigInt(share) * BigInt(total) - exact;
          expect(off < BigInt(total) && off > -BigInt(total)).toBe(true);
        });
      }),
    );
  });

  test('the öre that are missing go to the largest remainders, the first when equal', () => {
    expect(allocate(ore(100), [ore(1), ore(1), ore(1)])).toEqual([34, 33, 33]);
    expect(allocate(ore(10), [ore(16), ore(26), ore(58)])).toEqual([2, 2, 6]);
    expect(allocate(ore(-100), [ore(-1), ore(-1), ore(-1)])).toEqual([-34, -33, -33]);
    expect(allocate(ore(7), [ore(10), ore(-3)])).toEqual([10, -3]);
  });

  test('parts that add up to nothing have no proportion', () => {
    expect(() => allocate(ore(1), [ore(5), ore(-5)])).toThrow(RangeError);
  });
});

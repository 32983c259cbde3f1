import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import { addDays, isoDate } from '../../accounting/dates.ts';
import type { Ledger } from '../../accounting/books.ts';
import type { ExplanationCode } from '../../accounting/explain/explanation.ts';
import { BooksBuilder } from '../cases/builder.ts';

/** What a planted error must come out as. */
interface Planted {
  readonly code: ExplanationCode;
  readonly amountOre: number;
}

const spring = isoDate('2025-04-01');
const autumn = isoDate('2025-10-10');
const january = isoDate('2026-01-15');
const accountOf = { receivables: '1510', payables: '2440' } as const;
const signOf = { receivables: 1, payables: -1 } as const;

/** Each makes an error of one kind on documents of its own. `amount` is 1.00 or more, in öre. */
const plants: Record<string, (books: BooksBuilder, ledger: Ledger, amount: number) => Planted> = {
  'a manual voucher': (books, ledger, amount) => {
    books.voucher('closing', 'A', 'Insättning', autumn, [
      [accountOf[ledger], amount * signOf[ledger]],
      ['1930', -amount * signOf[ledger]],
    ]);
    return { code: 'manualVoucher', amountOre: amount };
  },
  'an edited invoice voucher': (books, ledger, amount) => {
    books.invoice({ ledger, date: autumn, total: 2 * amount, booked: amount, edited: true });
    return { code: 'editedVoucher', amountOre: -amount };
  },
  'an edited payment voucher, by less than a krona': (books, ledger, amount) => {
    const invoice = books.invoice({ ledger, date: spring, total: amount });
    books.payment(invoice, { date: autumn, amount, booked: 7 - amount, edited: true });
    return { code: 'editedVoucher', amountOre: 7 };
  },
  'an invoice of another amount than its voucher': (books, ledger, amount) => {
    books.invoice({ ledger, date: autumn, total: amount, booked: 3 * amount });
    return { code: 'invoiceVoucherMismatch', amountOre: 2 * amount };
  },
  'an invoice without a voucher': (books, ledger, amount) => {
    books.invoice({ ledger, date: autumn, total: amount, booked: null });
    return { code: 'invoiceVoucherMismatch', amountOre: -amount };
  },
  'a payment on another account': (books, ledger, amount) => {
    const invoice = books.invoice({ ledger, date: spring, total: amount });
    books.payment(invoice, { date: autumn, amount, voucherAccount: '1684' });
    return { code: 'paymentOnOtherAccount', amountOre: amount };
  },
  'a payment without a voucher': (books, ledger, amount) => {
    const invoice = books.invoice({ ledger, date: spring, total: amount });
    books.payment(invoice, { date: autumn, amount, booked: null });
    return { code: 'paymentOnOtherAccount', amountOre: amount };
  },
  'an invoice booked in the next year': (books, ledger, amount) => {
    books.invoice({ ledger, date: autumn, total: amount, voucherYear: 'next' });
    return { code: 'wrongPeriod', amountOre: -amount };
  },
  'an invoice of the next year booked in this': (books, ledger, amount) => {
    books.invoice({ ledger, date: january, total: amount, voucherYear: 'closing' });
    return { code: 'wrongPeriod', amountOre: amount };
  },
  'a payment booked in the next year': (books, ledger, amount) => {
    const invoice = books.invoice({ ledger, date: spring, total: amount });
    books.payment(invoice, { date: autumn, amount, voucherYear: 'next' });
    return { code: 'wrongPeriod', amountOre: amount };
  },
  'a payment of the next year booked in this': (books, ledger, amount) => {
    const invoice = books.invoice({ ledger, date: spring, total: amount });
    books.payment(invoice, { date: january, amount, voucherYear: 'closing' });
    return { code: 'wrongPeriod', amountOre: -amount };
  },
  'an invoice of the year before booked in the next': (books, ledger, amount) => {
    books.invoice({ ledger, date: isoDate('2024-11-11'), total: amount, voucherYear: 'next' });
    return { code: 'wrongPeriod', amountOre: -amount };
  },
  'an invoice booked twice': (books, ledger, amount) => {
    const invoice = books.invoice({ ledger, date: autumn, total: amount });
    const type = ledger === 'receivables' ? 'INVOICE' : 'SUPPLIERINVOICE';
    const rows: [string, number][] = [
      [accountOf[ledger], amount * signOf[ledger]],
      ['3001', -amount * signOf[ledger]],
    ];
    books.voucher('closing', 'I', 'Faktura igen', autumn, rows, {
      reference: { type, number: invoice.number },
    });
    return { code: 'duplicate', amountOre: amount };
  },
  'rounding of an invoice': (books, ledger, amount) => {
    books.invoice({ ledger, date: autumn, total: amount + 99, booked: amount });
    return { code: 'rounding', amountOre: -99 };
  },
  'rounding of a payment': (books, ledger, amount) => {
    const invoice = books.invoice({ ledger, date: spring, total: amount });
    books.payment(invoice, { date: autumn, amount, booked: -amount - 1 });
    return { code: 'rounding', amountOre: -1 };
  },
  'a settlement that nobody knows the date of': (books, ledger, amount) => {
    books.invoice({ ledger, date: autumn, total: amount, balanceToday: 0 });
    return { code: 'settlementUnknown', amountOre: amount };
  },
  'a settlement by its final date': (books, ledger, amount) => {
    const invoice = books.invoice({
      ledger,
      date: autumn,
      total: 2 * amount,
      balanceToday: 0,
      finalPayDate: autumn,
    });
    books.payment(invoice, { date: autumn, amount });
    return { code: 'settlementUnknown', amountOre: amount };
  },
};

/** Nothing wrong: every kind of document that agrees with the ledger. */
function addSound(books: BooksBuilder, ledger: Ledger, amount: number): void {
  const paid = books.invoice({ ledger, date: spring, total: amount });
  books.payment(paid, { date: autumn, amount: amount - 40, writeOff: 40 });
  const part = books.invoice({ ledger, date: autumn, total: 3 * amount, party: 1 });
  books.payment(part, { date: autumn, amount });
  books.payment(part, { date: january, amount });
  books.invoice({ ledger, date: autumn, total: -amount, party: 2 });
  const old = books.invoice({ ledger, date: isoDate('2024-06-01'), total: amount, party: 3 });
  books.payment(old, { date: spring, amount: amount - 100 });
  const advance = books.invoice({ ledger, date: january, total: amount });
  books.payment(advance, { date: addDays(january, -30), amount: 100 });
  const foreign = books.invoice({ ledger, date: spring, total: amount, currencyRate: '11.2347' });
  books.payment(foreign, { date: autumn, amount: Math.floor(amount / 3) });
  books.payment(foreign, { date: autumn, amount: Math.floor(amount / 7) });
  if (ledger === 'receivables')
    books.invoice({ ledger, date: autumn, total: amount + 5000, taxReduction: 5000 });
}

const amounts = fc.integer({ min: 101, max: 5_000_000 });
const sound = fc.array(
  fc.record({ ledger: fc.constantFrom<Ledger>('receivables', 'payables'), amount: amounts }),
  { maxLength: 4 },
);
const ledgers = fc.constantFrom<Ledger>('receivables', 'payables');

const byCodeAndAmount = (a: Planted, b: Planted): number =>
  a.code.localeCompare(b.code) || a.amountOre - b.amountOre;

/** What each ledger's attachment says of books with the sound and the planted in them, and what it must say. */
function explain(
  errors: readonly { kind: string; ledger: Ledger; amount: number }[],
  good: readonly { ledger: Ledger; amount: number }[],
): { readonly said: unknown; readonly planted: unknown } {
  const books = new BooksBuilder();
  for (const { ledger, amount } of good) addSound(books, ledger, amount);
  const planted: Record<Ledger, Planted[]> = { receivables: [], payables: [] };
  for (const { kind, ledger, amount } of errors) {
    const made = plants[kind]?.(books, ledger, amount);
    if (made) planted[ledger].push(made);
  }
  const built = books.build();
  const said = (ledger: Ledger): unknown => {
    const { explanations, unexplainedOre } = buildAttachment(ledger, built, { rates: [] });
    const found = explanations.map(({ code, amountOre }) => ({ code, amountOre }));
    return { found: found.toSorted(byCodeAndAmount), unexplainedOre };
  };
  const must = (ledger: Ledger): unknown => ({
    found: planted[ledger].toSorted(byCodeAndAmount),
    unexplainedOre: 0,
  });
  return {
    said: [said('receivables'), said('payables')],
    planted: [must('receivables'), must('payables')],
  };
}

test('sound books have no difference and nothing to explain', () => {
  fc.assert(
    fc.property(sound, (good) => {
      const { said, planted } = explain([], good);
      expect(said).toEqual(planted);
    }),
  );
});

describe.each(Object.keys(plants))('%s', (kind) => {
  test('is found and named, alone among sound documents', () => {
    fc.assert(
      fc.property(ledgers, amounts, sound, (ledger, amount, good) => {
        const { said, planted } = explain([{ kind, ledger, amount }], good);
        expect(said).toEqual(planted);
      }),
      { numRuns: 30 },
    );
  });
});

test('errors of every kind, mixed: each is found, none is invented', () => {
  const error = fc.record({
    kind: fc.constantFrom(...Object.keys(plants)),
    ledger: ledgers,
    amount: amounts,
  });
  fc.assert(
    fc.property(fc.array(error, { maxLength: 20 }), sound, (errors, good) => {
      const { said, planted } = explain(errors, good);
      expect(said).toEqual(planted);
    }),
    { numRuns: 200 },
  );
});

test('an opening balance that was changed is told beside the rest', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), sound, (off, good) => {
      fc.pre(off !== 0);
      const books = new BooksBuilder();
      for (const { ledger, amount } of good) addSound(books, ledger, amount);
      books.openingOff.set('1510', off);
      books.openingOff.set('2440', -off);
      for (const ledger of ['receivables', 'payables'] as const) {
        const { explanations, unexplainedOre } = buildAttachment(ledger, books.build(), { rates: [] });
        expect(explanations).toMatchObject([
          { code: 'openingBalance', amountOre: off, references: [`account ${accountOf[ledger]}`] },
        ]);
        expect(unexplainedOre).toBe(0);
      }
    }),
  );
});

test('what no rule explains stays unexplained', () => {
  const books = new BooksBuilder();
  books.voucher(
    'closing',
    'A',
    'Periodisering',
    autumn,
    [
      ['1510', 12_300],
      ['3001', -12_300],
    ],
    {
      reference: { type: 'ACCRUAL', number: '1' },
    },
  );
  const { explanations, unexplainedOre, differenceOre } = buildAttachment('receivables', books.build(), {
    rates: [],
  });
  expect(explanations).toEqual([]);
  expect(differenceOre).toBe(12_300);
  expect(unexplainedOre).toBe(12_300);
});

import type { Planted, Voucher } from '../books.ts';
import { addInvoice, book, draftInvoice, pay, type Draft } from './draft.ts';

/**
 * Differences put in on purpose, all in the closing year, one for most of the explanations that a reconciliation knows.
 * Answers what was planted once vouchers and documents have their numbers.
 */
export function plant(draft: Draft): () => Planted[] {
  const [, , , customer = ''] = draft.books.receivables.parties.keys();
  const [, , supplier = ''] = draft.books.payables.parties.keys();

  const manual = book(draft, 'A', '2025-06-30', 'Försäljning utan faktura i reskontran', [
    ['1510', 150_000],
    ['3001', -120_000],
    ['2611', -30_000],
  ]);

  const elsewhere = addInvoice(draft, {
    side: 'payables',
    party: supplier,
    date: '2025-09-10',
    terms: 30,
    net: 350_000,
    vatRate: '25',
    account: '6110',
  });
  pay(draft, 'payables', elsewhere, '2025-10-08', elsewhere.total, { otherAccount: '1684' });
  const elsewhereVoucher = lastVoucher(draft);

  const late = addInvoice(
    draft,
    {
      side: 'payables',
      party: supplier,
      date: '2025-12-29',
      terms: 30,
      net: 720_000,
      vatRate: '25',
      account: '6550',
    },
    { bookedOn: '2026-01-05' },
  );
  const lateVoucher = lastVoucher(draft);

  const rounded = addInvoice(
    draft,
    {
      side: 'receivables',
      party: customer,
      date: '2025-11-05',
      terms: 30,
      net: 800_032,
      vatRate: '25',
      account: '3001',
    },
    {
      change: (rows) =>
        rows.map(([account, amount]) => [
          account,
          account === '2611' ? amount : Math.trunc(amount / 100) * 100,
        ]),
    },
  );
  const roundedVoucher = lastVoucher(draft);
  balance(roundedVoucher);
  pay(draft, 'receivables', rounded, '2026-01-20', rounded.total);

  // Marked as paid in the subledger without a payment row, because somebody booked the bank by hand.
  const { invoice: settled, rows } = draftInvoice({
    side: 'receivables',
    party: customer,
    date: '2025-03-12',
    terms: 30,
    net: 500_000,
    vatRate: '25',
    account: '3001',
  });
  draft.documents.push({
    side: 'receivables',
    invoice: settled,
    voucher: book(draft, 'B', settled.invoiceDate, '', rows),
    credits: null,
  });
  settled.balance = 0;
  settled.finalPayDate = '2025-04-10';
  const bank = book(draft, 'A', '2025-04-10', 'Insättning bank', [
    ['1930', settled.total],
    ['1510', -settled.total],
  ]);

  const edited = book(draft, 'A', '2025-05-06', 'Kontorsmateriel, rättad', [
    ['6110', 48_000],
    ['2641', 12_000],
    ['1930', -60_000],
  ]);
  edited.rows.unshift(
    ...edited.rows.map((row) => ({
      ...row,
      account: row.account === '6110' ? '5410' : row.account,
      removed: true,
    })),
  );

  return () => [
    {
      code: 'manualVoucher',
      attachment: '1510',
      references: [reference(manual)],
      about: 'A sale booked by hand on 1510, with no invoice in the subledger.',
      effects: [{ date: manual.date, amountOre: 150_000 }],
    },
    {
      code: 'manualVoucher',
      attachment: '1510',
      references: [reference(bank)],
      about: 'A customer payment booked by hand; the invoice is marked as paid without a payment row.',
      effects: [{ date: bank.date, amountOre: -settled.total }],
    },
    {
      code: 'settlementUnknown',
      attachment: '1510',
      references: [`invoice ${settled.number}`],
      about:
        'The other side of it: paid in the subledger, settled on its final pay date without a payment row.',
      effects: [{ date: bank.date, amountOre: settled.total }],
    },
    {
      code: 'rounding',
      attachment: '1510',
      references: [reference(roundedVoucher), `invoice ${rounded.number}`],
      about: 'The voucher of an invoice leaves its öre out.',
      effects: [{ date: roundedVoucher.date, amountOre: -(rounded.total % 100) }],
    },
    {
      code: 'paymentOnOtherAccount',
      attachment: '2440',
      references: [reference(elsewhereVoucher), ...paymentsOn(draft, elsewhereVoucher)],
      about: 'A supplier payment booked on 1684 instead of 2440.',
      effects: [{ date: elsewhereVoucher.date, amountOre: elsewhere.total }],
    },
    {
      code: 'wrongPeriod',
      attachment: '2440',
      references: [
        `${reference(lateVoucher)}@${lateVoucher.financialYear}`,
        `supplierInvoice ${late.number}`,
      ],
      about: 'A supplier invoice of December, booked in January of the next year.',
      effects: [
        { date: late.invoiceDate, amountOre: -late.total },
        { date: lateVoucher.date, amountOre: late.total },
      ],
    },
    {
      code: 'removedRows',
      attachment: '1510',
      references: [reference(edited)],
      about: 'A voucher with removed rows, without effect on either account: no difference.',
      effects: [],
    },
  ];
}

function lastVoucher(draft: Draft): Voucher {
  const voucher = draft.vouchers.at(-1);
  if (!voucher) throw new Error('nothing was booked');
  return voucher;
}

/** Puts what is missing to balance on the sales account. */
function balance(voucher: Voucher): void {
  const sum = voucher.rows.reduce((left, row) => left + row.debit - row.credit, 0);
  const sales = voucher.rows.find((row) => row.account === '3001');
  if (sales) sales.credit += sum;
}

const reference = (voucher: Voucher) => `${voucher.series}-${voucher.number}`;

function paymentsOn(draft: Draft, voucher: Voucher): string[] {
  return draft.payments
    .filter((entry) => entry.voucher === voucher)
    .map(
      ({ side, payment }) => `${side === 'receivables' ? 'payment' : 'supplierPayment'} ${payment.number}`,
    );
}

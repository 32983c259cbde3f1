import type { Invoice } from '../books.ts';
import { addDays } from '../clock.ts';
import type { Ore } from '../money.ts';
import { addInvoice, later, offset, pay, type Draft, type InvoiceDraft, type Side } from './draft.ts';

const FIRST_DAY = '2024-01-08';
const DAYS = 790;

const names = {
  receivables: [
    'Björkens Bygg AB',
    'Café Månen HB',
    'Ödmans Åkeri AB',
    'Åsa Lind Konsult',
    'Fjällvy Hotell AB',
    'Nordic Example Ltd',
    'Brf Eken',
    'Tallens Tandvård AB',
    'Vågens Fisk & Vilt AB',
    'Kvarnby Kommun',
  ],
  payables: [
    'Grossist Nord AB',
    'Elkraft i Ån AB',
    'Kontorsvaror Öst AB',
    'Example Software B.V.',
    'Transport & Lager AB',
    'Städbolaget Ängen',
    'Telebolaget Syd AB',
  ],
};

/** The parties of both ledgers, a few more for many invoices. */
export function addParties(draft: Draft, invoices: number): void {
  for (const side of ['receivables', 'payables'] as const) {
    const many = Math.min(Math.max(names[side].length, Math.round(invoices / 20)), 2000);
    const first = side === 'receivables' ? 10 : 500;
    for (let index = 0; index < many; index++) {
      const name = names[side][index] ?? `${side === 'receivables' ? 'Kund' : 'Leverantör'} ${index + 1} AB`;
      draft.books[side].parties.set(String(first + index), { number: String(first + index), name });
    }
  }
}

/** SEK for a euro on a day: a slow wave, the same for every seed. */
function euroRate(date: string): string {
  const day = Math.round(Date.parse(date) / 86_400_000);
  return (11.2 + 0.35 * Math.sin(day / 40)).toFixed(4);
}

/** Invoices of one ledger, spread evenly over the years, each with what became of it. */
export function addDocuments(draft: Draft, side: Side, count: number): void {
  const parties = [...draft.books[side].parties.keys()];
  for (let index = 0; index < count; index++) {
    const date = addDays(FIRST_DAY, Math.floor(((index + 0.5) * DAYS) / count));
    const party = parties[draft.random.int(0, parties.length - 1)] ?? '';
    if (draft.random.chance(0.06)) addEuroInvoice(draft, side, party, date);
    else addOrdinaryInvoice(draft, side, party, date);
  }
}

function addOrdinaryInvoice(draft: Draft, side: Side, party: string, date: string): void {
  const { random } = draft;
  const receivable = side === 'receivables';
  const vatRate = random.pick(['25', '25', '25', '25', '25', '12', '6'] as const);
  const salesAccount = { '25': '3001', '12': '3002', '6': '3003' }[vatRate];
  const from: InvoiceDraft = {
    side,
    party,
    date,
    terms: random.pick([30, 30, 30, 20, 10]),
    vatRate,
    net: receivable
      ? random.int(2_000, 48_000) * 100 + random.pick([0, 0, 50, 40, 8])
      : random.int(800, 22_000) * 100,
    account: receivable
      ? salesAccount
      : random.pick(['4010', '4010', '5410', '6110', '6540', '6550', '5800']),
  };
  const invoice = addInvoice(draft, from);
  settle(draft, side, invoice, from);
}

/** What becomes of an invoice in SEK. */
function settle(draft: Draft, side: Side, invoice: Invoice, from: InvoiceDraft): void {
  const { random } = draft;
  const payDay = later(draft, invoice.dueDate, -5, 20);
  const what = random.int(1, 100);
  const { total } = invoice;
  const part = (percent: number): Ore => Math.round((total * percent) / 10_000) * 100;
  if (what <= 8) {
    pay(draft, side, invoice, payDay, part(40));
    pay(draft, side, invoice, later(draft, payDay, 15, 45), total - part(40));
  } else if (what <= 13 && total % 100 !== 0) {
    pay(draft, side, invoice, payDay, Math.floor(total / 100) * 100, { writtenOff: total % 100 });
  } else if (what <= 15) {
    pay(draft, side, invoice, payDay, total + 10_000);
  } else if (what <= 18) {
    credit(draft, side, invoice, from);
  } else if (what <= 20 && invoice.invoiceDate >= '2025-06-01') {
    pay(draft, side, invoice, payDay, part(60));
  } else if (what > 23 || invoice.invoiceDate < '2025-10-01') {
    pay(draft, side, invoice, payDay, total);
  }
}

/** A credit note for the whole invoice, marked as paid against it a few days later. */
function credit(draft: Draft, side: Side, invoice: Invoice, from: InvoiceDraft): void {
  const date = later(draft, invoice.invoiceDate, 5, 25);
  if (date > draft.today) return;
  const note = addInvoice(draft, { ...from, date, terms: 0, net: -from.net, creditOf: invoice });
  offset(draft, side, invoice, note, later(draft, date, 0, 6));
}

function addEuroInvoice(draft: Draft, side: Side, party: string, date: string, paid = true): void {
  const invoice = addInvoice(draft, {
    side,
    party,
    date,
    terms: 30,
    vatRate: '0',
    currency: 'EUR',
    rate: euroRate(date),
    account: side === 'receivables' ? '3305' : '4535',
    net: draft.random.int(150, 2_400) * 100,
  });
  if (!paid) return;
  const payDay = later(draft, invoice.dueDate, -3, 12);
  pay(draft, side, invoice, payDay, invoice.total, { rate: euroRate(payDay) });
}

/** What every sample holds: a long overdue claim, and euros open on both ledgers at the balance date. */
export function addSpecials(draft: Draft): void {
  const [customer = '', other = ''] = draft.books.receivables.parties.keys();
  const [supplier = ''] = draft.books.payables.parties.keys();
  addInvoice(draft, {
    side: 'receivables',
    party: other,
    date: '2025-07-16',
    terms: 30,
    net: 4_800_000,
    vatRate: '25',
    account: '3001',
  });
  addEuroInvoice(draft, 'receivables', customer, '2025-11-24', false);
  addEuroInvoice(draft, 'payables', supplier, '2025-12-08', false);
}

import postgres from 'postgres';
import { buildAttachment } from '../../accounting/attachment.ts';
import { closingBalances } from '../../accounting/balances.ts';
import type { Books } from '../../accounting/books.ts';
import { sumOre } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import { openItemsAt } from '../../accounting/open-items.ts';
import { readSubledger } from '../../accounting/subledger.ts';
import { linkVouchers } from '../../accounting/voucher-links.ts';
import type { BenchDatabase } from './database.ts';
import { balanceDate, ledgerBooks } from './ledger-books.ts';
import { elapsedMs, figure, inTurns, median } from './measure.ts';
import type { BenchResult } from './sie-read.ts';

const attach = (books: Books) => buildAttachment('receivables', books, { rates: [] });

/** What is open at the balance date, and what the ledger says more. */
function reconcile(books: Books): { openOre: Ore; differenceOre: number } {
  const open = openItemsAt(balanceDate, readSubledger('receivables', books), linkVouchers(books));
  const openOre = sumOre(open.items.map((item) => item.openOre));
  return { openOre, differenceOre: (closingBalances(books.closing).get('1510') ?? 0) - openOre };
}

/** Open items with their reconciliation against one SQL aggregate over the same rows; explaining planted differences. */
export async function ledgerBench(opened: BenchDatabase, firstImportMs: number): Promise<BenchResult[]> {
  const books = ledgerBooks(100_000);
  const tenth = ledgerBooks(10_000);
  const sql = postgres(opened.adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await fill(sql, books);
    let openOre = 0;
    const times = await inTurns(7, {
      whole: () => {
        const { openOre: sum, differenceOre } = reconcile(books);
        if (differenceOre !== 0) throw new Error('the books do not reconcile');
        openOre = sum;
      },
      tenth: () => void reconcile(tenth),
      aggregate: async () => {
        const [row] = await aggregate(sql);
        if (openOre !== 0 && (Number(row?.['open']) !== openOre || Number(row?.['ledger']) !== openOre))
          throw new Error('SQL and the attachment differ');
      },
    });
    return [
      figure(
        'open items, 100,000 invoices / one SQL aggregate',
        times.whole / times.aggregate,
        'ratio',
        'lower',
        2,
      ),
      figure('open items, 10,000 to 100,000 invoices', times.whole / times.tenth, 'times', 'lower', 11),
      ...(await explainerBench(firstImportMs)),
    ];
  } finally {
    await sql.end();
  }
}

async function explainerBench(firstImportMs: number): Promise<BenchResult[]> {
  // With the payments' about 100,000 vouchers.
  const books = ledgerBooks(51_000, 20);
  const tenth = ledgerBooks(5_100, 20);
  const times: number[] = [];
  const small: number[] = [];
  for (let round = 0; round < 8; round++) {
    times.push(
      await elapsedMs(() => {
        const { explanations, unexplainedOre } = attach(books);
        if (explanations.length !== 20 || unexplainedOre !== 0) throw new Error('the planted were not found');
      }),
    );
    small.push(await elapsedMs(() => attach(tenth)));
  }
  const explained = median(times.slice(1));
  return [
    figure(
      'difference explainer, 20 planted / first import',
      explained / firstImportMs,
      'ratio',
      'lower',
      0.25,
    ),
    figure(
      'difference explainer, 10 times the vouchers',
      explained / median(small.slice(1)),
      'times',
      'lower',
      11,
    ),
  ];
}

/** The same rows as plain columns. */
async function fill(sql: postgres.Sql, books: Books): Promise<void> {
  await sql`create temporary table invoices (number text, party text, date date, due date, total bigint)`;
  await sql`create temporary table payments (number text, invoice text, date date, amount bigint)`;
  await sql`create temporary table voucher_rows (account text, amount bigint)`;
  const rows = {
    invoices: books.invoices.map((one) => [
      one.number,
      one.partyNumber,
      one.invoiceDate,
      one.dueDate,
      one.total,
    ]),
    payments: books.payments.map((one) => [one.number, one.invoiceNumber, one.date, one.amountOre]),
    voucher_rows: books.closing.vouchers.flatMap((voucher) =>
      voucher.rows.map(({ account, amountOre }) => [account, amountOre]),
    ),
  };
  for (const [table, lines] of Object.entries(rows)) {
    const copy = await sql`copy ${sql(table)} from stdin`.writable();
    const done = new Promise<void>(
      (resolve, reject) => void copy.once('finish', resolve).once('error', reject),
    );
    copy.end(lines.map((line) => `${line.join('\t')}\n`).join(''));
    await done;
  }
  await sql`analyze`;
}

const aggregate = (sql: postgres.Sql) => sql`
  with open as (
    select i.number, i.party, i.total - coalesce(sum(p.amount), 0) as open
    from invoices i left join payments p on p.invoice = i.number and p.date <= ${balanceDate}
    where i.date <= ${balanceDate}
    group by i.number, i.party, i.total
    having i.total <> coalesce(sum(p.amount), 0)
  )
  select (select sum(open) from open) as open,
    (select sum(amount) from voucher_rows where account = '1510') as ledger`;

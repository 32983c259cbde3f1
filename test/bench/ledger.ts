import { finished } from 'node:stream/promises';
import postgres from 'postgres';
import { buildAttachment } from '../../accounting/attachment.ts';
import type { Books } from '../../accounting/books.ts';
import type { Ore } from '../../accounting/money.ts';
import { copyIn } from '../../db/copy-in.ts';
import type { BenchDatabase } from './database.ts';
import { balanceDate, wholeAndTenths } from './ledger-books.ts';
import { firstImportMs } from './import.ts';
import { figure, inTurns, pairedRatio } from './measure.ts';
import { sampleSie } from './sie-file.ts';
import type { BenchResult } from './sie-read.ts';

const attach = (books: Books) => buildAttachment('receivables', books, { rates: [] });

/** The attachment of books in which all is well. Gives what is open. */
function reconcile(books: Books): Ore {
  const { specificationOre, differenceOre, explanations } = attach(books);
  if (differenceOre !== 0 || explanations.length > 0) throw new Error('the books do not reconcile');
  return specificationOre;
}

const rounds = 25;
/** Where the same books lie in memory differs from build to build, and the growth with it by a tenth. */
const builds = 5;

/**
 * Open items with their reconciliation against one SQL aggregate over the same rows; explaining planted differences.
 * Growth is held against ten books of a tenth each, gone through one after the other: one small book alone would stay in
 * the processor's cache from round to round, and be measured without its memory.
 */
export async function ledgerBench(opened: BenchDatabase): Promise<BenchResult[]> {
  const { whole, tenths } = wholeAndTenths(100_000);
  const openOre = reconcile(whole);
  const grown = { whole: [] as number[], tenths: [] as number[] };
  for (let build = 0; build < builds; build++) {
    const { whole: one, tenths: ten } = build === 0 ? { whole, tenths } : wholeAndTenths(100_000);
    const times = await inTurns(rounds, {
      whole: () => reconcile(one),
      tenths: () => ten.forEach(reconcile),
    });
    grown.whole.push(...times.whole);
    grown.tenths.push(...times.tenths);
  }
  const sql = postgres(opened.adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await fill(sql, whole);
    const { items, aggregated } = await inTurns(5, {
      items: () => reconcile(whole),
      aggregated: async () => {
        const [row] = await aggregate(sql);
        if (Number(row?.['open']) !== openOre || Number(row?.['ledger']) !== openOre)
          throw new Error('SQL and the attachment differ');
      },
    });
    return [
      figure(
        'open items, 100,000 invoices / one SQL aggregate',
        pairedRatio(items, aggregated),
        'ratio',
        'lower',
        2,
      ),
      growth('open items, 10,000 to 100,000 invoices', grown),
      ...(await explainerBench(opened)),
    ];
  } finally {
    await sql.end();
  }
}

/** The time of the whole against the mean of the ten tenths'. */
const growth = (
  name: string,
  { whole, tenths }: { readonly whole: readonly number[]; readonly tenths: readonly number[] },
): BenchResult => figure(name, 10 * pairedRatio(whole, tenths), 'times', 'lower', 11);

async function explainerBench(opened: BenchDatabase): Promise<BenchResult[]> {
  // With the payments' about 100,000 vouchers.
  const { whole, tenths } = wholeAndTenths(51_000, 20);
  const file = sampleSie(100_000);
  const explain = (one: Books): void => {
    const { explanations, unexplainedOre } = attach(one);
    if (explanations.length !== 20 || unexplainedOre !== 0) throw new Error('the planted were not found');
  };
  const grown = await inTurns(rounds, {
    whole: () => explain(whole),
    tenths: () => tenths.forEach(explain),
  });
  const { explained, imported } = await inTurns(5, {
    explained: () => explain(whole),
    imported: () => firstImportMs(opened, file),
  });
  return [
    figure(
      'difference explainer, 20 planted / first import',
      pairedRatio(explained, imported),
      'ratio',
      'lower',
      0.25,
    ),
    growth('difference explainer, 10 times the vouchers', grown),
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
    const copy = await copyIn(sql`copy ${sql(table)} from stdin`);
    const done = finished(copy);
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

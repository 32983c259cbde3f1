import type { Child } from 'hono/jsx';
import type { Voucher, VoucherRow } from '../../../accounting/books.ts';
import { formatKronor } from '../../../accounting/money.ts';
import type { Ore } from '../../../accounting/money.ts';
import type { BookChanges } from '../../close/changes.ts';
import { recordName } from '../words.ts';
import type { Tone } from '../words.ts';
import { Empty, Money, Pill } from './bits.tsx';

/** What one list may be long in showing: the rest is counted. */
const mostShown = 200;

/** What has happened to the books since an earlier import: what is new, changed and removed, and which balances moved. */
export function Changes({
  changes: { years, records, accounts, unchanged },
  children,
}: {
  readonly changes: BookChanges;
  readonly children?: Child;
}) {
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  const moved = years.flatMap((year) => year.moved).filter(({ amountOre }) => amountOre !== 0);
  return (
    <section>
      <h3>{children}</h3>
      {unchanged && <Empty>Ingen annan har ändrat något i bokföringen.</Empty>}
      {years.map((year) => (
        <Year year={year} />
      ))}
      {moved.length > 0 && (
        <details>
          <summary>{moved.length} konton har ändrat saldo</summary>
          <ul class="plain">
            {moved.slice(0, mostShown).map(({ account, amountOre }) => (
              <li>
                {account} {names.get(account)}: <Money ore={amountOre} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {records.length > 0 && <p class="muted">{countByKind(records)}</p>}
    </section>
  );
}

function Year({
  year: { yearFrom, added, changed, removed, ours },
}: {
  readonly year: BookChanges['years'][number];
}) {
  const count = added.length + changed.length + removed.length + ours.length;
  return (
    <div class="table-wrap">
      <table>
        <caption>
          Räkenskapsåret från {yearFrom}: {added.length} nya, {changed.length} ändrade, {removed.length}{' '}
          borttagna
          {ours.length > 0 && `, ${ours.length} från det här bokslutet`}
        </caption>
        <tbody>
          {changed.slice(0, mostShown).map(({ after, rowsRemoved, rowsAdded }) => (
            <Line voucher={after} tone="warn" word="Ändrad">
              <Rows rows={rowsRemoved} word="Borttagen rad" />
              <Rows rows={rowsAdded} word="Ny rad" />
            </Line>
          ))}
          {removed.slice(0, mostShown).map((voucher) => (
            <Line voucher={voucher} tone="bad" word="Borttagen" />
          ))}
          {added.slice(0, mostShown).map((voucher) => (
            <Line voucher={voucher} tone="good" word="Ny" />
          ))}
          {ours.slice(0, mostShown).map((voucher) => (
            <Line voucher={voucher} tone="calm" word="Bokslutets" />
          ))}
        </tbody>
      </table>
      {count > mostShown && <p class="muted">Listan visar högst {mostShown} av varje slag.</p>}
    </div>
  );
}

const Line = ({
  voucher,
  tone,
  word,
  children,
}: {
  readonly voucher: Voucher;
  readonly tone: Tone;
  readonly word: string;
  readonly children?: Child;
}) => (
  <tr>
    <td>
      <Pill tone={tone}>{word}</Pill>
    </td>
    <td class="nowrap">
      {voucher.series} {voucher.number}
    </td>
    <td class="nowrap">{voucher.date}</td>
    <td>
      {voucher.text}
      {children}
    </td>
    <td class="num">{formatKronor(turnover(voucher))}</td>
  </tr>
);

const Rows = ({ rows, word }: { readonly rows: readonly VoucherRow[]; readonly word: string }) => (
  <>
    {rows.map(({ account, amountOre }) => (
      <small>
        {word}: {account} <Money ore={amountOre} />
      </small>
    ))}
  </>
);

const turnover = ({ rows }: Voucher): Ore =>
  rows.reduce((sum, { amountOre }) => (amountOre > 0 ? sum + amountOre : sum), 0) as Ore;

function countByKind(records: readonly { readonly kind: string }[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of records) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return `Dessutom ändrade: ${[...counts].map(([kind, count]) => `${count} ${recordName(kind)}`).join(', ')}.`;
}

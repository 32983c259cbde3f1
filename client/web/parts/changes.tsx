import type { Child } from 'hono/jsx';
import type { Voucher, VoucherRow } from '../../../accounting/books.ts';
import { formatKronor } from '../../../accounting/money.ts';
import type { Ore } from '../../../accounting/money.ts';
import type { BookChanges } from '../../close/changes.ts';
import { closePath } from '../close-frame.tsx';
import { documentKinds, documentPath, voucherPath } from '../record-path.ts';
import type { DocumentKind } from '../record-path.ts';
import { recordName } from '../words.ts';
import type { Tone } from '../words.ts';
import { Empty, Money, More, Pill } from './bits.tsx';
import { RecordLinks } from './record-link.tsx';

/** What one list may be long in showing: the rest is counted. */
const mostShown = 200;

/** What has happened to the books since an earlier import: what is new, changed and removed, and which balances moved. */
export function Changes({
  id,
  changes: { years, records, accounts, unchanged },
  children,
}: {
  /** Of the close, for the links to its records. */
  readonly id: string;
  readonly changes: BookChanges;
  readonly children?: Child;
}) {
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  // Opening balances stand with their amounts among the balances of their year.
  const others = records.filter(
    ({ kind, key }) => kind !== 'balance' || !years.some(({ yearFrom }) => key.startsWith(yearFrom)),
  );
  return (
    <section>
      <h3>{children}</h3>
      {unchanged && <Empty>Ingen annan har ändrat något i bokföringen.</Empty>}
      {years.map((year) => (
        <>
          <Year id={id} year={year} />
          <Balances id={id} year={year} names={names} />
        </>
      ))}
      {others.length > 0 && <Others id={id} records={others} />}
    </section>
  );
}

/** The accounts that others moved, by a voucher or by the opening balance. */
function Balances({
  id,
  year: { yearFrom, moved },
  names,
}: {
  readonly id: string;
  readonly year: BookChanges['years'][number];
  readonly names: ReadonlyMap<string, string>;
}) {
  const byOthers = moved.filter(({ amountOre, openingOre }) => amountOre !== 0 || openingOre !== 0);
  if (byOthers.length === 0) return null;
  return (
    <details>
      <summary>
        {byOthers.length} konton har ändrat saldo räkenskapsåret från {yearFrom}
      </summary>
      <ul class="plain">
        {byOthers.slice(0, mostShown).map(({ account, amountOre, openingOre }) => (
          <li>
            <RecordLinks id={id} references={[account]} /> {names.get(account)}: <Money ore={amountOre} />
            {openingOre !== 0 && (
              <small>
                {' '}
                varav ingående balans <Money ore={openingOre} />
              </small>
            )}
          </li>
        ))}
      </ul>
      <More of={byOthers.length} shown={mostShown} />
    </details>
  );
}

function Year({
  id,
  year: { yearFrom, added, changed, removed, retold, ours },
}: {
  readonly id: string;
  readonly year: BookChanges['years'][number];
}) {
  return (
    <div class="table-wrap">
      <table>
        <caption>
          Räkenskapsåret från {yearFrom}: {added.length} nya, {changed.length} ändrade, {removed.length}{' '}
          borttagna
          {ours.length > 0 && `, ${ours.length} från det här bokslutet`}
          {retold.length > 0 && `, ${retold.length} med samma innehåll`}
        </caption>
        <tbody>
          {changed.slice(0, mostShown).map(({ after, rowsRemoved, rowsAdded }) => (
            <Line id={id} yearFrom={yearFrom} voucher={after} tone="warn" word="Ändrad">
              <Rows rows={rowsRemoved} word="Borttagen rad" />
              <Rows rows={rowsAdded} word="Ny rad" />
            </Line>
          ))}
          {removed.slice(0, mostShown).map((voucher) => (
            <Line id={id} yearFrom={yearFrom} voucher={voucher} tone="bad" word="Borttagen" />
          ))}
          {added.slice(0, mostShown).map((voucher) => (
            <Line id={id} yearFrom={yearFrom} voucher={voucher} tone="good" word="Ny" />
          ))}
          {ours.slice(0, mostShown).map((voucher) => (
            <Line id={id} yearFrom={yearFrom} voucher={voucher} tone="calm" word="Bokslutets" />
          ))}
          {retold.slice(0, mostShown).map((voucher) => (
            <Line id={id} yearFrom={yearFrom} voucher={voucher} tone="calm" word="Samma innehåll">
              <small>Bara radernas ordning, eller vad verifikationen hör till, är annorlunda.</small>
            </Line>
          ))}
        </tbody>
      </table>
      {Math.max(added.length, changed.length, removed.length, ours.length, retold.length) > mostShown && (
        <p class="muted">Listan visar högst {mostShown} av varje slag.</p>
      )}
    </div>
  );
}

const Line = ({
  id,
  yearFrom,
  voucher,
  tone,
  word,
  children,
}: {
  readonly id: string;
  readonly yearFrom: string;
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
      <a href={closePath(id, voucherPath({ ...voucher, year: yearFrom }))}>
        {voucher.series} {voucher.number}
      </a>
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

/** What else is new, changed or gone: accounts, invoices, payments, series. */
const Others = ({ id, records }: { readonly id: string; readonly records: BookChanges['records'] }) => (
  <details>
    <summary>{countByKind(records)}</summary>
    <ul class="plain">
      {records.slice(0, mostShown).map(({ kind, key, before, after }) => (
        <li>
          <Pill tone={before === null ? 'good' : after === null ? 'bad' : 'warn'}>
            {before === null ? 'Ny' : after === null ? 'Borttagen' : 'Ändrad'}
          </Pill>{' '}
          <OtherRecord id={id} kind={kind} recordKey={key} />
        </li>
      ))}
    </ul>
    <More of={records.length} shown={mostShown} />
  </details>
);

function OtherRecord({
  id,
  kind,
  recordKey,
}: {
  readonly id: string;
  readonly kind: BookChanges['records'][number]['kind'];
  readonly recordKey: string;
}) {
  const [of = '', number = ''] = recordKey.split(/\/(.*)/s);
  const document = Object.entries(documentKinds).find(([, one]) => one.kind === kind && one.ledger === of) as
    | [DocumentKind, (typeof documentKinds)[DocumentKind]]
    | undefined;
  if (document) {
    const [path, { name }] = document;
    return (
      <a href={closePath(id, documentPath(path, number))}>
        {name} {number}
      </a>
    );
  }
  if (kind === 'balance')
    return (
      <>
        Balans {of} konto {number}
      </>
    );
  return kind === 'account' ? <>Konto {recordKey}</> : <>Serie {recordKey}</>;
}

function countByKind(records: readonly { readonly kind: string }[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of records) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return `Dessutom ändrade: ${[...counts].map(([kind, count]) => `${count} ${recordName(kind)}`).join(', ')}`;
}

import { bucketNames } from '../../../accounting/ageing.ts';
import type { Attachment } from '../../../accounting/attachment.ts';
import { marksByInvoice } from '../../../accounting/item-marks.ts';
import type { ItemMark } from '../../../accounting/item-marks.ts';
import type { OpenItem } from '../../../accounting/open-items.ts';
import { formatKronor } from '../../../accounting/money.ts';
import { remark, stepNames } from '../../../documents/explanations.ts';
import { counted, swedishWhole } from '../../../documents/swedish.ts';
import { closePath } from '../close-frame.tsx';
import { itemPage, itemQueryText, itemsPerPage } from '../item-query.ts';
import type { ItemPage, ItemQuery } from '../item-query.ts';
import { stepPath, voucherPath } from '../record-path.ts';
import { Empty, Money, Pill } from './bits.tsx';
import { markNames } from '../words.ts';
import { Pages } from './pages.tsx';

interface OpenItemsProps {
  readonly id: string;
  /** The attachment's own address. */
  readonly path: string;
  readonly query: ItemQuery;
  readonly attachment: Attachment;
}

/** The rows that specify the ledger, by party, a page at a time. */
export function OpenItems({ id, path, query, attachment }: OpenItemsProps) {
  const { openItems, ledger } = attachment;
  if (openItems.length === 0)
    return (
      <section id="poster">
        <h3>Öppna poster</h3>
        <Empty>Inga poster var öppna på balansdagen.</Empty>
      </section>
    );
  const page = itemPage(openItems, query);
  const isPart = page.count < openItems.length;
  return (
    <section id="poster">
      <h3>Öppna poster</h3>
      {(openItems.length > itemsPerPage || isPart || query.search !== '') && (
        <Search path={path} query={query} ledger={ledger} />
      )}
      {isPart && (
        <p role="status">
          {counted(page.count, 'post', 'poster')} av {swedishWhole(openItems.length)}
          {query.bucket && `, ${bucketNames[query.bucket].toLowerCase()}`}
          {query.search !== '' && `, med ”${query.search}”`}: <Money ore={page.sumOre} />{' '}
          <a href={`${path}#poster`}>Visa alla</a>
        </p>
      )}
      {page.count === 0 ? (
        <Empty>Ingen öppen post stämmer med sökningen. Sök på fakturanummer, kundnummer eller namn.</Empty>
      ) : (
        <Table id={id} path={path} attachment={attachment} page={page} />
      )}
      <Pages
        page={page.page}
        pages={page.pages}
        label="Sidor med öppna poster"
        to={(number) => `${path}${itemQueryText({ ...query, page: number })}#poster`}
      />
    </section>
  );
}

const Search = ({
  path,
  query: { search, bucket },
  ledger,
}: {
  readonly path: string;
  readonly query: ItemQuery;
  readonly ledger: Attachment['ledger'];
}) => (
  <form method="get" action={`${path}#poster`} class="row search" role="search">
    <label class="grow">
      {ledger === 'receivables' ? 'Faktura eller kund' : 'Faktura eller leverantör'}
      <input type="search" name="sok" value={search} maxlength={100} />
    </label>
    {bucket && <input type="hidden" name="alder" value={bucket} />}
    <button class="secondary">Sök</button>
  </form>
);

function Table({
  id,
  path,
  attachment,
  page,
}: {
  readonly id: string;
  readonly path: string;
  readonly attachment: Attachment;
  readonly page: ItemPage;
}) {
  const { ledger, parties, specificationOre, openItems } = attachment;
  const marks = marksByInvoice(attachment);
  const totals = new Map(parties.map((party) => [party.partyNumber, party]));
  return (
    <div class="table-wrap tall" tabindex={0} role="region" aria-label="Öppna poster">
      <table class="dense tight">
        <thead>
          <tr>
            <th scope="col">Faktura</th>
            <th scope="col">Datum</th>
            <th scope="col">Förfaller</th>
            <th scope="col" class="num">
              Belopp
            </th>
            <th scope="col" class="num">
              Betalt
            </th>
            <th scope="col" class="num">
              Öppet
            </th>
            <th scope="col" class="num">
              Dagar förfallet
            </th>
            <th scope="col">Betalt efter balans­dagen</th>
            <th scope="col">Anmärkning</th>
          </tr>
        </thead>
        {byParty(page.items).map((items, index) => {
          const [first] = items;
          if (!first) return null;
          const total = totals.get(first.partyNumber);
          return (
            <tbody>
              <tr class="group">
                <th scope="rowgroup" colspan={5}>
                  {ledger === 'receivables' ? 'Kund' : 'Leverantör'} {first.partyNumber} {first.partyName}
                  {index === 0 && page.before?.partyNumber === first.partyNumber && ' (forts.)'}
                </th>
                <td class="num">{total && <Money ore={total.openOre} />}</td>
                <td colspan={3}></td>
              </tr>
              {items.map((item) => (
                <Item id={id} path={path} ledger={ledger} item={item} mark={marks.get(item.invoiceNumber)} />
              ))}
            </tbody>
          );
        })}
        <tfoot>
          <tr class="sum">
            <th scope="row" colspan={5}>
              Summa, {counted(openItems.length, 'post', 'poster')}
            </th>
            <td class="num">
              <Money ore={specificationOre} />
            </td>
            <td colspan={3}></td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** The items come by party. */
function byParty(items: readonly OpenItem[]): OpenItem[][] {
  const groups: OpenItem[][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last?.[0]?.partyNumber === item.partyNumber) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

const Item = ({
  id,
  path,
  ledger,
  item,
  mark,
}: {
  readonly id: string;
  readonly path: string;
  readonly ledger: Attachment['ledger'];
  readonly item: OpenItem;
  readonly mark: ItemMark | undefined;
}) => (
  <tr id={`faktura-${item.invoiceNumber}`}>
    <td>
      <Trail id={id} ledger={ledger} item={item} />
    </td>
    <td class="nowrap">{item.invoiceDate}</td>
    <td class="nowrap">{item.dueDate}</td>
    <td class="num">
      {formatKronor(item.total)} {item.currency}
    </td>
    <td class="num">
      {formatKronor(item.paid)} {item.currency}
    </td>
    <td class="num">
      <Money ore={item.openOre} />
      {item.openCurrency !== undefined && (
        <small>
          {formatKronor(item.openCurrency)} {item.currency}
        </small>
      )}
    </td>
    <td class="num">{item.daysOverdue > 0 ? item.daysOverdue : ''}</td>
    <td>
      {item.laterPayments.map(({ date, amountOre }) => (
        <div class="nowrap">
          {date} <Money ore={amountOre} />
        </div>
      ))}
    </td>
    <td class="muted">
      {mark?.kind && <Pill tone={mark.kind === 'lost' ? 'bad' : 'warn'}>{markNames[mark.kind]}</Pill>}{' '}
      {remark(item)}
      {mark?.note && <small>{mark.note}</small>}
      <a class="mark" href={`${path}/poster/${encodeURIComponent(item.invoiceNumber)}`}>
        Bedöm<span class="unseen"> faktura {item.invoiceNumber}</span>
      </a>
    </td>
  </tr>
);

/** What made the open amount what it is: each step with its document and its voucher. */
const Trail = ({
  id,
  ledger,
  item: { invoiceNumber, externalNumber, trail },
}: {
  readonly id: string;
  readonly ledger: Attachment['ledger'];
  readonly item: OpenItem;
}) => (
  <details class="trail">
    <summary>
      {invoiceNumber}
      {externalNumber && <small>{externalNumber}</small>}
    </summary>
    <ul class="plain">
      {trail.map((step) => (
        <li>
          {step.date ?? 'datum okänt'}{' '}
          <a href={closePath(id, stepPath(ledger, step))}>
            {stepNames[step.kind]} {step.number}
          </a>
          {step.voucher && (
            <>
              {' '}
              (
              <a href={closePath(id, voucherPath(step.voucher))}>
                {step.voucher.series} {step.voucher.number}
              </a>
              )
            </>
          )}
          : <Money ore={step.amountOre} />
        </li>
      ))}
    </ul>
  </details>
);

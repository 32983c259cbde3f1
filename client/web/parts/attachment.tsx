import { ageingBuckets } from '../../../accounting/ageing.ts';
import type { Attachment } from '../../../accounting/attachment.ts';
import type { OpenItem } from '../../../accounting/open-items.ts';
import { formatKronor } from '../../../accounting/money.ts';
import {
  explanationTitles,
  nameReferences,
  remark,
  stepNames,
  treatments,
} from '../../../documents/explanations.ts';
import { bucketNames, counted, swedishDecimal } from '../../../documents/swedish.ts';
import { closePath } from '../close-frame.tsx';
import { Empty, Money } from './bits.tsx';

/** What an attachment says, in the order in which an accountant reads it. */
export const AttachmentSections = ({
  id,
  attachment,
}: {
  readonly id: string;
  readonly attachment: Attachment;
}) => (
  <>
    <div class="halves">
      <Reconciliation attachment={attachment} />
      <Ageing attachment={attachment} />
    </div>
    <Explanations attachment={attachment} />
    <Proposals id={id} attachment={attachment} />
    <OpenItems attachment={attachment} />
    <Unknown attachment={attachment} />
    <Revaluation attachment={attachment} />
  </>
);

const Reconciliation = ({ attachment }: { readonly attachment: Attachment }) => {
  const {
    openItems,
    specificationOre,
    ledgerByAccount,
    ledgerOre,
    differenceOre,
    explanations,
    unexplainedOre,
  } = attachment;
  const explainedOre = explanations.reduce(
    (sum, { amountOre }) => sum + amountOre,
    0,
  ) as typeof differenceOre;
  return (
    <section class="card" aria-labelledby="avstamning">
      <h3 id="avstamning">Avstämning</h3>
      <table class="sums">
        <tbody>
          {Object.entries(ledgerByAccount).map(([account, amountOre]) => (
            <tr>
              <th scope="row">Konto {account} enligt bokföringen</th>
              <td class="num">
                <Money ore={amountOre} />
              </td>
            </tr>
          ))}
          <tr class="sum">
            <th scope="row">Bokföring</th>
            <td class="num">
              <Money ore={ledgerOre} />
            </td>
          </tr>
          <tr>
            <th scope="row">Reskontra, {counted(openItems.length, 'öppen post', 'öppna poster')}</th>
            <td class="num">
              <Money ore={specificationOre} />
            </td>
          </tr>
          <tr class="sum">
            <th scope="row">Differens</th>
            <td class="num">
              <Money ore={differenceOre} />
            </td>
          </tr>
          {explanations.length > 0 && (
            <tr>
              <th scope="row">varav förklarat</th>
              <td class="num">
                <Money ore={explainedOre} />
              </td>
            </tr>
          )}
          <tr class={unexplainedOre === 0 ? 'sum' : 'sum alarming'}>
            <th scope="row">Oförklarat</th>
            <td class="num">
              <Money ore={unexplainedOre} />
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
};

function Ageing({ attachment: { ageing, creditBalancesOre } }: { readonly attachment: Attachment }) {
  const bars = [
    ...ageingBuckets.map((bucket) => ({ name: bucketNames[bucket], amountOre: ageing[bucket] })),
    ...(creditBalancesOre === 0 ? [] : [{ name: bucketNames.credit, amountOre: creditBalancesOre }]),
  ];
  const largest = Math.max(1, ...bars.map(({ amountOre }) => Math.abs(amountOre)));
  return (
    <section class="card" aria-labelledby="aldersanalys">
      <h3 id="aldersanalys">Åldersanalys</h3>
      <table class="sums ageing">
        <tbody>
          {bars.map(({ name, amountOre }) => (
            <tr>
              <th scope="row">{name}</th>
              <td class="bar" aria-hidden="true">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" width="100%" height="10">
                  <rect class="track" width="100" height="10" rx="1" />
                  <rect
                    class={amountOre < 0 ? 'fill negative' : 'fill'}
                    width={(100 * Math.abs(amountOre)) / largest}
                    height="10"
                    rx="1"
                  />
                </svg>
              </td>
              <td class="num">
                <Money ore={amountOre} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const Explanations = ({ attachment: { explanations, differenceOre } }: { readonly attachment: Attachment }) =>
  explanations.length === 0 && differenceOre === 0 ? null : (
    <section>
      <h3>Förklarade differenser</h3>
      {explanations.length === 0 ? (
        <Empty>Ingen förklaring hittades i bokföringen.</Empty>
      ) : (
        <div class="table-wrap">
          <table>
            <thead>
              <tr>
                <th scope="col">Slag</th>
                <th scope="col">Förklaring</th>
                <th scope="col">Underlag</th>
                <th scope="col" class="num">
                  Belopp
                </th>
              </tr>
            </thead>
            <tbody>
              {explanations.map(({ code, text, references, amountOre }) => (
                <tr>
                  <td class="nowrap">{explanationTitles[code]}</td>
                  <td>{text}</td>
                  <td class="muted">{nameReferences(references)}</td>
                  <td class="num">
                    <Money ore={amountOre} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );

const Proposals = ({
  id,
  attachment: { proposals, suggestions },
}: {
  readonly id: string;
  readonly attachment: Attachment;
}) => {
  const count = proposals.length + suggestions.length;
  if (count === 0) return null;
  return (
    <section class="notice calm">
      <p>
        Bilagan ger {counted(count, 'förslag', 'förslag')} till bokslutsverifikationer:{' '}
        <a href={`${closePath(id, '/justeringar')}#forslag`}>granska dem under Justeringar</a>.
      </p>
    </section>
  );
};

const OpenItems = ({
  attachment: { openItems, parties, specificationOre, ledger },
}: {
  readonly attachment: Attachment;
}) => (
  <section>
    <h3>Öppna poster</h3>
    {openItems.length === 0 ? (
      <Empty>Inga poster var öppna på balansdagen.</Empty>
    ) : (
      <div class="table-wrap tall">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Faktura</th>
              <th scope="col">Fakturadatum</th>
              <th scope="col">Förfaller</th>
              <th scope="col" class="num">
                Fakturabelopp
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
              <th scope="col">Betalt efter balansdagen</th>
              <th scope="col">Anmärkning</th>
            </tr>
          </thead>
          {parties.map((party) => (
            <tbody>
              <tr class="group">
                <th scope="rowgroup" colspan={5}>
                  {ledger === 'receivables' ? 'Kund' : 'Leverantör'} {party.partyNumber} {party.partyName}
                </th>
                <td class="num">
                  <Money ore={party.openOre} />
                </td>
                <td colspan={3}></td>
              </tr>
              {openItems
                .filter(({ partyNumber }) => partyNumber === party.partyNumber)
                .map((item) => (
                  <Item item={item} />
                ))}
            </tbody>
          ))}
          <tfoot>
            <tr class="sum">
              <th scope="row" colspan={5}>
                Summa
              </th>
              <td class="num">
                <Money ore={specificationOre} />
              </td>
              <td colspan={3}></td>
            </tr>
          </tfoot>
        </table>
      </div>
    )}
  </section>
);

const Item = ({ item }: { readonly item: OpenItem }) => (
  <tr>
    <td>
      <details class="trail">
        <summary>
          {item.invoiceNumber}
          {item.externalNumber && <small>{item.externalNumber}</small>}
        </summary>
        <ul class="plain">
          {item.trail.map(({ date, kind, number, amountOre, voucher }) => (
            <li>
              {date ?? 'datum okänt'} {stepNames[kind]} {number}
              {voucher && ` (${voucher.series} ${voucher.number})`}: <Money ore={amountOre} />
            </li>
          ))}
        </ul>
      </details>
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
    <td class="muted">{remark(item)}</td>
  </tr>
);

const Unknown = ({ attachment: { settlementUnknown } }: { readonly attachment: Attachment }) =>
  settlementUnknown.length === 0 ? null : (
    <section>
      <h3>Betalda utan känt datum</h3>
      <div class="table-wrap">
        <table>
          <thead>
            <tr>
              <th scope="col">Faktura</th>
              <th scope="col">Part</th>
              <th scope="col" class="num">
                Belopp
              </th>
              <th scope="col">Slutbetald enligt Fortnox</th>
              <th scope="col">Hur den räknas</th>
            </tr>
          </thead>
          <tbody>
            {settlementUnknown.map((one) => (
              <tr>
                <td>{one.invoiceNumber}</td>
                <td>
                  {one.partyNumber} {one.partyName}
                </td>
                <td class="num">
                  <Money ore={one.amountOre} />
                </td>
                <td>{one.finalPayDate ?? 'okänt'}</td>
                <td>{treatments[one.treatedAs]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );

const Revaluation = ({ attachment: { revaluation } }: { readonly attachment: Attachment }) =>
  revaluation.length === 0 ? null : (
    <section>
      <h3>Omräkning till balansdagens kurs</h3>
      <div class="table-wrap">
        <table>
          <thead>
            <tr>
              <th scope="col">Faktura</th>
              <th scope="col">Kurs</th>
              <th scope="col" class="num">
                Bokfört
              </th>
              <th scope="col" class="num">
                Omräknat
              </th>
              <th scope="col" class="num">
                Differens
              </th>
            </tr>
          </thead>
          <tbody>
            {revaluation.map((one) => (
              <tr>
                <td>{one.invoiceNumber}</td>
                <td>
                  {one.currency} {swedishDecimal(one.rate)}{' '}
                  <small>{`${one.rateDate}, ${one.rateSource}`}</small>
                </td>
                <td class="num">
                  <Money ore={one.bookedOre} />
                </td>
                <td class="num">
                  <Money ore={one.revaluedOre} />
                </td>
                <td class="num">
                  <Money ore={one.differenceOre} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );

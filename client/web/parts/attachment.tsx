import type { Attachment } from '../../../accounting/attachment.ts';
import { explanationTitles } from '../../../accounting/explain/explanation.ts';
import { sumOre } from '../../../accounting/money.ts';
import { nameReference, treatments } from '../../../documents/explanations.ts';
import { counted, swedishDecimal } from '../../../documents/swedish.ts';
import { closePath } from '../close-frame.tsx';
import type { ItemQuery } from '../item-query.ts';
import { Ageing } from './ageing.tsx';
import { Empty, Money, More } from './bits.tsx';
import { OpenItems } from './open-items.tsx';
import { RecordLinks } from './record-link.tsx';

interface AttachmentProps {
  readonly id: string;
  /** The attachment's own address. */
  readonly path: string;
  readonly query: ItemQuery;
  readonly attachment: Attachment;
}

/** What one list may be long in showing: the rest is counted, and stands in the XLSX file. */
const mostShown = 100;

/** What an attachment says, in the order in which an accountant reads it. */
export const AttachmentSections = ({ id, path, query, attachment }: AttachmentProps) => (
  <>
    <div class="halves">
      <Reconciliation attachment={attachment} />
      <Ageing path={path} query={query} attachment={attachment} />
    </div>
    <Explanations id={id} attachment={attachment} />
    <Proposals id={id} attachment={attachment} />
    <OpenItems id={id} path={path} query={query} attachment={attachment} />
    <Unknown id={id} attachment={attachment} />
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
  const explainedOre = sumOre(explanations.map(({ amountOre }) => amountOre));
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

const Explanations = ({
  id,
  attachment: { explanations, differenceOre },
}: Pick<AttachmentProps, 'id' | 'attachment'>) =>
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
              {explanations.slice(0, mostShown).map(({ code, text, references, amountOre }) => (
                <tr>
                  <td class="nowrap">{explanationTitles[code]}</td>
                  <td>{text}</td>
                  <td class="muted">
                    <RecordLinks id={id} references={references} name={nameReference} />
                  </td>
                  <td class="num">
                    <Money ore={amountOre} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More of={explanations.length} shown={mostShown} />
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

const Unknown = ({
  id,
  attachment: { settlementUnknown, ledger },
}: Pick<AttachmentProps, 'id' | 'attachment'>) =>
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
            {settlementUnknown.slice(0, mostShown).map((one) => (
              <tr>
                <td>
                  <RecordLinks
                    id={id}
                    references={[
                      `${ledger === 'receivables' ? 'invoice' : 'supplierInvoice'} ${one.invoiceNumber}`,
                    ]}
                    name={() => one.invoiceNumber}
                  />
                </td>
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
      <More of={settlementUnknown.length} shown={mostShown} />
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
            {revaluation.slice(0, mostShown).map((one) => (
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
      <More of={revaluation.length} shown={mostShown} />
    </section>
  );

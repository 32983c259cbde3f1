import type { Attachment } from '../../../accounting/attachment.ts';
import { parseIsoDate } from '../../../accounting/dates.ts';
import { Problem } from '../../../accounting/problem.ts';
import { attachmentTitle, swedishDecimal } from '../../../documents/swedish.ts';
import { getAttachment, listAttachments } from '../../close/attachments.ts';
import type { CurrentAttachment } from '../../close/attachments.ts';
import { enterRates } from '../../close/rates.ts';
import { act, closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { AttachmentSections } from '../parts/attachment.tsx';
import { Empty, Moment, Money, Notice, Pill } from '../parts/bits.tsx';
import { Tie } from './standing.tsx';

/** Avstämning och bilagor: the list. */
export async function showAttachments(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const attachments = await listAttachments(c.var.client, who.caller, close.id);
  const tied = attachments.filter(({ data }) => data.unexplainedOre === 0).length;
  return showClose(
    page,
    '/bilagor',
    <div id="bilagor" data-live>
      <div class="section-head">
        <h2>Avstämning och bilagor</h2>
        {attachments.length > 0 && (
          <Pill tone={tied === attachments.length ? 'good' : 'warn'}>
            {tied} av {attachments.length} avstämda
          </Pill>
        )}
      </div>
      {attachments.length === 0 ? (
        <Empty>Bilagorna tas fram när bokföringen är importerad.</Empty>
      ) : (
        <div class="table-wrap">
          <table>
            <thead>
              <tr>
                <th scope="col">Bilaga</th>
                <th scope="col" class="num">
                  Reskontra
                </th>
                <th scope="col" class="num">
                  Bokföring
                </th>
                <th scope="col" class="num">
                  Differens
                </th>
                <th scope="col">Avstämning</th>
                <th scope="col">Dokument</th>
              </tr>
            </thead>
            <tbody>
              {attachments.map((attachment) => (
                <Line id={close.id} attachment={attachment} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>,
  );
}

const Line = ({
  id,
  attachment: { accountGroup, data },
}: {
  readonly id: string;
  readonly attachment: CurrentAttachment;
}) => (
  <tr>
    <td>
      <a class="strong" href={closePath(id, `/bilagor/${accountGroup}`)}>
        {attachmentTitle(data)}
      </a>
      <small>{data.openItems.length} öppna poster</small>
    </td>
    <td class="num">
      <Money ore={data.specificationOre} />
    </td>
    <td class="num">
      <Money ore={data.ledgerOre} />
    </td>
    <td class="num">
      <Money ore={data.differenceOre} />
    </td>
    <td>
      <Tie attachment={data} />
    </td>
    <td class="nowrap">
      <Documents id={id} group={accountGroup} />
    </td>
  </tr>
);

const Documents = ({ id, group }: { readonly id: string; readonly group: string }) => (
  <>
    <a href={closePath(id, `/bilagor/${group}.pdf`)}>PDF</a> ·{' '}
    <a href={closePath(id, `/bilagor/${group}.xlsx`)}>Excel</a>
  </>
);

/** One attachment, whole. */
export async function showAttachment(page: ClosePage, group: string): Promise<Response> {
  const { c, who, close } = page;
  const found = await getAttachment(c.var.client, who.caller, close.id, group);
  const { data, version, savedAt } = found;
  return showClose(
    page,
    '/bilagor',
    <>
      <p class="crumb">
        <a href={closePath(close.id, '/bilagor')}>Bilagor</a>
      </p>
      <div class="section-head">
        <h2>{attachmentTitle(data)}</h2>
        <Tie attachment={data} />
        <span class="push">
          <Documents id={close.id} group={group} />
        </span>
      </div>
      <p class="muted">
        Per balansdagen {data.balanceDate}. Version {version}, <Moment at={savedAt} />.
      </p>
      {data.rateMissing.length > 0 && <RateForm id={close.id} group={group} attachment={data} />}
      <AttachmentSections id={close.id} attachment={data} />
    </>,
    { title: attachmentTitle(data) },
  );
}

/** Items in foreign currency are valued at the balance date's rate (ÅRL 4:13); without one they are not revalued. */
const RateForm = ({
  id,
  group,
  attachment: { rateMissing, balanceDate },
}: {
  readonly id: string;
  readonly group: string;
  readonly attachment: Attachment;
}) => (
  <Notice tone="warn">
    <p>
      <strong>Balansdagskurs saknas för {rateMissing.join(', ')}.</strong> Posterna står till bokförd kurs
      tills kursen är angiven och bokföringen importerad på nytt.
    </p>
    <form method="post" action={closePath(id, '/kurs')} class="row">
      <input type="hidden" name="group" value={group} />
      <label>
        Valuta
        <select name="currency">
          {rateMissing.map((currency) => (
            <option>{currency}</option>
          ))}
        </select>
      </label>
      <label>
        Datum
        <input type="date" name="date" required value={balanceDate} max={balanceDate} />
      </label>
      <label>
        Kronor för en enhet
        <input name="rate" inputmode="decimal" required placeholder="11,2505" />
      </label>
      <label>
        Källa
        <input name="source" required placeholder="Riksbanken" />
      </label>
      <button class="secondary">Spara kursen</button>
    </form>
  </Notice>
);

export async function takeRate(page: ClosePage): Promise<Response> {
  const {
    group = '',
    currency = '',
    date = '',
    rate = '',
    source = '',
  } = textFields(await page.c.req.parseBody());
  const work = async () => {
    const day = parseIsoDate(date);
    if (!day || source.trim() === '') throw new Problem(rateIncomplete);
    const entered = {
      currency,
      date: day,
      rate: rate.trim().replace(',', '.'),
      source: source.trim().slice(0, 100),
    };
    await enterRates(page.c.var.client, page.who.caller, [entered]);
  };
  return act(page, work, closePath(page.close.id, /^\w+$/.test(group) ? `/bilagor/${group}` : '/bilagor'));
}

const rateIncomplete = {
  code: 'rates.incomplete',
  what: `Kursen behöver ett datum och en källa.`,
  advice: `Ange dagen som kursen gäller för och var den kommer ifrån, till exempel ${swedishDecimal('11.2505')} enligt Riksbanken.`,
};

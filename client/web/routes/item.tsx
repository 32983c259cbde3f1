import { bucketNames } from '../../../accounting/ageing.ts';
import type { Attachment } from '../../../accounting/attachment.ts';
import { mayMark, marksByInvoice, markKinds } from '../../../accounting/item-marks.ts';
import type { ItemMark, MarkKind } from '../../../accounting/item-marks.ts';
import type { OpenItem } from '../../../accounting/open-items.ts';
import { formatKronor } from '../../../accounting/money.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { remark, stepNames } from '../../../documents/explanations.ts';
import { viewAttachment } from '../../close/attachment-view.ts';
import { markItem } from '../../close/item-marks.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { Money, ProblemBox } from '../parts/bits.tsx';
import { stepPath, voucherPath } from '../record-path.ts';
import { markNames } from '../words.ts';
import { titleOf } from './attachment.tsx';

interface Refused {
  readonly problem: ProblemDetails;
  readonly typed: Omit<ItemMark, 'invoiceNumber'>;
}

/** One open item: what made it what it is, and what a person says of it. */
export async function showItem(page: ClosePage, refused?: Refused): Promise<Response> {
  const { c, who, close } = page;
  const group = c.req.param('group') ?? '';
  const number = c.req.param('invoice') ?? '';
  const view = await viewAttachment(c.var.client, who.caller, close.id, group);
  const attachment = view.current.data as Attachment;
  const item = (attachment.openItems ?? []).find(({ invoiceNumber }) => invoiceNumber === number);
  if (!item) throw notFound(number);
  const path = closePath(close.id, `/bilagor/${group}`);
  const title = `Faktura ${number}`;
  const mark = refused?.typed ?? marksByInvoice(attachment).get(number) ?? {};
  return showClose(
    page,
    '/bilagor',
    <>
      <p class="crumb">
        <a href={closePath(close.id, '/bilagor')}>Avstämning och bilagor</a> <span aria-hidden="true">/</span>{' '}
        <a href={path}>{titleOf(view)}</a>
      </p>
      <h2>{title}</h2>
      {refused && <ProblemBox problem={refused.problem} />}
      <div class="halves">
        <div>
          <Facts item={item} ledger={attachment.ledger} />
          <Trail id={close.id} item={item} attachment={attachment} />
        </div>
        <Mark
          action={`${path}/poster/${encodeURIComponent(number)}`}
          ledger={attachment.ledger}
          version={view.current.version}
          mark={mark}
          waits={view.offer !== undefined}
        />
      </div>
    </>,
    { title, status: refused ? statusOfCode(refused.problem.code) : 200 },
  );
}

const Facts = ({ item, ledger }: { readonly item: OpenItem; readonly ledger: Attachment['ledger'] }) => (
  <section class="card">
    <h3>Posten på balansdagen</h3>
    <dl class="facts">
      <dt>{ledger === 'receivables' ? 'Kund' : 'Leverantör'}</dt>
      <dd>
        {item.partyNumber} {item.partyName}
      </dd>
      <dt>Fakturadatum</dt>
      <dd>{item.invoiceDate}</dd>
      <dt>Förfaller</dt>
      <dd>
        {item.dueDate} ({bucketNames[item.ageingBucket].toLowerCase()})
      </dd>
      <dt>Fakturabelopp</dt>
      <dd>
        {formatKronor(item.total)} {item.currency}
      </dd>
      <dt>Öppet</dt>
      <dd class="strong">
        <Money ore={item.openOre} />
        {item.openCurrency !== undefined && ` (${formatKronor(item.openCurrency)} ${item.currency ?? ''})`}
      </dd>
      <dt>Betalt efter balansdagen</dt>
      <dd>
        {item.laterPayments.length === 0
          ? 'nej'
          : item.laterPayments.map(({ date, amountOre }) => (
              <div>
                {date} <Money ore={amountOre} />
              </div>
            ))}
      </dd>
      {remark(item) !== '' && (
        <>
          <dt>Anmärkning</dt>
          <dd>{remark(item)}</dd>
        </>
      )}
    </dl>
  </section>
);

const Mark = ({
  action,
  ledger,
  version,
  mark,
  waits,
}: {
  readonly action: string;
  readonly ledger: Attachment['ledger'];
  readonly version: number;
  readonly mark: Omit<ItemMark, 'invoiceNumber'>;
  readonly waits: boolean;
}) => (
  <section class="card stack">
    <h3>Bedömning</h3>
    {waits ? (
      <p>En ny version av bilagan väntar på svar. Svara på den först, så går posten att märka.</p>
    ) : (
      <form method="post" action={action} class="stack">
        <input type="hidden" name="version" value={version} />
        <fieldset>
          <legend>Posten är</legend>
          {[undefined, ...markKinds.filter((kind) => mayMark(ledger, kind))].map((kind) => (
            <label class="choice">
              <input type="radio" name="slag" value={kind ?? ''} checked={mark.kind === kind} />
              <span>{kind ? markNames[kind] : 'Säker'}</span>
            </label>
          ))}
        </fieldset>
        <label>
          Anteckning
          <textarea name="anteckning" rows={3} maxlength={500}>
            {mark.note ?? ''}
          </textarea>
        </label>
        <p class="actions">
          <button class="primary">Spara bedömningen</button>
        </p>
        <p class="muted">
          Bedömningen följer fakturan genom nya importer, ändrar inga siffror i bilagan, och ger förslag under
          Justeringar.
        </p>
      </form>
    )}
  </section>
);

const Trail = ({
  id,
  item: { trail, openOre },
  attachment: { ledger },
}: {
  readonly id: string;
  readonly item: OpenItem;
  readonly attachment: Attachment;
}) => (
  <section>
    <h3>Spår: så blev beloppet</h3>
    <div class="table-wrap" tabindex={0} role="region" aria-label="Spår">
      <table class="dense">
        <thead>
          <tr>
            <th scope="col">Datum</th>
            <th scope="col">Händelse</th>
            <th scope="col">Verifikation</th>
            <th scope="col" class="num">
              Belopp
            </th>
          </tr>
        </thead>
        <tbody>
          {trail.map((step) => (
            <tr>
              <td class="nowrap">{step.date ?? 'okänt'}</td>
              <td>
                <a href={closePath(id, stepPath(ledger, step))}>
                  {stepNames[step.kind]} {step.number}
                </a>
              </td>
              <td>
                {step.voucher && (
                  <a href={closePath(id, voucherPath(step.voucher))}>
                    {step.voucher.series} {step.voucher.number}
                  </a>
                )}
              </td>
              <td class="num">
                <Money ore={step.amountOre} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr class="sum">
            <th scope="row" colspan={3}>
              Öppet på balansdagen
            </th>
            <td class="num">
              <Money ore={openOre} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  </section>
);

/** What a person says of the item; a refusal is said beside what was typed. */
export async function takeMark(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const group = c.req.param('group') ?? '';
  const invoiceNumber = c.req.param('invoice') ?? '';
  const { version = '', slag = '', anteckning = '' } = textFields(await c.req.parseBody());
  const kind = markKinds.find((one): one is MarkKind => one === slag);
  const typed = { ...(kind && { kind }), note: anteckning.replaceAll('\r\n', '\n') };
  try {
    await markItem(c.var.client, who.caller, close.id, group, {
      invoiceNumber,
      ...typed,
      expectedVersion: Number.parseInt(version, 10) || 0,
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showItem(page, { problem: error.details, typed });
  }
  return c.redirect(
    closePath(close.id, `/bilagor/${group}#faktura-${encodeURIComponent(invoiceNumber)}`),
    303,
  );
}

const notFound = (number: string): Problem =>
  new Problem({
    code: 'attachments.item-not-found',
    what: `Bilagan har ingen öppen post för faktura ${number.slice(0, 40)}.`,
    advice: 'Gå till bilagan och välj en av dess poster.',
  });

import { latestAdjustments } from '../../close/adjustments.ts';
import { exportStatus } from '../../close/export-status.ts';
import { acceptChange, ledgerChange, takeVoucher } from '../../close/export-decisions.ts';
import type { ExportView } from '../../close/export-status.ts';
import { counted } from '../../../documents/swedish.ts';
import type { ExportVoucher } from '../../../db/stores/exports.ts';
import { act, closePath, showClose } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import type { ClosePage } from '../close-frame.tsx';
import { Empty, Moment, Notice, Pill } from '../parts/bits.tsx';
import { Progress } from '../parts/progress.tsx';
import { StoppedExport } from '../parts/stopped-export.tsx';
import { exportStatusNames, exportTones } from '../words.ts';

/** Exportera bokföringsorder till Fortnox: how far each voucher has come, with Fortnox's numbers. */
export async function showExport(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const [exports, latest, change] = await Promise.all([
    exportStatus(c.var.client, who.caller, close.id),
    latestAdjustments(c.var.client, who.caller, close.id),
    close.status?.attention ? ledgerChange(c.var.client, who.caller, close.id) : undefined,
  ]);
  const inFortnox = new Set(
    exports
      .flatMap(({ vouchers }) => vouchers)
      .filter(({ status }) => status === 'confirmed')
      .map(({ adjustmentId }) => adjustmentId),
  );
  const rest = (latest?.data ?? []).filter(({ id, transfer }) => transfer && !inFortnox.has(id)).length;
  const isSie = close.engagement.settings.source === 'sie';
  return showClose(
    page,
    '/export',
    <div id="export" data-live>
      <h2>{isSie ? 'Bokföringsorder' : 'Exportera bokföringsorder till Fortnox'}</h2>
      <Progress close={close} />
      <StoppedExport
        close={close}
        vouchers={exports.at(-1)?.vouchers ?? []}
        change={change}
        mayApprove={who.scopes.includes('approve')}
      />
      {exports.length === 0 && (
        <Empty>
          Ingenting är överfört. Överföringen börjar när en revision är{' '}
          <a href={closePath(close.id, '/godkann')}>godkänd</a>.
        </Empty>
      )}
      {exports.toReversed().map((one) => (
        <Order view={one} />
      ))}
      {rest > 0 && close.approval && !close.status?.attention && (
        <Notice tone="calm">
          <p>
            Det som återstår, {counted(rest, 'verifikation', 'verifikationer')}, kan också hämtas som fil:{' '}
            <a href={closePath(close.id, '/bokforingsorder.si')}>bokföringsorder som SIE 4I</a>, med
            kontrollsumma.
          </p>
        </Notice>
      )}
    </div>,
  );
}

const Order = ({ view: { order, approval, vouchers } }: { readonly view: ExportView }) => (
  <section class="card">
    <div class="section-head">
      <h3>
        Serie {approval?.series}, revision {approval?.revision}
      </h3>
      <Pill tone={order.finishedAt ? 'good' : 'busy'}>{order.finishedAt ? 'Avslutad' : 'Pågår'}</Pill>
      <span class="push muted">
        <Moment at={order.createdAt} />
      </span>
    </div>
    {vouchers.length === 0 ? (
      <Empty>Inga verifikationer att skicka.</Empty>
    ) : (
      <div class="table-wrap">
        <table>
          <thead>
            <tr>
              <th scope="col" class="num">
                Nr
              </th>
              <th scope="col">Datum</th>
              <th scope="col">Text</th>
              <th scope="col">Läge</th>
              <th scope="col">I Fortnox</th>
            </tr>
          </thead>
          <tbody>
            {vouchers.map((voucher) => (
              <Line voucher={voucher} />
            ))}
          </tbody>
        </table>
      </div>
    )}
  </section>
);

const Line = ({
  voucher: { position, content, status, fortnoxSeries, fortnoxNumber, problem },
}: {
  readonly voucher: ExportVoucher;
}) => (
  <tr>
    <td class="num">{position}</td>
    <td class="nowrap">{content.date}</td>
    <td>
      {content.text}
      {problem && (
        <small class="fault">
          {problem.what} {problem.advice}
        </small>
      )}
    </td>
    <td>
      <Pill tone={exportTones[status]}>{exportStatusNames[status]}</Pill>
    </td>
    <td class="nowrap strong">{fortnoxNumber === null ? '–' : `${fortnoxSeries} ${fortnoxNumber}`}</td>
  </tr>
);

/** A person says which voucher in Fortnox is the sent one, or takes one as it stands there. */
export async function takeDecision(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const { position = '', series = '', number = '', fingerprint } = textFields(await c.req.parseBody());
  const decide =
    fingerprint === undefined
      ? () =>
          takeVoucher(c.var.client, who.caller, close.id, {
            position: Number.parseInt(position, 10) || 0,
            series,
            number: Number.parseInt(number, 10) || 0,
          })
      : () => acceptChange(c.var.client, who.caller, close.id, fingerprint);
  return act(page, decide, closePath(close.id, '/export'));
}

import { exportStatus } from '../../close/export-status.ts';
import type { ExportView } from '../../close/export-status.ts';
import type { ExportVoucher } from '../../../db/stores/exports.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { Empty, Moment, Notice, Pill } from '../parts/bits.tsx';
import { Progress } from '../parts/progress.tsx';
import { exportStatusNames, exportTones } from '../words.ts';

/** Exportera bokföringsorder till Fortnox: how far each voucher has come, with Fortnox's numbers. */
export async function showExport(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const exports = await exportStatus(c.var.client, who.caller, close.id);
  const isSie = close.engagement.settings.source === 'sie';
  return showClose(
    page,
    '/export',
    <div id="export" data-live>
      <h2>{isSie ? 'Bokföringsorder' : 'Export till Fortnox'}</h2>
      <Progress close={close} />
      {exports.length === 0 && (
        <Empty>
          Ingenting är överfört. Överföringen börjar när en revision är{' '}
          <a href={closePath(close.id, '/godkann')}>godkänd</a>.
        </Empty>
      )}
      {exports.toReversed().map((one) => (
        <Order view={one} />
      ))}
      {close.revision > 0 && (
        <Notice tone="calm">
          <p>
            Det som är sparat och inte finns i Fortnox kan också lämnas som fil:{' '}
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

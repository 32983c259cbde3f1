import { randomUUID } from 'node:crypto';
import type { Adjustment } from '../../../accounting/adjustment.ts';
import { formatKronor } from '../../../accounting/money.ts';
import type { Ore } from '../../../accounting/money.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { counted } from '../../../documents/swedish.ts';
import { approveAdjustments } from '../../close/approval.ts';
import { actorName } from '../../../db/stores/users.ts';
import { wasAsked } from '../../close/ask-approval.ts';
import { readPreflight } from '../../close/preflight.ts';
import type { Preflight, SeriesChoice } from '../../close/preflight.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { Empty, Notice, Pill, ProblemBox } from '../parts/bits.tsx';
import { AskForApproval } from '../parts/notifications.tsx';
import { Checks } from '../parts/preflight-checks.tsx';
import { VoucherTable } from '../parts/voucher-table.tsx';

/** Godkänn: what would be sent, into which series, and what stands in the way. */
export async function showApprove(page: ClosePage, problem?: ProblemDetails): Promise<Response> {
  const { c, who, close } = page;
  const status = problem ? statusOfCode(problem.code) : 200;
  if (!close.lastImport) {
    const content = <Empty>Det finns inget att godkänna förrän bokföringen är importerad.</Empty>;
    return showClose(page, '/godkann', content, { status });
  }
  const { flight, preparer, asked } = await c.var.client.database.forFirm(who.caller.firmId, async (tx) => {
    const read = await readPreflight(tx, who.caller, close.id);
    return {
      flight: read,
      preparer: read.revision && (await actorName(tx, read.revision.savedBy)),
      asked: await wasAsked(tx, close.id, read),
    };
  });
  const mayApprove = who.scopes.includes('approve');
  return showClose(
    page,
    '/godkann',
    <div id="godkann" data-live>
      <div class="section-head">
        <h2>Godkänn{flight.revision && ` revision ${flight.revision.revision}`}</h2>
        <Standing page={page} />
      </div>
      {problem && <ProblemBox problem={problem} />}
      {flight.obstacles.map((obstacle) => (
        <Notice tone="warn">
          <p>
            <strong>{obstacle.what}</strong>
          </p>
          <p>{obstacle.advice}</p>
        </Notice>
      ))}
      {!mayApprove && (
        <Notice tone="warn">
          <p>
            <strong>Du har rollen upprättare.</strong>
          </p>
          <p>Låt en granskare eller byråns administratör godkänna.</p>
        </Notice>
      )}
      <Checks flight={flight} preparer={preparer} />
      <Vouchers flight={flight} />
      {(!mayApprove || flight.obstacles.length > 0) && (
        <AskForApproval page={page} flight={flight} asked={asked} />
      )}
      {flight.revision && <ApproveForm page={page} flight={flight} mayApprove={mayApprove} />}
    </div>,
    { status },
  );
}

function Standing({ page: { close } }: { readonly page: ClosePage }) {
  const { approval, revision } = close;
  if (!approval) return null;
  const holds = !approval.stale && approval.revision === revision;
  return (
    <Pill tone={holds ? 'good' : 'warn'}>
      {holds
        ? `Godkänd för serie ${approval.series}`
        : `Godkännandet av revision ${approval.revision} gäller inte längre`}
    </Pill>
  );
}

function Vouchers({ flight: { toSend, kept, sent, faults, accounts } }: { readonly flight: Preflight }) {
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  return (
    <>
      <section class="card">
        <h3>
          Förs över: {counted(toSend.length, 'verifikation', 'verifikationer')}
          {toSend.length > 0 && `, ${formatKronor(turnover(toSend))} kr`}
        </h3>
        {toSend.length === 0 && <Empty>Ingenting skickas till Fortnox. Bokslutet kan ändå avslutas.</Empty>}
        {toSend.map((adjustment) => {
          const wrong = faults.filter(({ adjustmentId }) => adjustmentId === adjustment.id);
          return (
            <>
              <VoucherTable adjustment={adjustment} names={names} />
              {wrong.length > 0 && (
                <ul class="faults" role="alert">
                  {wrong.map(({ message }) => (
                    <li>{message}</li>
                  ))}
                </ul>
              )}
            </>
          );
        })}
      </section>
      {kept.length > 0 && (
        <details class="card">
          <summary>Ej aktuella för överföring: {kept.length}</summary>
          {kept.map((adjustment) => (
            <VoucherTable adjustment={adjustment} names={names} />
          ))}
        </details>
      )}
      {sent.length > 0 && (
        <details class="card">
          <summary>Redan i Fortnox: {sent.length}</summary>
          {sent.map((adjustment) => (
            <VoucherTable adjustment={adjustment} names={names} />
          ))}
        </details>
      )}
    </>
  );
}

const turnover = (adjustments: readonly Adjustment[]): Ore =>
  adjustments
    .flatMap(({ rows }) => rows)
    .reduce((sum, { amountOre }) => (amountOre > 0 ? sum + amountOre : sum), 0) as Ore;

function ApproveForm({
  page: { close },
  flight,
  mayApprove,
}: {
  readonly page: ClosePage;
  readonly flight: Preflight;
  readonly mayApprove: boolean;
}) {
  const { revision, snapshot, series, faults, obstacles, toSend } = flight;
  if (!revision) return null;
  const isSie = close.engagement.settings.source === 'sie';
  const open = close.status?.allowed.includes('approve') ?? false;
  const ready = open && mayApprove && faults.length === 0 && obstacles.length === 0;
  const chosen = close.approval?.series ?? series.findLast(({ selectable }) => selectable)?.code;
  return (
    <form method="post" class="card stack">
      <input type="hidden" name="id" value={randomUUID()} />
      <input type="hidden" name="revision" value={revision.revision} />
      <input type="hidden" name="revisionHash" value={revision.hash} />
      <input type="hidden" name="snapshotId" value={snapshot.id} />
      <fieldset disabled={!ready}>
        <legend>{isSie ? 'Verifikationsserie' : 'Verifikationsserie i Fortnox'}</legend>
        <div class="choices">
          {series.map((one) => (
            <Series series={one} chosen={one.code === chosen} />
          ))}
        </div>
      </fieldset>
      <fieldset disabled={!ready}>
        <legend>Efter överföringen</legend>
        <label class="choice">
          <input type="radio" name="final" value="ja" checked />
          <span>
            <strong>Avsluta bokslutet</strong>
            <small>Årsakten sätts samman när allt är bokfört.</small>
          </span>
        </label>
        <label class="choice">
          <input type="radio" name="final" value="nej" />
          <span>
            <strong>Fortsätt justera</strong>
            <small>Det här är inte den sista överföringen.</small>
          </span>
        </label>
      </fieldset>
      {!open && close.status && <p class="muted">Godkännandet kan göras när bokslutet står i justering.</p>}
      {faults.length > 0 && <p class="muted">Rätta det som är markerat ovan först.</p>}
      <p class="actions">
        <button class="primary" disabled={!ready}>
          {toSend.length === 0
            ? 'Godkänn'
            : isSie
              ? 'Godkänn och skapa bokföringsordern'
              : 'Godkänn och exportera till Fortnox'}
        </button>
      </p>
    </form>
  );
}

const Series = ({
  series: { code, description, selectable, reason },
  chosen,
}: {
  readonly series: SeriesChoice;
  readonly chosen: boolean;
}) => (
  <label class={selectable ? 'choice' : 'choice unavailable'}>
    <input
      type="radio"
      name="series"
      value={code}
      required
      disabled={!selectable}
      checked={selectable && chosen}
    />
    <span>
      <strong>
        {code} {description}
      </strong>
      {reason && <small>{reason}</small>}
    </span>
  </label>
);

export async function takeApproval(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const {
    id = '',
    revision = '',
    revisionHash = '',
    snapshotId = '',
    series = '',
    final,
  } = textFields(await c.req.parseBody());
  try {
    await approveAdjustments(c.var.client, who.caller, close.id, {
      ...(isUuid.test(id) && { id }),
      revision: Number.parseInt(revision, 10) || 0,
      revisionHash,
      snapshotId: isUuid.test(snapshotId) ? snapshotId : nobody,
      series,
      final: final !== 'nej',
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showApprove(page, error.details);
  }
  return c.redirect(closePath(close.id, '/export'), 303);
}

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const nobody = '00000000-0000-0000-0000-000000000000';

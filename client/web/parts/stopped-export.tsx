import type { Child } from 'hono/jsx';
import type { ExportVoucher } from '../../../db/stores/exports.ts';
import type { FoundLedgerChange } from '../../../db/stores/ledger-changes.ts';
import { closePath } from '../close-frame.tsx';
import type { Close } from '../load-close.ts';
import { Notice, PostButton } from './bits.tsx';

interface StoppedExportProps {
  readonly close: Close;
  /** Of the latest order. */
  readonly vouchers: readonly ExportVoucher[];
  /** What it found changed in Fortnox since the approved import. */
  readonly change: FoundLedgerChange | undefined;
  readonly mayApprove: boolean;
}

/** What a person can do when the transfer stands still: nothing that was booked is ever sent again. */
export function StoppedExport({ close, vouchers, change, mayApprove }: StoppedExportProps) {
  const { status, id } = close;
  if (status?.phase !== 'exporting' || !status.attention) return null;
  const booked = vouchers.filter((one) => one.status === 'confirmed').length;
  const undecided = vouchers.filter((one) => one.status === 'ambiguous' || one.status === 'differs');
  const changed = status.attention.code === 'export.preflight-failed' ? change : undefined;
  return (
    <section class="card highlight" aria-labelledby="stoppat">
      <h3 id="stoppat">Överföringen har stannat</h3>
      <p>
        {booked === 0
          ? 'Ingen verifikation är bekräftad i Fortnox.'
          : `${booked} av ${vouchers.length} verifikationer är bokförda och skickas aldrig igen.`}{' '}
        Välj hur det ska gå vidare:
      </p>
      <dl class="ways">
        {mayApprove && undecided.map((voucher) => <Decide close={close} voucher={voucher} />)}
        {mayApprove && changed && <AcceptChange close={close} change={changed} />}
        <Way title="Felet är rättat">
          {status.allowed.includes('retry') ? (
            <PostButton action={closePath(id, '/forsok-igen')} kind="primary" fields={{ till: '/export' }}>
              Fortsätt överföringen
            </PostButton>
          ) : (
            <a class="button primary" href={closePath(id, '/datakalla')}>
              Logga in hos Fortnox
            </a>
          )}
        </Way>
        {status.allowed.includes('import') && (
          <Way title="Resten ska ändras eller till en annan serie">
            <PostButton action={closePath(id, '/importera')}>Avsluta överföringen</PostButton>
            <small>
              Det som inte är bokfört tas tillbaka, bokföringen läses in på nytt, och resten kan godkännas för
              en annan serie.
            </small>
          </Way>
        )}
        <Way title="Fortnox kan inte nås">
          <a class="button secondary" href={closePath(id, '/bokforingsorder.si')}>
            Hämta resten som SIE 4I
          </a>
          <small>Läs in filen i Fortnox för hand, och avsluta sedan överföringen.</small>
        </Way>
      </dl>
      {vouchers.some((one) => uncertain.has(one.status)) && (
        <Notice tone="warn">
          <p>
            En verifikation kan redan stå i Fortnox utan att svaret kom fram. Se efter där innan resten läses
            in som fil, så att den inte bokförs två gånger.
          </p>
        </Notice>
      )}
    </section>
  );
}

const uncertain: ReadonlySet<string> = new Set(['sending', 'unknown', 'ambiguous', 'posted', 'differs']);

const Way = ({ title, children }: { readonly title: string; readonly children?: Child }) => (
  <div>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
);

/** Several vouchers carry the mark of one that was sent, or the one found is not as it was sent. */
function Decide({ close, voucher }: { readonly close: Close; readonly voucher: ExportVoucher }) {
  const { status, position, content, problem, fortnoxSeries, fortnoxNumber } = voucher;
  const found =
    status === 'differs' && fortnoxSeries !== null && fortnoxNumber !== null
      ? [{ series: fortnoxSeries, number: fortnoxNumber }]
      : (problem?.candidates ?? []);
  if (found.length === 0) return null;
  return (
    <Way title={`Verifikation ${position}, ${content.text}: den finns i Fortnox`}>
      {found.map(({ series, number }) => (
        <PostButton
          action={closePath(close.id, '/export')}
          fields={{ position: String(position), series, number: String(number) }}
        >
          {status === 'differs' ? `Godta ${series} ${number} som den står` : `Det är ${series} ${number}`}
        </PostButton>
      ))}
      {problem && <small>{problem.what}</small>}
    </Way>
  );
}

function AcceptChange({ close, change }: { readonly close: Close; readonly change: FoundLedgerChange }) {
  const { added, changed, removed, openingBalances, fingerprint } = change;
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['Nya', added],
    ['Ändrade', changed],
    ['Borttagna', removed],
    ['Ingående balans', openingBalances],
  ];
  return (
    <Way title="Ändringarna i bokföringen rör inte bokslutet">
      <PostButton action={closePath(close.id, '/export')} fields={{ fingerprint }}>
        Godta ändringarna och fortsätt
      </PostButton>
      {lists
        .filter(([, names]) => names.length > 0)
        .map(([title, names]) => (
          <small>
            {title}: {names.join(', ')}
          </small>
        ))}
    </Way>
  );
}

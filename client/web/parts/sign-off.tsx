import type { SignatureView, SignOffRole, SignOffView } from '../../close/sign-offs.ts';
import { signOffStatus } from '../support-status.ts';
import { Moment, Notice, Pill } from './bits.tsx';
import { Moved } from './moved.tsx';

interface SignOffProps {
  readonly action: string;
  readonly view: SignOffView;
  readonly fourEyes: boolean;
  /** Who looks, `user:<id>`; a program signs nothing. */
  readonly actor: string;
}

const roleNames: Readonly<Record<SignOffRole, string>> = {
  prepared: 'upprättad',
  reviewed: 'granskad',
};

/** Who has put their name under the attachment, and the buttons to do so. */
export function SignOffs({ action, view, fourEyes, actor }: SignOffProps) {
  const status = signOffStatus(view);
  const prepared = holding(view, 'prepared');
  const reviewed = holding(view, 'reviewed');
  const waits = reviewWaits(view, fourEyes, actor);
  return (
    <section class="card stack" aria-labelledby="signering">
      <div class="section-head">
        <h3 id="signering">Signering</h3>
        <Pill tone={status.tone}>{status.word}</Pill>
      </div>
      <ul class="plain">
        <Standing role="prepared" signature={prepared} />
        <Standing role="reviewed" signature={reviewed} />
      </ul>
      {view.offerWaits ? (
        <p>Svara först på den nya versionen, så går bilagan att signera.</p>
      ) : (
        <form method="post" action={action} class="actions">
          <input type="hidden" name="version" value={view.version} />
          {!prepared && (
            <button class="primary" name="roll" value="prepared">
              Signera som upprättad
            </button>
          )}
          {!reviewed && (
            <button
              class={prepared ? 'primary' : 'secondary'}
              name="roll"
              value="reviewed"
              disabled={waits !== undefined}
              {...(waits !== undefined && { 'aria-describedby': 'granskning-vantar' })}
            >
              Signera som granskad
            </button>
          )}
          {!reviewed && waits !== undefined && (
            <span class="muted" id="granskning-vantar">
              {waits}
            </span>
          )}
        </form>
      )}
      <History history={view.history} />
    </section>
  );
}

const holding = ({ history }: SignOffView, role: SignOffRole): SignatureView | undefined =>
  history.find((one) => one.role === role && one.holds);

/** Why the one who looks cannot review it now; undefined when nothing is in the way. */
function reviewWaits(view: SignOffView, fourEyes: boolean, actor: string): string | undefined {
  if (!fourEyes) return undefined;
  const prepared = holding(view, 'prepared');
  if (!prepared) return 'Byrån kräver fyra ögon: den som upprättat bilagan signerar först.';
  if (prepared.signedBy === actor) return 'Byrån kräver fyra ögon: en annan person granskar.';
  return undefined;
}

const Standing = ({
  role,
  signature,
}: {
  readonly role: SignOffRole;
  readonly signature: SignatureView | undefined;
}) => (
  <li>
    {role === 'prepared' ? 'Upprättad' : 'Granskad'}:{' '}
    {signature ? (
      <>
        <strong>{signature.who}</strong> <Moment at={signature.at} />
      </>
    ) : (
      <span class="muted">inte än</span>
    )}
  </li>
);

const History = ({ history }: { readonly history: readonly SignatureView[] }) =>
  history.length === 0 ? null : (
    <details>
      <summary>Alla signaturer ({history.length})</summary>
      <ul class="plain">
        {history.map(({ role, who, at, version, holds }) => (
          <li>
            <Moment at={at} /> {who}, som {roleNames[role]}, version {version}
            {!holds && <span class="muted"> – gäller inte längre</span>}
          </li>
        ))}
      </ul>
    </details>
  );

/** What moved under the latest signature that fell. */
export function Stale({ view }: { readonly view: SignOffView }) {
  const fallen = view.history.find(({ holds }) => !holds);
  if (view.status !== 'stale' || !fallen || view.offerWaits) return null;
  return (
    <Notice tone="warn">
      <p>
        <strong>
          Siffrorna har ändrats sedan {fallen.who} signerade som {roleNames[fallen.role]}{' '}
          <Moment at={fallen.at} />.
        </strong>{' '}
        Gå igenom det som har ändrats och signera på nytt.
      </p>
      <details open={fallen.moved.length <= 10}>
        <summary>
          {fallen.moved.length === 1 ? 'En siffra har ändrats' : `${fallen.moved.length} siffror har ändrats`}
        </summary>
        <Moved moved={fallen.moved} before="När den signerades" after="Nu" />
      </details>
    </Notice>
  );
}

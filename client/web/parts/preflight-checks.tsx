import type { Child } from 'hono/jsx';
import { counted } from '../../../documents/swedish.ts';
import type { Preflight } from '../../close/preflight.ts';
import { Moment } from './bits.tsx';

interface ChecksProps {
  readonly flight: Preflight;
  /** Who saved the revision. */
  readonly preparer: string | undefined;
}

/** What was looked at before the approval, and how it stands. Fortnox itself is asked again when the transfer begins. */
export function Checks({ flight, preparer }: ChecksProps) {
  const { toSend, faults, obstacles, series, snapshot, revision } = flight;
  const { lockedUntil } = snapshot.header;
  const manual = series.filter(({ selectable }) => selectable).map(({ code }) => code);
  const fourEyes = obstacles.some(({ code }) => code === 'approval.four-eyes');
  return (
    <section class="card" aria-labelledby="kontrollerat">
      <h3 id="kontrollerat">Kontrollerat före överföringen</h3>
      <ul class="checks">
        <Check holds={faults.length === 0}>
          {faults.length > 0
            ? `${counted(faults.length, 'fel', 'fel')} att rätta, markerade nedan.`
            : toSend.length === 0
              ? 'Inga verifikationer ska föras över.'
              : `${counted(toSend.length, 'verifikation', 'verifikationer')} balanserar, på aktiva konton och öppna datum.`}
        </Check>
        <Check holds={manual.length > 0}>
          {manual.length > 0
            ? `Manuella serier att bokföra i: ${manual.join(', ')}.`
            : 'Ingen serie är manuell: lägg upp en i Fortnox och importera igen.'}
        </Check>
        <Check holds>
          {lockedUntil === undefined ? 'Ingen period är låst.' : `Låst till och med ${lockedUntil}.`}
        </Check>
        {revision && (
          <Check holds={!fourEyes}>
            Revision {revision.revision}, sparad av {preparer} <Moment at={revision.savedAt} />
            {fourEyes && ': en annan person ska godkänna'}.
          </Check>
        )}
        <Check holds>
          Bokföringen inläst <Moment at={snapshot.fetchedAt} />. Har den ändrats sedan dess stannar
          överföringen innan något är skickat.
        </Check>
      </ul>
    </section>
  );
}

const Check = ({ holds, children }: { readonly holds: boolean; readonly children?: Child }) => (
  <li class={holds ? '' : 'stops'}>
    <span class="mark" aria-hidden="true">
      {holds ? '✓' : '✗'}
    </span>
    <span>
      <span class="unseen">{holds ? 'Godkänt: ' : 'Hindrar: '}</span>
      {children}
    </span>
  </li>
);

import type { Watch } from '../../close/watch.ts';
import { closePath } from '../close-frame.tsx';
import { Moment, Pill, PostButton } from './bits.tsx';

/** Nattlig bevakning: what it does, whether it is on, and the switch. */
export function WatchCard({ id, watch }: { readonly id: string; readonly watch: Watch | undefined }) {
  return (
    <section class="card stack" aria-labelledby="bevakning">
      <div class="section-head">
        <h3 id="bevakning">Nattlig bevakning</h3>
        {watch && <Pill tone={watchTones[watch.state]}>{watchNames[watch.state]}</Pill>}
      </div>
      <p>
        Bokföringen läses in varje natt så länge inloggningen gäller, och du får veta om en siffra har ändrats
        under det som är signerat eller godkänt. Inget skrivs över, och bevakningen förlänger inte
        inloggningens 30 dagar.
      </p>
      {watch?.state === 'paused' && (
        <p>Bevakningen stannade av sig själv en natt då bokslutet inte svarade. Slå på den igen.</p>
      )}
      {watch && (watch.nextAt ?? watch.lastAt) && (
        <dl class="facts">
          {watch.lastAt && (
            <>
              <dt>Senaste natten</dt>
              <dd>
                <Moment at={watch.lastAt} />
              </dd>
            </>
          )}
          {watch.nextAt && (
            <>
              <dt>Nästa gång</dt>
              <dd>
                <Moment at={watch.nextAt} />
              </dd>
            </>
          )}
        </dl>
      )}
      {watch ? (
        <PostButton
          action={closePath(id, '/bevakning')}
          fields={{ val: watch.state === 'on' ? 'av' : 'pa' }}
          kind={watch.state === 'on' ? 'secondary' : 'primary'}
        >
          {watch.state === 'on' ? 'Slå av bevakningen' : 'Slå på bevakningen'}
        </PostButton>
      ) : (
        <p class="muted">Om bevakningen är på är okänt just nu. Läs om sidan om en stund.</p>
      )}
    </section>
  );
}

const watchNames = { on: 'På', off: 'Av', paused: 'Stannad' } as const;
const watchTones = { on: 'good', off: 'calm', paused: 'warn' } as const;

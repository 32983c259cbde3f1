import type { Preflight } from '../../close/preflight.ts';
import type { EndpointView } from '../../notify/endpoints.ts';
import type { DeliveryView, NotificationView } from '../../notify/list.ts';
import { closePath } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import type { Tone } from '../words.ts';
import { Empty, Moment, Notice, Pill, PostButton } from './bits.tsx';

/** Whom notifications went to and what became of each; where programs are told. */

const kindNames: Readonly<Record<string, string>> = {
  'login.expires': 'Inloggningen till Fortnox går snart ut',
  'login.ended': 'Inloggningen till Fortnox gäller inte längre',
  'close.attention': 'Ett bokslut behöver hjälp',
  'approval.wanted': 'Ett godkännande begärdes',
  'export.completed': 'Bokföringsordern är överförd',
  'close.completed': 'Bokslutet är klart',
  'close.cancelled': 'Bokslutet är avbrutet',
  'watch.figures-moved': 'Siffror har ändrats efter signering eller godkännande',
};

const stateNames = { waiting: 'Väntar', sent: 'Framme', gaveUp: 'Kom inte fram' } as const;
const stateTones: Readonly<Record<DeliveryView['state'], Tone>> = {
  waiting: 'busy',
  sent: 'good',
  gaveUp: 'bad',
};

export function NotificationTable({
  items,
  receivers,
}: {
  readonly items: readonly NotificationView[];
  /** Names of people and addresses of programs, by id. */
  readonly receivers: ReadonlyMap<string, string>;
}) {
  if (items.length === 0) return <Empty>Inga meddelanden än.</Empty>;
  return (
    <div class="table-wrap" tabindex={0} role="region" aria-label="Meddelanden">
      <table>
        <thead>
          <tr>
            <th scope="col">När</th>
            <th scope="col">Vad</th>
            <th scope="col">Till</th>
            <th scope="col">Läge</th>
            <th scope="col">Åtgärd</th>
          </tr>
        </thead>
        <tbody>
          {items.flatMap(({ notification, state, deliveries }) =>
            deliveries.length === 0 ? (
              <tr>
                <What notification={notification} />
                <td class="muted">{state === 'waiting' ? '' : 'Ingen mottagare'}</td>
                <td>{state === 'waiting' && <Pill tone="busy">Väntar</Pill>}</td>
                <td></td>
              </tr>
            ) : (
              deliveries.map((one) => (
                <tr>
                  <What notification={notification} />
                  <td>{receivers.get(one.userId ?? one.endpointId ?? '') ?? 'Borttagen mottagare'}</td>
                  <td>
                    <Pill tone={stateTones[one.state]}>{stateNames[one.state]}</Pill>{' '}
                    {one.lastError && <small class="code">{one.lastError}</small>}
                  </td>
                  <td>
                    {one.state === 'gaveUp' && one.lastError !== 'mail.outcome-unknown' && (
                      <PostButton action={`/meddelanden/utskick/${one.id}/skicka-igen`} kind="quiet">
                        Skicka igen
                      </PostButton>
                    )}
                  </td>
                </tr>
              ))
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

const What = ({ notification }: Pick<NotificationView, 'notification'>) => (
  <>
    <td class="nowrap">
      <Moment at={notification.createdAt} />
    </td>
    <td>
      {notification.engagementId ? (
        <a href={closePath(notification.engagementId)}>{kindNames[notification.kind] ?? notification.kind}</a>
      ) : (
        (kindNames[notification.kind] ?? notification.kind)
      )}
    </td>
  </>
);

export function WebhookList({
  endpoints,
  mayChange,
}: {
  readonly endpoints: readonly EndpointView[];
  readonly mayChange: boolean;
}) {
  return (
    <>
      {endpoints.length === 0 && <Empty>Inget program får meddelanden.</Empty>}
      {endpoints.length > 0 && (
        <ul class="plain">
          {endpoints.map(({ id, url, createdAt }) => (
            <li class="row">
              <code>{url}</code>
              <span class="muted">
                sedan <Moment at={createdAt} />
              </span>
              {mayChange && (
                <PostButton action={`/meddelanden/mottagare/${id}/ta-bort`} kind="quiet">
                  Ta bort
                </PostButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayChange && (
        <form method="post" action="/meddelanden/mottagare" class="stack">
          <label>
            Adress som ska få meddelanden
            <input type="url" name="url" required placeholder="https://" />
            <small>
              Byråns eget program får veta vad som händer, med underskrift enligt Standard Webhooks.
            </small>
          </label>
          <p class="actions">
            <button class="secondary">Lägg till</button>
          </p>
        </form>
      )}
    </>
  );
}

/** A preparer's way to the reviewers: one button, once for a revision. */
export function AskForApproval({
  page: { close },
  flight: { revision, faults },
  asked,
}: {
  readonly page: ClosePage;
  readonly flight: Preflight;
  readonly asked: boolean;
}) {
  const open = close.status?.allowed.includes('approve') ?? false;
  const approved = close.approval !== null && !close.approval.stale;
  if (!revision || !open || approved || faults.length > 0) return null;
  if (asked) {
    return (
      <Notice tone="good">
        <p>De som kan godkänna har fått veta att revision {revision.revision} väntar.</p>
      </Notice>
    );
  }
  return (
    <PostButton
      action={closePath(close.id, '/be-om-godkannande')}
      fields={{ revision: String(revision.revision) }}
    >
      Be om godkännande av revision {revision.revision}
    </PostButton>
  );
}

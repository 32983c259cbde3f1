import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { listUsers } from '../../../db/stores/users.ts';
import { askForApproval } from '../../close/ask-approval.ts';
import { addWebhook, listWebhooks, removeWebhook, webhookSecret } from '../../notify/endpoints.ts';
import { listNotifications, sendAgain } from '../../notify/list.ts';
import type { AppContext, Who } from '../../http/app-env.ts';
import { httpProblems } from '../../http/problems.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { act, closePath } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { Frame, show, viewerOf } from '../frame.tsx';
import { Notice, ProblemBox } from '../parts/bits.tsx';
import { NotificationTable, WebhookList } from '../parts/notifications.tsx';

const path = '/meddelanden';

interface Said {
  readonly problem?: ProblemDetails;
  /** Of a receiver that was just added: shown this once. */
  readonly secret?: string;
}

/** Meddelanden: what the firm was told of, by mail and webhook, and where its own programs are told. */
export async function showNotifications(c: AppContext, who: Who, said: Said = {}): Promise<Response> {
  const { client } = c.var;
  const { caller } = who;
  const [page, endpoints, users] = await Promise.all([
    listNotifications(client, caller, { limit: 50, after: c.req.query('efter') }),
    listWebhooks(client, caller),
    client.database.forFirm(caller.firmId, listUsers),
  ]);
  const receivers = new Map([
    ...users.map(({ id, name }) => [id, name] as const),
    ...endpoints.map(({ id, url }) => [id, url] as const),
  ]);
  return show(
    c,
    <Frame title="Meddelanden" viewer={await viewerOf(c, who)}>
      <h1>Meddelanden</h1>
      {said.problem && <ProblemBox problem={said.problem} />}
      {said.secret && (
        <Notice tone="good">
          <p>
            <strong>Mottagaren är tillagd.</strong> Programmet kontrollerar underskrifterna med den här
            hemligheten, som visas bara nu:
          </p>
          <p>
            <code>{said.secret}</code>
          </p>
        </Notice>
      )}
      <section class="card">
        <h2>Senaste</h2>
        <NotificationTable items={page.items} receivers={receivers} />
        {page.next && (
          <p>
            <a href={`${path}?efter=${page.next}`}>Äldre</a>
          </p>
        )}
      </section>
      <section class="card">
        <h2>Mottagare</h2>
        <p>
          E-post går till den som ansvarar för bokslutet, annars till byråns administratörer. Att ett
          godkännande begärs går till dem som kan godkänna.
        </p>
        <WebhookList endpoints={endpoints} mayChange={isAdministrator(who)} />
      </section>
    </Frame>,
    said.problem ? statusOfCode(said.problem.code) : 200,
  );
}

export const takeWebhook = (c: AppContext, who: Who): Promise<Response> =>
  refusable(c, who, async () => {
    administrator(who);
    const { url = '' } = textFields(await c.req.parseBody());
    const { id } = await addWebhook(c.var.client, who.caller, url.trim());
    return { secret: (await webhookSecret(c.var.client, who.caller, id)).reveal() };
  });

export const dropWebhook = (c: AppContext, who: Who): Promise<Response> =>
  refusable(c, who, async () => {
    administrator(who);
    await removeWebhook(c.var.client, who.caller, c.req.param('receiver') ?? '');
  });

export const sendOneAgain = (c: AppContext, who: Who): Promise<Response> =>
  refusable(c, who, async () => {
    await sendAgain(c.var.client, who.caller, c.req.param('delivery') ?? '');
  });

/** The reviewers are told that what is saved waits for them. */
export async function askReviewers(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const revision = Number(textFields(await c.req.parseBody())['revision']);
  return act(
    page,
    () => askForApproval(c.var.client, who.caller, close.id, { revision }),
    closePath(close.id, '/godkann'),
  );
}

/** Done, the list is read again; a refusal, or what is said this once, is shown on it. */
async function refusable(c: AppContext, who: Who, work: () => Promise<Said | void>): Promise<Response> {
  try {
    const said = await work();
    return said ? await showNotifications(c, who, said) : c.redirect(path, 303);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showNotifications(c, who, { problem: error.details });
  }
}

const isAdministrator = ({ user }: Who): boolean => user?.role === 'administrator';

/** Of people, administrators alone say where the firm's notifications go, as over the API. @throws Problem `http.forbidden` */
function administrator(who: Who): void {
  if (!isAdministrator(who)) throw new Problem(httpProblems.forbidden);
}

import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { beginLogin, confirmLogin, disconnectCompany } from '../../close/fortnox-login.ts';
import { uploadSie } from '../../close/sie-upload.ts';
import { startWatch, stopWatch, watchStatus } from '../../close/watch.ts';
import type { Watch } from '../../close/watch.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import type { ConnectionView } from '../../close/overview.ts';
import { act, closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { loginToConfirm } from '../load-close.ts';
import type { Close } from '../load-close.ts';
import { Moment, Notice, PostButton, ProblemBox } from '../parts/bits.tsx';
import { Progress } from '../parts/progress.tsx';
import { WatchCard } from '../parts/watch-card.tsx';
import { textFields } from '../form-fields.ts';
import { endReasons } from '../words.ts';
import { DaysLeft } from './overview.tsx';

/** Underhåll – Inställningar – Datakälla: where the books come from, and the login at Fortnox. */
export async function showDataSource(page: ClosePage, problem?: ProblemDetails): Promise<Response> {
  const { close } = page;
  const content =
    close.engagement.settings.source === 'sie' ? (
      <SieSource close={close} problem={problem} />
    ) : (
      <FortnoxSource close={close} watch={await watchNow(page)} />
    );
  return showClose(page, '/datakalla', content, { status: problem ? statusOfCode(problem.code) : 200 });
}

/** The page is shown without the watch rather than late. */
const waitForWatchMs = 2_000;

/** Undefined while Temporal does not answer. */
async function watchNow({ c, who, close }: ClosePage): Promise<Watch | undefined> {
  const { client } = c.var;
  try {
    return await client.temporal.withDeadline(Date.now() + waitForWatchMs, () =>
      watchStatus(client, who.caller, close.id),
    );
  } catch {
    return undefined;
  }
}

function FortnoxSource({ close, watch }: { readonly close: Close; readonly watch: Watch | undefined }) {
  const { id, status, connection, engagement, company } = close;
  const unconfirmed = loginToConfirm(close);
  const open = status && status.phase !== 'completed' && status.phase !== 'cancelled';
  return (
    <>
      <h2>Datakälla: Fortnox</h2>
      <div id="inloggning" data-live>
        {unconfirmed ? (
          <Confirm close={close} connection={unconfirmed} />
        ) : (
          <section class="card stack">
            <h3>Inloggning</h3>
            <LoginLine close={close} />
            {close.lastImport && (
              <p class="muted">
                Senast importerad <Moment at={close.lastImport.fetchedAt} />.
              </p>
            )}
            <div class="actions">
              {open && (
                <PostButton
                  action={closePath(id, '/anslut')}
                  kind={status.login.state === 'valid' ? 'secondary' : 'primary'}
                >
                  {status.login.state === 'valid' ? 'Logga in på nytt' : 'Importera från Fortnox'}
                </PostButton>
              )}
              {status?.allowed.includes('import') && (
                <PostButton action={closePath(id, '/importera')} kind="primary">
                  Importera på nytt
                </PostButton>
              )}
            </div>
            <Progress close={close} />
          </section>
        )}
      </div>
      <section class="card stack">
        <h3>Det som ska hämtas</h3>
        <dl class="facts">
          <dt>Företag</dt>
          <dd>
            {company.name}, {company.organisationNumber}
          </dd>
          <dt>Räkenskapsår</dt>
          <dd>
            {engagement.yearFrom} – {engagement.yearTo}
          </dd>
        </dl>
      </section>
      {open && close.lastImport && <WatchCard id={id} watch={watch} />}
      {connection && connection.endedAt === null && !unconfirmed && (
        <details class="danger-zone">
          <summary>Koppla från Fortnox</summary>
          <p>Inloggningen återkallas hos Fortnox och tas bort här. Det som är importerat finns kvar.</p>
          <PostButton action={closePath(id, '/koppla-fran')} kind="danger">
            Koppla från
          </PostButton>
        </details>
      )}
    </>
  );
}

function LoginLine({ close: { status, connection } }: { readonly close: Close }) {
  const login = status?.login;
  if (login?.state === 'valid') {
    return (
      <p>
        <DaysLeft until={login.expiresAtMs} /> Inloggad hos <strong>{connection?.companyName}</strong>{' '}
        (databas {connection?.tenant}). Gäller till <Moment at={login.expiresAtMs} />, och förlängs av varje
        import och export.
      </p>
    );
  }
  if (connection?.endedAt) {
    return (
      <p>
        Inloggningen {endReasons[connection.endReason ?? ''] ?? 'har upphört'} sedan{' '}
        <Moment at={connection.endedAt} />. Logga in igen så fortsätter bokslutet där det står.
      </p>
    );
  }
  return (
    <p>
      Ingen inloggning än. Du kommer till Fortnox sida, loggar in som systemadministratör för företaget och
      godkänner behörigheterna.
    </p>
  );
}

/** Several Fortnox databases can share an organisation number: a person says which is the right one. */
function Confirm({
  close,
  connection,
}: {
  readonly close: Close;
  readonly connection: NonNullable<ConnectionView>;
}) {
  const { id, engagement, company } = close;
  return (
    <section class="card stack highlight">
      <h3>Är det rätt företag?</h3>
      <p>Inloggningen hos Fortnox är klar. Ingenting är hämtat än.</p>
      <dl class="facts">
        <dt>Företag enligt Fortnox</dt>
        <dd>
          <strong>{connection.companyName}</strong>
        </dd>
        <dt>Organisationsnummer</dt>
        <dd>{company.organisationNumber}</dd>
        <dt>Fortnox databas</dt>
        <dd>{connection.tenant}</dd>
        <dt>Räkenskapsår</dt>
        <dd>
          {engagement.yearFrom} – {engagement.yearTo}
        </dd>
      </dl>
      <div class="actions">
        <PostButton
          action={closePath(id, '/bekrafta')}
          kind="primary"
          fields={{ connectionId: connection.id }}
        >
          Ja, importera
        </PostButton>
        <PostButton action={closePath(id, '/koppla-fran')} kind="secondary">
          Nej, koppla från
        </PostButton>
      </div>
    </section>
  );
}

function SieSource({
  close,
  problem,
}: {
  readonly close: Close;
  readonly problem: ProblemDetails | undefined;
}) {
  const { id, status, lastImport, engagement } = close;
  const open = status && status.phase !== 'completed' && status.phase !== 'cancelled';
  return (
    <>
      <h2>Datakälla: SIE-fil</h2>
      {problem && <ProblemBox problem={problem} />}
      <section class="card stack">
        <p>
          Exportera en SIE 4-fil för räkenskapsåret {engagement.yearFrom} – {engagement.yearTo} ur
          bokföringsprogrammet och lämna den här. Filen läses hel innan något sparas.
        </p>
        {open && (
          <form method="post" action={closePath(id, '/sie')} enctype="multipart/form-data" class="stack">
            <label>
              SIE 4-fil (.se)
              <input type="file" name="fil" required accept=".se,.si,.sie" />
            </label>
            <p class="actions">
              <button class="primary">{lastImport ? 'Importera filen på nytt' : 'Importera filen'}</button>
            </p>
          </form>
        )}
        <div id="sie-framsteg" data-live>
          <Progress close={close} />
          {lastImport && (
            <p class="muted">
              Senast importerad <Moment at={lastImport.fetchedAt} />.
            </p>
          )}
        </div>
      </section>
      <Notice tone="calm">
        <p>
          Bokföringsordern lämnas som en SIE 4I-fil: <a href={closePath(id, '/export')}>Export</a>.
        </p>
      </Notice>
    </>
  );
}

export const goToFortnox = (page: ClosePage): Promise<Response> =>
  actThen(page, () => beginLogin(page.c.var.client, page.who.caller, page.close.id, page.who.sessionCookie));

/** Goes to where the act says. The address is made by the program alone, never taken from the request. */
async function actThen(page: ClosePage, work: () => Promise<URL>): Promise<Response> {
  let to: URL | undefined;
  const answer = await act(page, async () => (to = await work()), closePath(page.close.id, '/datakalla'));
  return to ? page.c.redirect(to.href, 303) : answer;
}

export async function confirm(page: ClosePage): Promise<Response> {
  const { connectionId = '' } = textFields(await page.c.req.parseBody());
  const work = () => confirmLogin(page.c.var.client, page.who.caller, page.close.id, connectionId);
  return act(page, work, closePath(page.close.id));
}

export const disconnectFortnox = (page: ClosePage): Promise<Response> =>
  act(
    page,
    () => disconnectCompany(page.c.var.client, page.who.caller, page.close.id),
    closePath(page.close.id, '/datakalla'),
  );

/** The file is refused on the page where it is chosen, with what is wrong with it. */
export async function takeSie(page: ClosePage): Promise<Response> {
  const { fil } = await page.c.req.parseBody();
  try {
    if (!(fil instanceof File) || fil.size === 0) throw new Problem(noFile);
    const bytes = new Uint8Array(await fil.arrayBuffer());
    await uploadSie(page.c.var.client, page.who.caller, page.close.id, { name: fil.name, bytes });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showDataSource(page, error.details);
  }
  return page.c.redirect(closePath(page.close.id, '/datakalla'), 303);
}

export async function switchWatch(page: ClosePage): Promise<Response> {
  const { val } = textFields(await page.c.req.parseBody());
  const { client } = page.c.var;
  const work = () =>
    val === 'av'
      ? stopWatch(client, page.who.caller, page.close.id)
      : startWatch(client, page.who.caller, page.close.id);
  return act(page, work, closePath(page.close.id, '/datakalla'));
}

const noFile = {
  code: 'upload.no-file',
  what: 'Ingen fil är vald.',
  advice: 'Välj en SIE 4-fil och försök igen.',
};

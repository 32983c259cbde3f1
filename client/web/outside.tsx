import type { LoginToConfirm } from '../close/fortnox-login.ts';
import type { AppContext } from '../http/app-env.ts';
import type { ProblemBody } from '../http/problems.ts';
import { Frame, show, viewerOf } from './frame.tsx';
import { ProblemBox } from './parts/bits.tsx';

/** Pages that belong to no close. */

/** Back from Fortnox in a browser that is not logged in here: the login was begun by the firm's own program. */
export const showFinishedElsewhere = (c: AppContext, login: LoginToConfirm): Promise<Response> =>
  show(
    c,
    <Frame title="Inloggningen hos Fortnox är klar">
      <section class="card stack narrow middle">
        <h1>Inloggningen hos Fortnox är klar</h1>
        <p>
          {login.companyName}, {login.organisationNumber}, räkenskapsåret {login.yearFrom} – {login.yearTo}.
        </p>
        <p>Gå tillbaka till programmet och bekräfta att det är rätt företag.</p>
      </section>
    </Frame>,
  );

export async function showProblem(c: AppContext, problem: ProblemBody): Promise<Response> {
  const { who } = c.var;
  if (problem.code === 'http.unauthenticated')
    return c.req.method === 'GET' ? c.redirect('/logga-in', 303) : showLoggedOut(c, problem);
  return show(
    c,
    <Frame title="Det gick inte" viewer={who && (await viewerOf(c, who))}>
      <h1>{problem.status === 404 ? 'Finns inte' : 'Det gick inte'}</h1>
      <ProblemBox problem={problem}>
        <p class="code">Ärende {c.var.requestId}</p>
      </ProblemBox>
      <p>
        <a class="button secondary" href="/">
          Till översikten
        </a>
      </p>
    </Frame>,
    problem.status,
  );
}

/** In answer to a form: the session ended while it was filled in. */
const showLoggedOut = (c: AppContext, { status }: ProblemBody): Promise<Response> =>
  show(
    c,
    <Frame title="Du är utloggad">
      <section class="card stack narrow middle">
        <h1>Du är utloggad</h1>
        <p>
          Inget är sparat. Det som är skrivet ligger kvar i den här webbläsaren: logga in och öppna sidan
          igen.
        </p>
        <p>
          <a class="button primary" href="/logga-in">
            Logga in
          </a>
        </p>
        <p class="code">Ärende {c.var.requestId}</p>
      </section>
    </Frame>,
    status,
  );

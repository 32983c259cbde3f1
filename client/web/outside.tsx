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
  if (problem.code === 'http.unauthenticated' && c.req.method === 'GET') return c.redirect('/logga-in', 303);
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

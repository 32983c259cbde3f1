import { listCloses } from '../../close/overview.ts';
import type { CloseLine } from '../../close/overview.ts';
import type { AppContext, Who } from '../../http/app-env.ts';
import type { Phase } from '../../../workflows/messages.ts';
import { Frame, show, viewerOf } from '../frame.tsx';
import { Empty, Pill } from '../parts/bits.tsx';
import { phaseNames, phaseTones } from '../words.ts';

/** More than any firm has at work at a time. */
const mostLines = 1_000;

/** Översikt: the firm's closes. */
export async function showOverview(c: AppContext, who: Who): Promise<Response> {
  const query = c.req.query('q')?.trim() ?? '';
  const phase = c.req.query('fas') ?? '';
  const { lines } = await listCloses(c.var.client, who.caller, { limit: mostLines });
  const shown = lines.filter((line) => matches(line, query.toLowerCase()) && isIn(line, phase));
  return show(
    c,
    <Frame title="Översikt" viewer={await viewerOf(c, who)}>
      <div class="page-head">
        <h1>Översikt</h1>
        <a class="button primary" href="/bokslut/nytt">
          Nytt bokslut
        </a>
      </div>
      {lines.length === 0 ? (
        <Empty>Byrån har inga bokslut än. Börja med ett nytt.</Empty>
      ) : (
        <>
          <form class="filter" role="search">
            <label>
              Sök
              <input type="search" name="q" value={query} placeholder="Företag, nummer eller ansvarig" />
            </label>
            <label>
              Fas
              <select name="fas">
                <option value="">Alla</option>
                <option value="stopp" selected={phase === 'stopp'}>
                  Behöver åtgärd
                </option>
                {(Object.keys(phaseNames) as Phase[]).map((one) => (
                  <option value={one} selected={phase === one}>
                    {phaseNames[one]}
                  </option>
                ))}
              </select>
            </label>
            <button class="secondary">Visa</button>
            <p class="muted" role="status">
              {shown.length} av {lines.length}
            </p>
          </form>
          <div class="table-wrap">
            <table>
              <thead>
                <tr>
                  <th scope="col">Företag</th>
                  <th scope="col">Balansdag</th>
                  <th scope="col">Fas</th>
                  <th scope="col">Inloggning</th>
                  <th scope="col">Ansvarig</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((line) => (
                  <Line line={line} />
                ))}
              </tbody>
            </table>
          </div>
          {shown.length === 0 && <Empty>Inget bokslut stämmer med sökningen.</Empty>}
        </>
      )}
    </Frame>,
  );
}

function Line({
  line: { engagement, company, responsible, phase, attention, loginExpiresAt },
}: {
  readonly line: CloseLine;
}) {
  return (
    <tr>
      <td>
        <a class="strong" href={`/bokslut/${engagement.id}`}>
          {company.name}
        </a>
        <small>{company.organisationNumber}</small>
      </td>
      <td class="nowrap">{engagement.yearTo}</td>
      <td>
        {phase ? <Pill tone={phaseTones[phase]}>{phaseNames[phase]}</Pill> : '–'}
        {attention && (
          <>
            {' '}
            <Pill tone="bad">Behöver åtgärd</Pill>
            <small>{attention}</small>
          </>
        )}
      </td>
      <td>
        {engagement.settings.source === 'sie' ? (
          <span class="muted">SIE-fil</span>
        ) : (
          <DaysLeft until={loginExpiresAt} />
        )}
      </td>
      <td>{responsible ?? <span class="muted">–</span>}</td>
    </tr>
  );
}

const dayMs = 86_400_000;

/** Days left of a login; few of them stand out. */
export function DaysLeft({ until }: { readonly until: Date | number | null }) {
  if (until === null) return <span class="muted">–</span>;
  const left = Number(until) - Date.now();
  if (left <= 0) return <Pill tone="bad">Har gått ut</Pill>;
  const days = Math.round(left / dayMs);
  const tone = days < 1 ? 'bad' : days <= 7 ? 'warn' : 'good';
  return (
    <Pill tone={tone}>
      {days < 1 ? 'mindre än en dag' : days === 1 ? '1 dag kvar' : `${days} dagar kvar`}
    </Pill>
  );
}

const matches = ({ company, responsible, engagement }: CloseLine, query: string): boolean =>
  query === '' ||
  [company.name, company.organisationNumber, responsible ?? '', engagement.yearTo].some((text) =>
    text.toLowerCase().includes(query),
  );

const isIn = (line: CloseLine, phase: string): boolean =>
  phase === '' || (phase === 'stopp' ? line.attention !== null : line.phase === phase);

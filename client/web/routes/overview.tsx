import type { Child } from 'hono/jsx';
import { orders, searchCloses } from '../../close/search-closes.ts';
import type { Order, Search, SearchResult } from '../../close/search-closes.ts';
import type { CloseLine } from '../../close/overview.ts';
import type { AppContext, Who } from '../../http/app-env.ts';
import type { Phase } from '../../../workflows/messages.ts';
import { Frame, show, viewerOf } from '../frame.tsx';
import { Empty, Pill } from '../parts/bits.tsx';
import { attentionName, phaseNames, phaseTones } from '../words.ts';

const columns: Readonly<Record<Order, string>> = {
  foretag: 'Företag',
  balansdag: 'Balansdag',
  fas: 'Fas',
  inloggning: 'Inloggning',
  ansvarig: 'Ansvarig',
};

/** Översikt: the firm's closes, searched, filtered and sorted by the address, a page at a time. */
export async function showOverview(c: AppContext, who: Who): Promise<Response> {
  const search = readSearch(c, who);
  const mine = who.user !== undefined && search.responsibleUserId === who.user.id;
  const [result, viewer] = await Promise.all([
    searchCloses(c.var.client, who.caller, search),
    viewerOf(c, who),
  ]);
  return show(
    c,
    <Frame title="Översikt" viewer={viewer} live={{ path: '/live', version: result.version }}>
      <div class="page-head">
        <h1>Översikt</h1>
        <a class="button primary" href="/bokslut/nytt">
          Nytt bokslut
        </a>
      </div>
      {result.all === 0 ? (
        <Empty>Byrån har inga bokslut än. Börja med ett nytt.</Empty>
      ) : (
        <>
          <form class="filter" role="search">
            <label>
              Sök
              <input
                type="search"
                name="q"
                value={search.text}
                placeholder="Företag, nummer eller ansvarig"
              />
            </label>
            <label>
              Fas
              <select name="fas">
                <option value="">Alla</option>
                <option value="stopp" selected={search.phase === 'attention'}>
                  Behöver åtgärd
                </option>
                {(Object.keys(phaseNames) as Phase[]).map((one) => (
                  <option value={one} selected={search.phase === one}>
                    {phaseNames[one]}
                  </option>
                ))}
              </select>
            </label>
            {who.user && (
              <label>
                Ansvarig
                <select name="ansvarig">
                  <option value="">Alla</option>
                  <option value="jag" selected={mine}>
                    Mina bokslut
                  </option>
                </select>
              </label>
            )}
            <input type="hidden" name="ordning" value={orderText(search)} />
            <button class="secondary">Visa</button>
          </form>
          <div id="bokslut" data-live>
            <List search={search} result={result} address={addressOf(search, mine)} />
          </div>
        </>
      )}
    </Frame>,
  );
}

const defaults = { order: 'balansdag', descending: true } as const;

function readSearch(c: AppContext, who: Who): Search {
  const phase = c.req.query('fas') ?? '';
  const [, falls, order] = /^(-?)([a-z]+)$/.exec(c.req.query('ordning') ?? '') ?? [];
  const known = orders.find((one) => one === order);
  return {
    text: c.req.query('q')?.trim().slice(0, 100) ?? '',
    phase: phase === 'stopp' ? 'attention' : phase in phaseNames ? (phase as Phase) : undefined,
    responsibleUserId: c.req.query('ansvarig') === 'jag' ? who.user?.id : undefined,
    ...(known ? { order: known, descending: falls === '-' } : defaults),
    page: Number.parseInt(c.req.query('sida') ?? '1', 10) || 1,
  };
}

const orderText = ({ order, descending }: Pick<Search, 'order' | 'descending'>): string =>
  `${descending ? '-' : ''}${order}`;

/** The address of the same search with something changed; a new order begins at the first page. */
const addressOf =
  (search: Search, mine: boolean) =>
  (change: Partial<Pick<Search, 'order' | 'descending' | 'page'>>): string => {
    const { text, phase, page, ...rest } = { ...search, page: 1, ...change };
    const query = new URLSearchParams({
      ...(text !== '' && { q: text }),
      ...(phase !== undefined && { fas: phase === 'attention' ? 'stopp' : phase }),
      ...(mine && { ansvarig: 'jag' }),
      ...(orderText(rest) !== orderText(defaults) && { ordning: orderText(rest) }),
      ...(page > 1 && { sida: String(page) }),
    }).toString();
    return query === '' ? '/' : `/?${query}`;
  };

interface ListProps {
  readonly search: Search;
  readonly result: SearchResult;
  readonly address: ReturnType<typeof addressOf>;
}

function List({ search, result: { lines, found, all, attention, page, pages }, address }: ListProps) {
  return (
    <>
      <p class="muted list-count" role="status">
        {found === all ? `${all} bokslut` : `${found} av ${all} bokslut`}
        {attention > 0 && (
          <>
            {' · '}
            <a href="/?fas=stopp">{attention} behöver åtgärd</a>
          </>
        )}
      </p>
      {found === 0 ? (
        <Empty>
          Inget bokslut stämmer med sökningen. <a href="/">Visa alla</a>.
        </Empty>
      ) : (
        <div class="table-wrap">
          <table>
            <thead>
              <tr>
                {(Object.keys(columns) as Order[]).map((one) => (
                  <SortHead name={one} search={search} address={address} />
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <Line line={line} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pages > 1 && (
        <nav class="pager" aria-label="Sidor">
          <PageLink to={page - 1} pages={pages} address={address}>
            Föregående
          </PageLink>
          <span class="muted">
            Sida {page} av {pages}
          </span>
          <PageLink to={page + 1} pages={pages} address={address}>
            Nästa
          </PageLink>
        </nav>
      )}
    </>
  );
}

function SortHead({
  name,
  search,
  address,
}: { readonly name: Order } & Pick<ListProps, 'search' | 'address'>) {
  const isIt = search.order === name;
  const next = { order: name, descending: isIt ? !search.descending : name === defaults.order };
  return (
    <th
      scope="col"
      {...(isIt && { 'aria-sort': search.descending ? ('descending' as const) : ('ascending' as const) })}
    >
      <a class="sort" href={address(next)}>
        {columns[name]}
        {isIt && <span aria-hidden="true">{search.descending ? ' ↓' : ' ↑'}</span>}
      </a>
    </th>
  );
}

const PageLink = ({
  to,
  pages,
  address,
  children,
}: {
  readonly to: number;
  readonly pages: number;
  readonly children?: Child;
} & Pick<ListProps, 'address'>) =>
  to < 1 || to > pages ? (
    <span class="muted">{children}</span>
  ) : (
    <a class="button secondary" href={address({ page: to })}>
      {children}
    </a>
  );

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
            <small>{attentionName(attention)}</small>
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

import type { Child } from 'hono/jsx';
import { swedishYear } from '../../documents/swedish.ts';
import { Problem } from '../../accounting/problem.ts';
import type { AppContext, Who } from '../http/app-env.ts';
import { statusOfCode } from '../http/problem-status.ts';
import { Frame, show, viewerOf } from './frame.tsx';
import type { Viewer } from './frame.tsx';
import { loadClose, loginToConfirm } from './load-close.ts';
import type { Close } from './load-close.ts';
import { Notice, Pill, PostButton, ProblemBox } from './parts/bits.tsx';
import { Stepper } from './parts/stepper.tsx';
import { phaseNames, phaseTones } from './words.ts';

const sections = [
  { path: '', name: 'Läget' },
  { path: '/datakalla', name: 'Datakälla' },
  { path: '/import', name: 'Import' },
  { path: '/bilagor', name: 'Avstämning' },
  { path: '/justeringar', name: 'Justeringar' },
  { path: '/godkann', name: 'Godkänn' },
  { path: '/export', name: 'Export' },
  { path: '/historik', name: 'Historik' },
  { path: '/parm', name: 'Pärm' },
] as const;

export type Section = (typeof sections)[number]['path'];

export const closePath = (id: string, section: string = ''): string => `/bokslut/${id}${section}`;

/** What the route of a close's page works with. */
export interface ClosePage {
  readonly c: AppContext;
  readonly who: Who;
  readonly viewer: Viewer;
  readonly close: Close;
}

export async function openClose(c: AppContext, who: Who): Promise<ClosePage> {
  const [close, viewer] = await Promise.all([
    loadClose(c.var.client, who.caller, c.req.param('id') ?? ''),
    viewerOf(c, who),
  ]);
  return { c, who, viewer, close };
}

/** Sends a page of a close: name, stepper and menu around the section's own content. */
export async function showClose(
  { c, viewer, close }: ClosePage,
  section: Section,
  content: Child,
  { status = 200, title }: { readonly status?: number; readonly title?: string } = {},
): Promise<Response> {
  const { engagement, company } = close;
  const name = title ?? sections.find(({ path }) => path === section)?.name ?? '';
  return show(
    c,
    <Frame
      title={`${name} – ${company.name}`}
      viewer={viewer}
      live={{ path: closePath(close.id, '/live'), version: close.version }}
    >
      <div class="close-head" id="bokslutshuvud" data-live>
        <div>
          <p class="crumb">
            <a href="/">Översikt</a> <span aria-hidden="true">/</span> {company.organisationNumber}
          </p>
          <h1>{company.name}</h1>
          <p class="muted">
            Räkenskapsåret {swedishYear({ from: engagement.yearFrom, to: engagement.yearTo })}
            {engagement.run > 1 && ` · omgång ${engagement.run}`}
          </p>
        </div>
        {close.status && (
          <Pill tone={close.status.attention ? 'bad' : phaseTones[close.status.phase]}>
            {phaseNames[close.status.phase]}
          </Pill>
        )}
        <Stepper close={close} />
      </div>
      <div class="close-body">
        <nav class="sections" aria-label="Bokslutets delar">
          {sections.map(({ path, name: label }) => (
            <a
              href={closePath(close.id, path)}
              {...(path === section && { 'aria-current': 'page' as const })}
            >
              {label}
            </a>
          ))}
        </nav>
        <div class="content">
          <div id="uppmarksamhet" data-live>
            <Attention close={close} section={section} />
          </div>
          {content}
        </div>
      </div>
    </Frame>,
    status,
  );
}

/** What stands still until a person does something, on every page of the close. */
function Attention({ close, section }: { readonly close: Close; readonly section: Section }) {
  const { status, trouble, id } = close;
  if (trouble) return <ProblemBox problem={trouble} />;
  if (!status) return null;
  if (status.attention) {
    return (
      <ProblemBox problem={status.attention}>
        {/* The export's own page says what each way leads to. */}
        <div class="actions" hidden={section === '/export' && status.phase === 'exporting'}>
          {status.allowed.includes('retry') && (
            <PostButton action={closePath(id, '/forsok-igen')} kind="primary">
              Försök igen
            </PostButton>
          )}
          {status.allowed.includes('import') && (
            <PostButton action={closePath(id, '/importera')}>Importera på nytt</PostButton>
          )}
        </div>
      </ProblemBox>
    );
  }
  if (loginToConfirm(close) && section !== '/datakalla') {
    return (
      <Notice tone="warn">
        <p>
          Du är inloggad hos Fortnox.{' '}
          <a href={closePath(id, '/datakalla')}>Bekräfta att det är rätt företag</a> så fortsätter bokslutet.
        </p>
      </Notice>
    );
  }
  return null;
}

/** Does a person's act and goes back to a page; a refusal is shown there, with what can be done about it. */
export async function act(page: ClosePage, work: () => Promise<unknown>, back: string): Promise<Response> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showRefusal(page, error, back);
  }
  return page.c.redirect(back, 303);
}

export async function showRefusal(page: ClosePage, error: Problem, back: string): Promise<Response> {
  return showClose(
    page,
    '',
    <>
      <ProblemBox problem={error.details} />
      <p>
        <a class="button secondary" href={back}>
          Tillbaka
        </a>
      </p>
    </>,
    { status: statusOfCode(error.code), title: 'Gick inte' },
  );
}

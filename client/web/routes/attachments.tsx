import { formatOre, ore } from '../../../accounting/money.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { setMateriality, supportOverview } from '../../close/support.ts';
import type { SupportOverview } from '../../close/support.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { readAmount } from '../amount.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { Empty, Money, Notice, Pill, ProblemBox } from '../parts/bits.tsx';
import { SupportTable } from '../parts/support-table.tsx';
import { signOffStatus } from '../support-status.ts';

/** What a person typed as the threshold and was refused for. */
interface Refused {
  readonly typed: string;
  readonly problem: ProblemDetails;
}

/** Avstämning och bilagor: every balance-sheet account with what supports it. */
export async function showAttachments(page: ClosePage, refused?: Refused): Promise<Response> {
  const { c, who, close } = page;
  const overview = await supportOverview(c.var.client, who.caller, close.id);
  const remaining = c.req.query('visa') === 'kvar';
  return showClose(
    page,
    '/bilagor',
    <>
      {refused && <ProblemBox problem={refused.problem} />}
      <div id="bilagor" data-live>
        <Head overview={overview} />
        {overview.mains.length === 0 ? (
          <Empty>
            Balanskontona visas när bokföringen är importerad. Börja vid{' '}
            <a href={closePath(close.id, '/datakalla')}>datakällan</a>.
          </Empty>
        ) : (
          <>
            <Waiting id={close.id} overview={overview} />
            <nav class="tabs" aria-label="Vilka konton som visas">
              <Tab href={closePath(close.id, '/bilagor')} current={!remaining}>
                Alla konton
              </Tab>
              <Tab href={closePath(close.id, '/bilagor?visa=kvar')} current={remaining}>
                Det som återstår
              </Tab>
              <span class="push">
                Huvudbilagor som <a href={closePath(close.id, '/dokument/huvudbilagor.pdf')}>PDF</a> och{' '}
                <a href={closePath(close.id, '/dokument/huvudbilagor.xlsx')}>Excel</a> ·{' '}
                <a href={closePath(close.id, '/kurser')}>Balansdagskurser</a>
                {close.engagement.settings.source === 'fortnox' && (
                  <>
                    {' '}
                    · <a href={closePath(close.id, '/konton')}>Konton som stäms av</a>
                  </>
                )}
              </span>
            </nav>
            {remaining && overview.count.done === overview.count.of ? (
              <Empty>Alla konton är avstämda och signerade.</Empty>
            ) : (
              <SupportTable id={close.id} overview={overview} remaining={remaining} />
            )}
            <OwnWithoutBalance id={close.id} overview={overview} />
          </>
        )}
      </div>
      {overview.mains.length > 0 && (
        <div class="halves">
          <Materiality id={close.id} overview={overview} refused={refused} />
          <section class="card stack">
            <h3>Egen bilaga</h3>
            <p>Specificera ett konto med fri text, rader och filer: bankbesked, avtal, beräkningar.</p>
            <p class="actions">
              <a class="button secondary" href={closePath(close.id, '/egna/ny')}>
                Lägg upp en egen bilaga
              </a>
            </p>
          </section>
        </div>
      )}
    </>,
    { status: refused ? statusOfCode(refused.problem.code) : 200, title: 'Avstämning' },
  );
}

const Head = ({ overview: { count } }: { readonly overview: SupportOverview }) => (
  <div class="section-head">
    <h2>Avstämning och bilagor</h2>
    {count.of > 0 && (
      <>
        <Pill tone={count.done === count.of ? 'good' : 'calm'}>
          {count.done} av {count.of} konton klara
        </Pill>
        <progress
          class="count"
          value={count.done}
          max={count.of}
          aria-label={`${count.done} av ${count.of} balanskonton är avstämda och signerade`}
        />
        <span class="muted">{count.supported} avstämda, signerade eller inte</span>
      </>
    )}
  </div>
);

const Tab = ({
  href,
  current,
  children,
}: {
  readonly href: string;
  readonly current: boolean;
  readonly children?: string;
}) => (
  <a href={href} {...(current && { 'aria-current': 'page' as const })}>
    {children}
  </a>
);

/** What has moved under a signature or waits for an answer, first of all. */
function Waiting({
  id,
  overview: { supports, mains },
}: {
  readonly id: string;
  readonly overview: SupportOverview;
}) {
  const all = [
    ...mains.map(({ accountGroup, data, signOff }) => ({
      accountGroup,
      title: `Huvudbilaga ${data.code} ${data.name}`,
      signOff,
    })),
    ...supports,
  ].filter(({ signOff }) => signOff.offerWaits || signOff.status === 'stale');
  if (all.length === 0) return null;
  return (
    <Notice tone="warn">
      <p>
        <strong>Bokföringen har ändrats under det som är arbetat eller signerat.</strong>
      </p>
      <ul class="plain">
        {all.map(({ accountGroup, title, signOff }) => (
          <li>
            <a href={closePath(id, `/bilagor/${accountGroup}${signOff.offerWaits ? '/forslag' : ''}`)}>
              {title}
            </a>
            : {signOffStatus(signOff).word.toLowerCase()}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** Own attachments whose accounts have come to 0 stand in no row of the table with a status to mend. */
function OwnWithoutBalance({
  id,
  overview: { supports, mains },
}: {
  readonly id: string;
  readonly overview: SupportOverview;
}) {
  const shown = new Set(mains.flatMap(({ data }) => data.accounts.map(({ number }) => number)));
  const rest = supports.filter(({ accounts }) => !accounts.some((account) => shown.has(account)));
  if (rest.length === 0) return null;
  return (
    <section>
      <h3>Bilagor utan balanskonto</h3>
      <ul class="plain">
        {rest.map(({ accountGroup, title, specificationOre }) => (
          <li>
            <a href={closePath(id, `/bilagor/${accountGroup}`)}>{title}</a> <Money ore={specificationOre} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const Materiality = ({
  id,
  overview: { materialityOre, differences },
  refused,
}: {
  readonly id: string;
  readonly overview: SupportOverview;
  readonly refused: Refused | undefined;
}) => {
  const noise = differences.filter((one) => one.noise).length;
  return (
    <section class="card stack">
      <h3>Väsentlighetsgräns</h3>
      <form method="post" action={closePath(id, '/vasentlighet')} class="row">
        <input type="hidden" name="sedd" value={String(materialityOre)} />
        <label>
          Kronor
          <input
            name="grans"
            inputmode="decimal"
            required
            value={refused?.typed ?? formatOre(materialityOre).replace('.', ',')}
            {...(refused && { 'aria-invalid': 'true' as const })}
          />
        </label>
        <button class="secondary">Spara gränsen</button>
      </form>
      <p class="muted">
        Mindre differenser än så räknas som brus och hindrar inte att ett konto är klart. De visas ändå
        {noise > 0 && `: just nu ${noise} av ${differences.length}`}.
      </p>
    </section>
  );
};

export async function takeMateriality(page: ClosePage): Promise<Response> {
  const { grans = '', sedd = '' } = textFields(await page.c.req.parseBody());
  try {
    const amount = readAmount(grans);
    if (amount === undefined) throw new Problem(unreadable);
    const seen = /^\d{1,15}$/.test(sedd) ? ore(Number(sedd)) : undefined;
    await setMateriality(page.c.var.client, page.who.caller, page.close.id, amount, seen);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showAttachments(page, { typed: grans, problem: error.details });
  }
  return page.c.redirect(closePath(page.close.id, '/bilagor'), 303);
}

const unreadable = {
  code: 'settings.materiality-invalid',
  what: 'Väsentlighetsgränsen går inte att läsa som ett belopp.',
  advice: 'Skriv kronor med siffror, till exempel 5 000 eller 0.',
};

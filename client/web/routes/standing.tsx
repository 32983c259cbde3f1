import type { Child } from 'hono/jsx';
import type { Attachment } from '../../../accounting/attachment.ts';
import { attachmentTitle } from '../../../documents/swedish.ts';
import { listAttachments } from '../../close/attachments.ts';
import type { CurrentAttachment } from '../../close/attachments.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { loginToConfirm } from '../load-close.ts';
import type { Close } from '../load-close.ts';
import { Moment, Money, Pill, PostButton } from '../parts/bits.tsx';
import { Progress } from '../parts/progress.tsx';
import { DaysLeft } from './overview.tsx';

/** Läget: where the close stands, and what comes next. */
export async function showStanding(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const attachments = await listAttachments(c.var.client, who.caller, close.id);
  return showClose(
    page,
    '',
    <>
      <section class="card next" id="nasta" data-live aria-labelledby="nasta-rubrik">
        <Next close={close} />
        <Progress close={close} />
      </section>
      <div class="cards" id="oversikt" data-live>
        <LoginCard close={close} />
        <ImportCard close={close} />
        {attachments.map((attachment) => (
          <AttachmentCard id={close.id} attachment={attachment} />
        ))}
        <AdjustmentsCard close={close} />
      </div>
      {close.status?.allowed.includes('cancel') && (
        <details class="danger-zone">
          <summary>Avbryt bokslutet</summary>
          <p>
            Inget är skickat till Fortnox. Det som är sparat finns kvar i historiken, men bokslutet går inte
            vidare.
          </p>
          <PostButton action={closePath(close.id, '/avbryt')} kind="danger">
            Avbryt bokslutet
          </PostButton>
        </details>
      )}
    </>,
  );
}

const NextStep = ({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: Child;
  readonly children?: Child;
}) => (
  <>
    <h2 id="nasta-rubrik">{title}</h2>
    <p>{text}</p>
    {children && <div class="actions">{children}</div>}
  </>
);

const LinkButton = ({
  href,
  kind = 'primary',
  children,
}: {
  readonly href: string;
  readonly kind?: string;
  readonly children?: Child;
}) => (
  <a class={`button ${kind}`} href={href}>
    {children}
  </a>
);

function Next({ close }: { readonly close: Close }) {
  const { id, status, revision, approval, engagement, progress } = close;
  const to = (section: string): string => closePath(id, section);
  if (!status)
    return (
      <NextStep
        title="Läget är okänt just nu"
        text="Det som är sparat visas; sidan läser om läget av sig själv."
      />
    );
  const { phase, login, attention } = status;
  if (phase === 'cancelled') {
    return (
      <NextStep title="Bokslutet är avbrutet" text="Ingenting skickades till Fortnox.">
        <PostButton action={to('/oppna-igen')}>Öppna igen</PostButton>
      </NextStep>
    );
  }
  if (phase === 'completed') {
    return (
      <NextStep
        title="Bokslutet är klart"
        text="Årsakten är sammansatt. Den ska bevaras till och med det sjunde året efter."
      >
        <LinkButton href={to('/parm')}>Öppna pärmen</LinkButton>
        <PostButton action={to('/oppna-igen')}>Öppna bokslutet igen</PostButton>
      </NextStep>
    );
  }
  if (loginToConfirm(close)) {
    return (
      <NextStep
        title="Är det rätt företag?"
        text={`Inloggningen hos Fortnox gäller ${close.connection?.companyName}.`}
      >
        <LinkButton href={to('/datakalla')}>Se uppgifterna och bekräfta</LinkButton>
      </NextStep>
    );
  }
  if (progress.some(({ step }) => step === 'verifyConnection')) {
    return (
      <NextStep title="Inloggningen kontrolleras" text="Företag, räkenskapsår, behörigheter och licenser." />
    );
  }
  const needsLogin =
    phase === 'awaitingConnection' ||
    ((phase === 'importing' || phase === 'exporting') && login.state !== 'valid');
  if (needsLogin && engagement.settings.source === 'fortnox') {
    return (
      <NextStep
        title={phase === 'awaitingConnection' ? 'Anslut till Fortnox' : 'Logga in hos Fortnox igen'}
        text={
          phase === 'awaitingConnection'
            ? 'Logga in som systemadministratör för företaget och godkänn behörigheterna. Inloggningen gäller i 30 dagar från senaste import eller export.'
            : 'Inloggningen gäller inte längre. Bokslutet fortsätter där det står när du har loggat in.'
        }
      >
        <PostButton action={to('/anslut')} kind="primary">
          Importera från Fortnox
        </PostButton>
      </NextStep>
    );
  }
  if (
    engagement.settings.source === 'sie' &&
    close.lastImport === null &&
    (phase === 'awaitingConnection' || phase === 'importing')
  ) {
    return (
      <NextStep title="Lämna SIE-filen" text="Bokföringen läses ur en SIE 4-fil för räkenskapsåret.">
        <LinkButton href={to('/datakalla')}>Välj fil</LinkButton>
      </NextStep>
    );
  }
  if (attention)
    return (
      <NextStep
        title="Bokslutet väntar på dig"
        text="Rätta det som står ovan, så fortsätter bokslutet där det står."
      />
    );
  if (phase === 'importing')
    return <NextStep title="Bokföringen importeras" text="Du kan lämna sidan: importen går vidare ändå." />;
  if (phase === 'generatingAttachments')
    return (
      <NextStep
        title="Bilagorna tas fram"
        text="Kundfordringar och leverantörsskulder stäms av mot bokföringen."
      />
    );
  if (phase === 'exporting')
    return (
      <NextStep
        title="Bokföringsordern förs över till Fortnox"
        text="Varje verifikation skickas en gång och läses sedan tillbaka."
      />
    );
  if (phase === 'completing')
    return (
      <NextStep
        title="Årsakten sätts samman"
        text="Bilagor, bokföringsorder och historik samlas i en pärm."
      />
    );
  if (approval && !approval.stale && approval.revision === revision) {
    return (
      <NextStep
        title="Godkänt"
        text={`Revision ${approval.revision} är godkänd för serie ${approval.series}. Överföringen börjar strax.`}
      />
    );
  }
  return revision === 0 ? (
    <NextStep
      title="Granska bilagorna och justera"
      text="Gå igenom bilagorna, ta upp de förslag som stämmer och spara bokslutsverifikationerna."
    >
      <LinkButton href={to('/justeringar')}>Till justeringarna</LinkButton>
      <LinkButton href={to('/bilagor')} kind="secondary">
        Till bilagorna
      </LinkButton>
    </NextStep>
  ) : (
    <NextStep
      title={`Granska och godkänn revision ${revision}`}
      text={
        approval?.stale
          ? 'Det som godkändes har ändrats sedan dess och behöver godkännas på nytt.'
          : 'När revisionen är godkänd förs den över till Fortnox.'
      }
    >
      <LinkButton href={to('/godkann')}>Granska och godkänn</LinkButton>
      <LinkButton href={to('/justeringar')} kind="secondary">
        Fortsätt justera
      </LinkButton>
    </NextStep>
  );
}

function LoginCard({ close: { id, status, engagement, connection } }: { readonly close: Close }) {
  if (engagement.settings.source === 'sie') return null;
  const login = status?.login;
  return (
    <a class="card link" href={closePath(id, '/datakalla')}>
      <h3>Inloggning hos Fortnox</h3>
      {login?.state === 'valid' ? (
        <>
          <p class="figure">
            <DaysLeft until={login.expiresAtMs} />
          </p>
          <p class="muted">{connection?.companyName}</p>
        </>
      ) : (
        <p class="figure">
          <Pill tone="warn">
            {login?.state === 'expired'
              ? 'Har gått ut'
              : login?.state === 'revoked'
                ? 'Är återkallad'
                : 'Ingen'}
          </Pill>
        </p>
      )}
    </a>
  );
}

const ImportCard = ({ close: { id, lastImport } }: { readonly close: Close }) => (
  <a class="card link" href={closePath(id, '/import')}>
    <h3>Senaste import</h3>
    {lastImport ? (
      <>
        <p class="figure">
          <Moment at={lastImport.fetchedAt} />
        </p>
        <p class="muted">
          {lastImport.counts['voucher'] ?? 0} verifikationer · {lastImport.findings} iakttagelser
        </p>
      </>
    ) : (
      <p class="figure muted">Ingen än</p>
    )}
  </a>
);

const AttachmentCard = ({
  id,
  attachment: { accountGroup, data },
}: {
  readonly id: string;
  readonly attachment: CurrentAttachment;
}) => (
  <a class="card link" href={closePath(id, `/bilagor/${accountGroup}`)}>
    <h3>{attachmentTitle(data)}</h3>
    <p class="figure">
      <Money ore={data.ledgerOre} />
    </p>
    <p>
      <Tie attachment={data} />
    </p>
  </a>
);

/** Whether an attachment's specification ties to the ledger, in a word. */
function Tie({ attachment: { differenceOre, unexplainedOre } }: { readonly attachment: Attachment }) {
  if (differenceOre === 0) return <Pill tone="good">Stämmer</Pill>;
  if (unexplainedOre === 0) return <Pill tone="warn">Differens förklarad</Pill>;
  return <Pill tone="bad">Oförklarad differens</Pill>;
}

const AdjustmentsCard = ({ close: { id, revision, approval } }: { readonly close: Close }) => (
  <a class="card link" href={closePath(id, '/justeringar')}>
    <h3>Justeringar</h3>
    <p class="figure">{revision === 0 ? <span class="muted">Inget sparat</span> : `Revision ${revision}`}</p>
    <p>
      {approval && (
        <Pill tone={approval.stale ? 'warn' : 'good'}>
          {approval.stale ? 'Godkännandet gäller inte längre' : `Godkänd för serie ${approval.series}`}
        </Pill>
      )}
    </p>
  </a>
);

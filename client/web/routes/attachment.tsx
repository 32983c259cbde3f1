import type { MainAttachment } from '../../../accounting/account-groups.ts';
import type { Attachment } from '../../../accounting/attachment.ts';
import { attachmentKind } from '../../../accounting/attachment-kind.ts';
import type { OwnAttachment } from '../../../accounting/own-attachment.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { attachmentTitle } from '../../../documents/swedish.ts';
import { viewAttachment } from '../../close/attachment-view.ts';
import type { AttachmentView } from '../../close/attachment-view.ts';
import { saveNote } from '../../close/offers.ts';
import { signOff } from '../../close/sign-offs.ts';
import { supportOverview } from '../../close/support.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { ownEditorScript } from '../assets.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { readItemQuery } from '../item-query.ts';
import { AttachmentSections } from '../parts/attachment.tsx';
import { Moment, Notice, Pill, ProblemBox } from '../parts/bits.tsx';
import { NoteForm } from '../parts/note-form.tsx';
import { OwnAttachmentSections } from '../parts/own-attachment.tsx';
import { SignOffs, Stale } from '../parts/sign-off.tsx';
import { SupportTable } from '../parts/support-table.tsx';
import { signOffStatus } from '../support-status.ts';

/** What a person tried and was refused, with what they had typed. */
interface Refused {
  readonly problem: ProblemDetails;
  readonly note?: string;
}

/** One attachment, whole: of a ledger, of an account group, or a person's own. */
export async function showAttachment(page: ClosePage, group: string, refused?: Refused): Promise<Response> {
  const { c, who, close } = page;
  const view = await viewAttachment(c.var.client, who.caller, close.id, group);
  const path = closePath(close.id, `/bilagor/${group}`);
  const title = titleOf(view);
  const kind = attachmentKind(group);
  const status = signOffStatus(view.signOff);
  return showClose(
    page,
    '/bilagor',
    <>
      <p class="crumb">
        <a href={closePath(close.id, '/bilagor')}>Avstämning och bilagor</a>
      </p>
      {refused && <ProblemBox problem={refused.problem} />}
      {/* One part: a signature is put under the figures that stand beside its button. */}
      <div id="bilaga" data-live>
        <div class="section-head">
          <h2>{title}</h2>
          <Pill tone={status.tone}>{status.word}</Pill>
          <span class="push">
            <Documents path={path} />
          </span>
          {kind === 'own' && (
            <a class="button primary" href={closePath(close.id, `/egna/${group}`)}>
              Ändra bilagan
            </a>
          )}
        </div>
        <p class="muted">
          Version {view.current.version}, <Moment at={view.current.savedAt} />.
        </p>
        <OfferWaits path={path} view={view} />
        <Stale view={view.signOff} />
        {await Sections(page, view, path)}
        <SignOffs
          action={`${path}/signera`}
          view={view.signOff}
          fourEyes={view.fourEyes}
          actor={who.caller.actor}
        />
      </div>
      {kind !== 'own' && (
        <NoteForm
          action={`${path}/anteckning`}
          version={view.current.version}
          note={refused?.note ?? view.note}
          saved={view.note}
          waits={view.offer !== undefined}
        />
      )}
      {kind === 'own' && (
        <details class="danger-zone">
          <summary>Ta bort bilagan ur bokslutet</summary>
          <p>Kontona står då utan bilaga. Versioner och signaturer finns kvar i historiken.</p>
          <form method="post" action={closePath(close.id, `/egna/${group}/bort`)}>
            <input type="hidden" name="version" value={view.current.version} />
            <button class="danger">Ta bort bilagan</button>
          </form>
        </details>
      )}
    </>,
    { title, status: refused ? statusOfCode(refused.problem.code) : 200 },
  );
}

/** Its name, as people say it. */
export function titleOf({ current: { accountGroup, data } }: Pick<AttachmentView, 'current'>): string {
  switch (attachmentKind(accountGroup)) {
    case 'ledger':
      return attachmentTitle(data as Attachment);
    case 'main': {
      const { code, name } = data as MainAttachment;
      return `Huvudbilaga ${code} ${name}`;
    }
    case 'own':
      return (data as OwnAttachment).title;
  }
}

async function Sections({ c, who, close }: ClosePage, { current }: AttachmentView, path: string) {
  const { accountGroup, data } = current;
  switch (attachmentKind(accountGroup)) {
    case 'ledger': {
      const attachment = data as Attachment;
      return (
        <>
          {attachment.rateMissing.length > 0 && (
            <Notice tone="warn">
              <p>
                <strong>Balansdagskurs saknas för {attachment.rateMissing.join(', ')}.</strong> Posterna står
                till bokförd kurs tills kursen är angiven och bokföringen importerad på nytt.{' '}
                <a href={closePath(close.id, `/kurser?valuta=${attachment.rateMissing[0]}`)}>Ange kursen</a>
              </p>
            </Notice>
          )}
          <AttachmentSections
            id={close.id}
            path={path}
            query={readItemQuery(c.req.query())}
            attachment={attachment}
          />
        </>
      );
    }
    case 'main': {
      const overview = await supportOverview(c.var.client, who.caller, close.id);
      const mains = overview.mains.filter((main) => main.accountGroup === accountGroup);
      return <SupportTable id={close.id} overview={{ ...overview, mains }} remaining={false} />;
    }
    case 'own':
      return (
        <>
          {c.req.query('sparat') !== undefined && (
            <>
              <p role="status" data-saved={`${close.id}/${accountGroup}/ ${close.id}/ny/`}>
                <strong>Sparat.</strong>
              </p>
              <script type="module" src={ownEditorScript.path}></script>
            </>
          )}
          <OwnAttachmentSections id={close.id} own={data as OwnAttachment} />
        </>
      );
  }
}

const Documents = ({ path }: { readonly path: string }) => (
  <>
    <a href={`${path}.pdf`}>PDF</a> · <a href={`${path}.xlsx`}>Excel</a>
  </>
);

const OfferWaits = ({
  path,
  view: { offer, moved },
}: {
  readonly path: string;
  readonly view: AttachmentView;
}) =>
  offer ? (
    <Notice tone="warn">
      <p>
        <strong>Den senaste importen ger andra siffror än den version som är arbetad.</strong>{' '}
        {moved.length === 1 ? 'En siffra skiljer' : `${moved.length} siffror skiljer`}.{' '}
        <a href={`${path}/forslag`}>Jämför och välj version</a>
      </p>
    </Notice>
  ) : null;

/** Puts the person's name under the version that they saw. */
export async function takeSignature(page: ClosePage): Promise<Response> {
  const group = page.c.req.param('group') ?? '';
  const { version = '', roll = '' } = textFields(await page.c.req.parseBody());
  const role = roll === 'reviewed' ? 'reviewed' : 'prepared';
  return orAgain(page, group, {}, () =>
    signOff(page.c.var.client, page.who.caller, page.close.id, group, { version: whole(version), role }),
  );
}

export async function takeNote(page: ClosePage): Promise<Response> {
  const group = page.c.req.param('group') ?? '';
  const { version = '', text = '' } = textFields(await page.c.req.parseBody());
  const note = text.replaceAll('\r\n', '\n');
  return orAgain(page, group, { note }, () =>
    saveNote(page.c.var.client, page.who.caller, page.close.id, group, {
      expectedVersion: whole(version),
      note,
    }),
  );
}

/** Back to the attachment when it is done; a refusal is said there, beside what was typed. */
async function orAgain(
  page: ClosePage,
  group: string,
  typed: Omit<Refused, 'problem'>,
  work: () => Promise<unknown>,
): Promise<Response> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showAttachment(page, group, { ...typed, problem: error.details });
  }
  return page.c.redirect(closePath(page.close.id, `/bilagor/${group}`), 303);
}

const whole = (text: string): number => Number.parseInt(text, 10) || 0;

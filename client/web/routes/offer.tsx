import type { Attachment } from '../../../accounting/attachment.ts';
import { attachmentKind } from '../../../accounting/attachment-kind.ts';
import type { MainAttachment } from '../../../accounting/account-groups.ts';
import type { Ore } from '../../../accounting/money.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import type { StoredAttachment } from '../../../db/stores/attachments.ts';
import { viewAttachment } from '../../close/attachment-view.ts';
import { acceptOffer, declineOffer } from '../../close/offers.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { readItemQuery } from '../item-query.ts';
import { AttachmentSections } from '../parts/attachment.tsx';
import { Empty, Moment, Money, ProblemBox } from '../parts/bits.tsx';
import { Moved } from '../parts/moved.tsx';
import { titleOf } from './attachment.tsx';

/** What a re-import offers in place of an attachment that people have worked on: both, and the choice. */
export async function showOffer(page: ClosePage, group: string, problem?: ProblemDetails): Promise<Response> {
  const { c, who, close } = page;
  const view = await viewAttachment(c.var.client, who.caller, close.id, group);
  const path = closePath(close.id, `/bilagor/${group}`);
  const { current, offer, moved, note } = view;
  // Its pages, searches and age groups as well.
  const whole = Object.keys(c.req.query()).length > 0;
  return showClose(
    page,
    '/bilagor',
    <>
      <p class="crumb">
        <a href={closePath(close.id, '/bilagor')}>Avstämning och bilagor</a> <span aria-hidden="true">/</span>{' '}
        <a href={path}>{titleOf(view)}</a>
      </p>
      <h2>Ny version efter import</h2>
      {problem && <ProblemBox problem={problem} />}
      {!offer ? (
        <Empty>
          Ingen ny version väntar på svar. <a href={path}>Till bilagan</a>
        </Empty>
      ) : (
        <>
          <p>
            Du har arbetat i bilagan, och sedan har bokföringen importerats på nytt. Inget är skrivet över:
            välj vilken version som ska gälla.
          </p>
          <div class="halves">
            <Version title={`Den arbetade, version ${current.version}`} version={current}>
              {note === '' ? 'Ingen anteckning.' : `Med din anteckning: ”${short(note)}”`}
            </Version>
            <Version title={`Den nya ur importen, version ${offer.version}`} version={offer}>
              {note === '' ? '' : 'Din anteckning följer med om du väljer den.'}
            </Version>
          </div>
          <form method="post" action={`${path}/forslag`} class="card stack">
            <input type="hidden" name="version" value={offer.version} />
            <p class="actions">
              <button class="primary" name="val" value="ersatt">
                Ersätt med den nya
              </button>
              <button class="secondary" name="val" value="behall">
                Behåll den arbetade
              </button>
            </p>
            <p class="muted">
              Signaturer under andra siffror än den valda gäller inte längre. Behåller du den arbetade frågas
              du inte igen om samma siffror.
            </p>
          </form>
          <h3>Det som skiljer</h3>
          <Moved moved={moved} before="Den arbetade" after="Den nya" />
          {attachmentKind(group) === 'ledger' &&
            (whole ? (
              <AttachmentSections
                id={close.id}
                path={`${path}/forslag`}
                query={readItemQuery(c.req.query())}
                attachment={offer.data as Attachment}
              />
            ) : (
              <p>
                <a href={`${path}/forslag?visa=hela`}>Visa hela den nya versionen</a>
              </p>
            ))}
        </>
      )}
    </>,
    { title: 'Ny version', status: problem ? statusOfCode(problem.code) : 200 },
  );
}

const short = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text);

const Version = ({
  title,
  version,
  children,
}: {
  readonly title: string;
  readonly version: StoredAttachment;
  readonly children?: string;
}) => (
  <section class="card">
    <h3>{title}</h3>
    <p class="muted">
      <Moment at={version.savedAt} />
    </p>
    <table class="sums">
      <tbody>
        {headFigures(version).map(([name, amountOre]) => (
          <tr>
            <th scope="row">{name}</th>
            <td class="num">
              <Money ore={amountOre} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <p class="muted">{children}</p>
  </section>
);

function headFigures({ accountGroup, data }: StoredAttachment): (readonly [string, Ore])[] {
  if (attachmentKind(accountGroup) === 'ledger') {
    const { ledgerOre, specificationOre, differenceOre, unexplainedOre } = data as Attachment;
    return [
      ['Bokföring', ledgerOre],
      ['Reskontra', specificationOre],
      ['Differens', differenceOre],
      ['Oförklarat', unexplainedOre],
    ];
  }
  const { openingOre, changeOre, closingOre } = data as MainAttachment;
  return [
    ['IB', openingOre],
    ['Förändring', changeOre],
    ['UB', closingOre],
  ];
}

/** The person's choice. */
export async function takeOffer(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const group = c.req.param('group') ?? '';
  const { version = '', val = '' } = textFields(await c.req.parseBody());
  const seen = Number.parseInt(version, 10) || 0;
  try {
    if (val === 'ersatt') await acceptOffer(c.var.client, who.caller, close.id, group, seen);
    else if (val === 'behall') await declineOffer(c.var.client, who.caller, close.id, group, seen);
    else throw new Problem(noChoice);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showOffer(page, group, error.details);
  }
  return c.redirect(closePath(close.id, `/bilagor/${group}`), 303);
}

const noChoice = {
  code: 'offers.no-choice',
  what: 'Ingen version är vald.',
  advice: 'Välj om den arbetade versionen ska behållas eller ersättas.',
};

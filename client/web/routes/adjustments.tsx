import type { Adjustment } from '../../../accounting/adjustment.ts';
import type { Account } from '../../../accounting/books.ts';
import type { IsoDate } from '../../../accounting/dates.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { AdjustmentsRefused, latestAdjustments, saveAdjustments } from '../../close/adjustments.ts';
import { listProposals } from '../../close/attachments.ts';
import type { OfferedProposal } from '../../close/attachments.ts';
import { nameOf } from '../../close/history.ts';
import { preflight } from '../../close/preflight.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { adjustmentsOf, formOf, formOfProposal, readEditor } from '../adjustment-form.ts';
import type { EditorForm, FormFault, VoucherForm } from '../adjustment-form.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { Empty, Moment, Pill, ProblemBox } from '../parts/bits.tsx';
import { Editor } from '../parts/editor.tsx';
import { Proposals } from '../parts/proposals.tsx';
import { VoucherTable } from '../parts/voucher-table.tsx';

/** What the editor works over. */
interface Ground {
  readonly accounts: readonly Account[];
  /** In Fortnox already: shown, never changed. */
  readonly sent: readonly Adjustment[];
  readonly saved: readonly Adjustment[];
  readonly revision: number;
  readonly savedAt: Date | undefined;
  readonly savedBy: string;
  readonly proposals: readonly OfferedProposal[];
  readonly balanceDate: IsoDate;
}

/** Something to tell beside the fields: a refusal, or that another person was first. */
interface Word {
  readonly problem?: ProblemDetails;
  readonly faults?: readonly FormFault[];
  /** True: the fields hold more than what is saved. */
  readonly unsaved?: boolean;
  readonly saved?: boolean;
}

/** Justeringar: the voucher editor and what the attachments propose. */
export async function showAdjustments(page: ClosePage): Promise<Response> {
  const ground = await groundOf(page);
  if (!ground) return showNothing(page);
  if (hasEnded(page)) return showSaved(page, ground);
  const form = { revision: ground.revision, vouchers: ground.saved.map(formOf) };
  return showEditor(page, ground, form, { saved: page.c.req.query('sparat') !== undefined });
}

async function groundOf({ c, who, close }: ClosePage): Promise<Ground | undefined> {
  if (!close.lastImport) return undefined;
  const { client } = c.var;
  const [{ accounts, sent, toSend, kept }, latest, proposals] = await Promise.all([
    preflight(client, who.caller, close.id),
    latestAdjustments(client, who.caller, close.id),
    listProposals(client, who.caller, close.id),
  ]);
  const unsent = new Set([...toSend, ...kept].map(({ id }) => id));
  const savedBy = latest
    ? await client.database.forFirm(who.caller.firmId, (tx) => nameOf(tx, latest.savedBy))
    : '';
  return {
    accounts,
    sent,
    saved: latest?.data.filter(({ id }) => unsent.has(id)) ?? [],
    revision: latest?.revision ?? 0,
    savedAt: latest?.savedAt,
    savedBy,
    proposals,
    balanceDate: close.engagement.yearTo,
  };
}

const showNothing = (page: ClosePage): Promise<Response> =>
  showClose(
    page,
    '/justeringar',
    <>
      <h2>Justeringar</h2>
      <Empty>Justeringarna kan börja när bokföringen är importerad.</Empty>
    </>,
  );

const hasEnded = ({ close: { status } }: ClosePage): boolean =>
  status?.phase === 'completed' || status?.phase === 'cancelled';

/** A close that has ended is read, not edited. */
function showSaved(page: ClosePage, { accounts, sent, saved }: Ground): Promise<Response> {
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  return showClose(
    page,
    '/justeringar',
    <>
      <h2>Justeringar</h2>
      {sent.length + saved.length === 0 && <Empty>Bokslutet har inga bokslutsverifikationer.</Empty>}
      {[...sent, ...saved].map((adjustment) => (
        <section class="card">
          <VoucherTable adjustment={adjustment} names={names}>
            {sent.includes(adjustment) && <Pill tone="good">I Fortnox</Pill>}
          </VoucherTable>
        </section>
      ))}
      <p class="muted">Bokslutet är avslutat. Öppna det igen om något ska ändras.</p>
    </>,
  );
}

async function showEditor(page: ClosePage, ground: Ground, form: EditorForm, word: Word): Promise<Response> {
  const { close } = page;
  const taken = new Set(form.vouchers.map(({ text, proposalCode }) => `${proposalCode ?? ''}/${text}`));
  return showClose(
    page,
    '/justeringar',
    <>
      <div class="section-head">
        <h2>Justeringar</h2>
        <p class="muted" role="status">
          {word.saved && <strong>Sparat. </strong>}
          {ground.savedAt ? (
            <>
              Revision {ground.revision}, sparad av {ground.savedBy} <Moment at={ground.savedAt} />
            </>
          ) : (
            'Inget sparat än'
          )}
          {word.unsaved && <strong> · Osparade ändringar</strong>}
        </p>
      </div>
      {word.problem && (
        <ProblemBox problem={word.problem}>
          {word.problem.code === 'adjustments.conflict' && <Conflict page={page} ground={ground} />}
        </ProblemBox>
      )}
      <Editor
        action={closePath(close.id, '/justeringar')}
        form={form}
        faults={word.faults ?? []}
        accounts={ground.accounts}
        sent={ground.sent}
        balanceDate={ground.balanceDate}
        year={{ from: close.engagement.yearFrom, to: close.engagement.yearTo }}
        unsaved={word.unsaved ?? false}
        draftKey={`${close.id}/${ground.revision}`}
      />
      <Proposals proposals={ground.proposals} taken={taken} accounts={ground.accounts} />
    </>,
    { status: word.problem ? statusOfCode(word.problem.code) : 200 },
  );
}

/** Two people edited at once: nothing is lost, and a person chooses. */
const Conflict = ({ page: { close }, ground }: { readonly page: ClosePage; readonly ground: Ground }) => (
  <div class="actions">
    <button class="primary" form="editor" name="gor" value={`over:${ground.revision}`}>
      Spara mina i stället för revision {ground.revision}
    </button>
    <a class="button secondary" href={closePath(close.id, '/justeringar')}>
      Visa revision {ground.revision} och släng mina
    </a>
  </div>
);

/** A press of one of the editor's buttons. Without script each comes here; what was typed always comes back. */
export async function takeAdjustments(page: ClosePage): Promise<Response> {
  const body = await page.c.req.parseBody();
  const ground = await groundOf(page);
  if (!ground) return showNothing(page);
  const form = readEditor(body);
  const [act = '', about = ''] = (textFields(body)['gor'] ?? 'spara').split(/:(.*)/s);
  if (act === 'spara') return save(page, ground, form);
  if (act === 'over') return save(page, ground, { ...form, revision: Number.parseInt(about, 10) || 0 });
  return showEditor(
    page,
    ground,
    { ...form, vouchers: changed(form.vouchers, act, about, ground) },
    { unsaved: true },
  );
}

function changed(
  vouchers: readonly VoucherForm[],
  act: string,
  about: string,
  ground: Ground,
): VoucherForm[] {
  if (act === 'bort') return vouchers.filter(({ id }) => id !== about);
  if (act === 'rad')
    return vouchers.map((one) =>
      one.id === about ? { ...one, rows: [...one.rows, emptyRow, emptyRow] } : one,
    );
  if (act === 'forslag') {
    const offered = ground.proposals.find(({ key }) => key === about);
    return offered ? [...vouchers, formOfProposal(offered.proposal)] : [...vouchers];
  }
  // 'ny': the editor has an empty voucher at its end.
  return [...vouchers];
}

const emptyRow = { account: '', debit: '', credit: '', text: '' };

async function save(page: ClosePage, ground: Ground, form: EditorForm): Promise<Response> {
  const { c, who, close } = page;
  const { adjustments, faults } = adjustmentsOf(form);
  if (faults.length > 0)
    return showEditor(page, ground, form, { unsaved: true, faults, problem: unreadable });
  try {
    await saveAdjustments(c.var.client, who.caller, close.id, {
      expectedRevision: form.revision,
      adjustments: [...ground.sent, ...adjustments],
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const told =
      error instanceof AdjustmentsRefused
        ? { problem: refused, faults: error.faults }
        : { problem: error.details };
    return showEditor(page, ground, form, { unsaved: true, ...told });
  }
  return c.redirect(`${closePath(close.id, '/justeringar')}?sparat`, 303);
}

const unreadable = {
  code: 'adjustments.unreadable',
  what: 'Bokslutsverifikationerna är inte sparade: några uppgifter går inte att läsa.',
  advice: 'Rätta det som är markerat nedan och spara igen.',
};

const refused = {
  code: 'adjustments.refused',
  what: 'Bokslutsverifikationerna är inte sparade.',
  advice: 'Rätta det som är markerat nedan och spara igen.',
};

import type { Effect } from '../../../accounting/effect.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { AdjustmentsRefused, getRevision, saveAdjustments } from '../../close/adjustments.ts';
import { effectOfAdjustments } from '../../close/effect.ts';
import { uploadSupport } from '../../close/own-attachments.ts';
import { answerProposal } from '../../close/proposals.ts';
import type { AppContext, Who } from '../../http/app-env.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { adjustmentsOf, formOf, formOfProposal, readEditor } from '../adjustment-form.ts';
import type { EditorForm, FormFault, FormUpload, VoucherForm } from '../adjustment-form.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { readGround } from '../editor-ground.ts';
import type { Ground } from '../editor-ground.ts';
import { textFields } from '../form-fields.ts';
import { isSaved, mergeForm, takeTheirs } from '../merge-form.ts';
import type { MergedForm } from '../merge-form.ts';
import { Empty, Moment, Pill, ProblemBox } from '../parts/bits.tsx';
import { Editor } from '../parts/editor.tsx';
import { EffectTable } from '../parts/effect.tsx';
import { MergeNotice } from '../parts/merge-notice.tsx';
import { Proposals } from '../parts/proposals.tsx';
import { Revisions } from '../parts/revisions.tsx';
import { VoucherTable } from '../parts/voucher-table.tsx';

const section = '/justeringar';

/** Something to tell beside the fields: a refusal, or that another person was first. */
interface Word {
  readonly problem?: ProblemDetails;
  readonly faults?: readonly FormFault[];
  readonly merge?: MergedForm['merge'];
  /** True: the fields hold more than what is saved. */
  readonly unsaved?: boolean;
  readonly saved?: boolean;
}

/** Justeringar: the voucher editor and what the attachments propose. */
export async function showAdjustments(page: ClosePage): Promise<Response> {
  const ground = await readGround(page);
  if (!ground) return showNothing(page);
  const revision = Number.parseInt(page.c.req.query('revision') ?? '', 10);
  if (!Number.isNaN(revision)) return showRevision(page, ground, revision);
  if (hasEnded(page)) return showSaved(page, ground);
  const form = { revision: ground.revision, mergedFrom: undefined, vouchers: ground.saved.map(formOf) };
  return showEditor(page, ground, form, { saved: page.c.req.query('sparat') !== undefined });
}

const showNothing = (page: ClosePage): Promise<Response> =>
  showClose(
    page,
    section,
    <>
      <h2>Justeringar</h2>
      <Empty>Justeringarna kan börja när bokföringen är importerad.</Empty>
    </>,
  );

const hasEnded = ({ close: { status } }: ClosePage): boolean =>
  status?.phase === 'completed' || status?.phase === 'cancelled';

/** A close that has ended is read, not edited. */
function showSaved(page: ClosePage, { accounts, sent, saved, revisions }: Ground): Promise<Response> {
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  return showClose(
    page,
    section,
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
      <Revisions revisions={revisions} address={closePath(page.close.id, section)} />
    </>,
  );
}

/** An earlier save, to read. */
async function showRevision(page: ClosePage, ground: Ground, number: number): Promise<Response> {
  const { c, who, close } = page;
  const { data, revision } = await getRevision(c.var.client, who.caller, close.id, number);
  const saved = ground.revisions.find((one) => one.revision === revision);
  const names = new Map(ground.accounts.map((account) => [account.number, account.name]));
  return showClose(
    page,
    section,
    <>
      <div class="section-head">
        <h2>Justeringar, revision {revision}</h2>
        {saved && (
          <p class="muted">
            Sparad av {saved.who} <Moment at={saved.savedAt} />
          </p>
        )}
        <a class="push button secondary" href={closePath(close.id, section)}>
          Till den senaste
        </a>
      </div>
      {data.length === 0 && <Empty>Revisionen har inga bokslutsverifikationer.</Empty>}
      {data.map((adjustment) => (
        <section class="card">
          <VoucherTable adjustment={adjustment} names={names}>
            {!adjustment.transfer && <Pill tone="calm">Ej aktuell för överföring</Pill>}
          </VoucherTable>
        </section>
      ))}
    </>,
  );
}

async function showEditor(page: ClosePage, ground: Ground, form: EditorForm, word: Word): Promise<Response> {
  const { close, who } = page;
  const taken = new Set(form.vouchers.map(({ text, proposalCode }) => `${proposalCode ?? ''}/${text}`));
  const address = closePath(close.id, section);
  const effect = await effectSoon(page, form);
  return showClose(
    page,
    section,
    <>
      <div class="section-head">
        <h2>Justeringar</h2>
        <p class="muted" role="status">
          {word.saved && <strong>Sparat. </strong>}
          <SavedState ground={ground} />
          {word.unsaved && <strong> · Osparade ändringar</strong>}
        </p>
      </div>
      {word.problem && <ProblemBox problem={word.problem} />}
      {word.merge && <MergeNotice merge={word.merge} latest={ground.revisions[0]} />}
      <section class="card effect" aria-labelledby="effekt-rubrik">
        <h3 id="effekt-rubrik">Effekt på resultat och balans</h3>
        <div id="effekt" data-effect={`${address}/effekt`}>
          {effect ? <EffectTable effect={effect} /> : <a href={`${address}?effekt`}>Räkna effekten</a>}
        </div>
      </section>
      <Editor
        action={address}
        form={form}
        faults={word.faults ?? []}
        ground={ground}
        year={{ from: close.engagement.yearFrom, to: close.engagement.yearTo }}
        unsaved={word.unsaved ?? false}
        draftKey={`${close.id}/${who.user?.id ?? ''}`}
        fileAddress={closePath(close.id, '/filer')}
      />
      <Proposals proposals={ground.proposals} taken={taken} accounts={ground.accounts} />
      <Revisions revisions={ground.revisions} address={address} />
    </>,
    { status: word.problem ? statusOfCode(word.problem.code) : 200 },
  );
}

/** The page hears of another's save while it is edited: `data-revision` says which is the latest. */
const SavedState = ({ ground: { revision, revisions } }: { readonly ground: Ground }) => (
  <span id="sparat-lage" data-live data-revision={revision} data-who={revisions[0]?.who ?? ''}>
    {revisions[0] ? (
      <>
        Revision {revision}, sparad av {revisions[0].who} <Moment at={revisions[0].savedAt} />
      </>
    ) : (
      'Inget sparat än'
    )}
  </span>
);

/** Summing a large ledger for the first time takes a while: the page does not wait, and asks for it when it is shown. */
const effectPatienceMs = 40;

async function effectSoon({ c, who, close }: ClosePage, form: EditorForm): Promise<Effect | undefined> {
  const effect = effectOfForm(c, who, close.id, form);
  if (c.req.query('effekt') !== undefined) return effect;
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, effectPatienceMs, undefined));
  effect.catch(() => undefined);
  return Promise.race([effect, late]);
}

function effectOfForm(c: AppContext, who: Who, engagementId: string, form: EditorForm): Promise<Effect> {
  // An amount that cannot be read counts as none.
  const { adjustments } = adjustmentsOf(form, new Map());
  return effectOfAdjustments(c.var.client, who.caller, engagementId, adjustments);
}

/** What the fields as they are would do, for the page to show while somebody types: a piece of it, without the frame. */
export async function showEffect(c: AppContext, who: Who): Promise<Response> {
  const { form } = readEditor(await c.req.parseBody());
  const effect = await effectOfForm(c, who, c.req.param('id') ?? '', form);
  c.header('cache-control', 'no-store');
  return c.html(<EffectTable effect={effect} />);
}

/** A press of one of the editor's buttons. Without script each comes here; what was typed always comes back. */
export async function takeAdjustments(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const body = await c.req.parseBody({ all: true });
  const [act = '', about = ''] = (textFields(body)['gor'] ?? 'spara').split(/:(.*)/s);
  const { form: read, uploads } = readEditor(body);
  let form = read;
  let refusal: Problem | undefined;
  try {
    form = await withUploads(page, read, uploads);
    if (act === 'avboj') await answerProposal(c.var.client, who.caller, close.id, about, 'decline');
    if (act === 'ateruppta') await answerProposal(c.var.client, who.caller, close.id, about, 'restore');
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refusal = error;
  }
  const ground = await readGround(page);
  if (!ground) return showNothing(page);
  if (refusal) return showEditor(page, ground, form, { unsaved: true, problem: refusal.details });
  if (act === 'spara') return save(page, ground, form);
  const changedForm =
    act === 'deras'
      ? takeTheirs(form, about, ground)
      : { ...form, vouchers: changed(form.vouchers, act, about, ground) };
  return showUnsaved(page, ground, changedForm);
}

/** Fields that are not saved; with another's save merged in when there has been one since they were read. */
async function showUnsaved(page: ClosePage, ground: Ground, form: EditorForm): Promise<Response> {
  const from = form.revision === ground.revision ? form.mergedFrom : form.revision;
  if (from === undefined) return showEditor(page, ground, form, { unsaved: !isSaved(form, ground) });
  const { c, who, close } = page;
  const base = from === 0 ? [] : (await getRevision(c.var.client, who.caller, close.id, from)).data;
  const merged = mergeForm({ ...form, mergedFrom: from }, base, ground);
  return showEditor(page, ground, merged.form, { unsaved: true, merge: merged.merge });
}

/** Stores what was chosen in the file fields, whatever button was pressed: a file field cannot be given back. */
async function withUploads(
  { c, who, close }: ClosePage,
  form: EditorForm,
  uploads: readonly FormUpload[],
): Promise<EditorForm> {
  const stored = new Map<string, string[]>();
  for (const { voucherId, file } of uploads) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { id } = await uploadSupport(c.var.client, who.caller, close.id, { name: file.name, bytes });
    stored.set(voucherId, [...(stored.get(voucherId) ?? []), id]);
  }
  return {
    ...form,
    vouchers: form.vouchers.map((voucher) => ({
      ...voucher,
      files: [...new Set([...voucher.files, ...(stored.get(voucher.id) ?? [])])],
    })),
  };
}

function changed(
  vouchers: readonly VoucherForm[],
  act: string,
  about: string,
  ground: Ground,
): VoucherForm[] {
  const [voucherId, fileId] = about.split('/');
  switch (act) {
    case 'bort':
      return vouchers.filter(({ id }) => id !== about);
    case 'rad':
      return vouchers.map((one) =>
        one.id === about ? { ...one, rows: [...one.rows, emptyRow, emptyRow] } : one,
      );
    case 'filbort':
      return vouchers.map((one) =>
        one.id === voucherId ? { ...one, files: one.files.filter((file) => file !== fileId) } : one,
      );
    case 'forslag': {
      const offered = ground.proposals.find(({ key }) => key === about);
      return offered ? [...vouchers, formOfProposal(offered.proposal)] : [...vouchers];
    }
    default:
      // 'ny': the editor has an empty voucher at its end. 'hamta', 'bifoga' and the answers to proposals: the fields as they are.
      return [...vouchers];
  }
}

const emptyRow = { account: '', debit: '', credit: '', text: '' };

async function save(page: ClosePage, ground: Ground, form: EditorForm): Promise<Response> {
  const { c, who, close } = page;
  const { adjustments, faults } = adjustmentsOf(form, ground.uploads);
  if (faults.length > 0)
    return showEditor(page, ground, form, { unsaved: true, faults, problem: unreadable });
  if (form.revision !== ground.revision) return showUnsaved(page, ground, form);
  try {
    await saveAdjustments(c.var.client, who.caller, close.id, {
      expectedRevision: form.revision,
      adjustments: [...ground.sent, ...adjustments],
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'adjustments.conflict') return mergeLatest(page, form);
    return showEditor(page, ground, form, { unsaved: true, ...wordOf(error) });
  }
  return c.redirect(`${closePath(close.id, section)}?sparat`, 303);
}

/** Somebody saved in the very moment. */
async function mergeLatest(page: ClosePage, form: EditorForm): Promise<Response> {
  const ground = await readGround(page);
  return ground ? showUnsaved(page, ground, form) : showNothing(page);
}

const wordOf = (error: Problem): Word =>
  error instanceof AdjustmentsRefused
    ? { problem: refused, faults: error.faults }
    : { problem: error.details };

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

import type { MainAttachment } from '../../../accounting/account-groups.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { listFiles } from '../../close/files.ts';
import {
  getOwnAttachment,
  saveOwnAttachment,
  uploadSupport,
  withdrawOwnAttachment,
} from '../../close/own-attachments.ts';
import type { OwnAttachmentView } from '../../close/own-attachments.ts';
import { listMains } from '../../close/support.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { act, closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { filesIn, formOfOwn, ownOf, readOwnForm } from '../own-form.ts';
import type { OwnForm } from '../own-form.ts';
import { Empty, Notice, ProblemBox } from '../parts/bits.tsx';
import { OwnEditor } from '../parts/own-editor.tsx';
import type { BalanceAccount } from '../parts/own-editor.tsx';

/** Beside the fields: a refusal, and whether they hold more than what is saved. */
interface Word {
  readonly problem?: ProblemDetails;
  readonly unsaved?: boolean;
}

const newOne = 'ny';

/** The editor of a person's own attachment; `ny` begins one. */
export async function showOwnEditor(page: ClosePage): Promise<Response> {
  const group = page.c.req.param('group') ?? newOne;
  const view = await standing(page, group);
  const account = (page.c.req.query('konto') ?? '').slice(0, 20);
  return showEditor(page, group, view, view ? formOfOwn(view.data, view.version) : blank(account), {});
}

const standing = async (
  { c, who, close }: ClosePage,
  group: string,
): Promise<OwnAttachmentView | undefined> =>
  group === newOne ? undefined : getOwnAttachment(c.var.client, who.caller, close.id, group);

const blank = (accounts: string): OwnForm => ({
  version: 0,
  title: '',
  text: '',
  accounts,
  rows: [],
  fileIds: [],
});

async function showEditor(
  page: ClosePage,
  group: string,
  view: OwnAttachmentView | undefined,
  form: OwnForm,
  { problem, unsaved = false }: Word,
): Promise<Response> {
  const { c, who, close } = page;
  const accounts = await balanceAccounts(page);
  const [first] = accounts.filter(({ number }) => form.accounts === number);
  const named = form.title === '' && first ? { ...form, title: `${first.number} ${first.name}` } : form;
  const files = (await listFiles(c.var.client, who.caller, close.id)).filter(({ id }) =>
    form.fileIds.includes(id),
  );
  const title = view ? `Ändra ${view.data.title}` : 'Ny egen bilaga';
  return showClose(
    page,
    '/bilagor',
    <>
      <p class="crumb">
        <a href={closePath(close.id, '/bilagor')}>Avstämning och bilagor</a>
        {view && (
          <>
            {' '}
            <span aria-hidden="true">/</span>{' '}
            <a href={closePath(close.id, `/bilagor/${group}`)}>{view.data.title}</a>
          </>
        )}
      </p>
      <h2>{title}</h2>
      {problem && (
        <ProblemBox problem={problem}>
          {problem.code === 'attachments.conflict' && view && (
            <div class="actions">
              <button class="primary" form="egen" name="gor" value={`over:${view.version}`}>
                Spara min i stället för version {view.version}
              </button>
              <a class="button secondary" href={closePath(close.id, `/egna/${group}`)}>
                Visa version {view.version} och släng min
              </a>
            </div>
          )}
        </ProblemBox>
      )}
      {view?.data.carriedFrom !== undefined && (
        <Notice tone="warn">
          <p>
            <strong>Utkast från bokslutet per {view.data.carriedFrom}.</strong> Fyll i årets belopp och spara;
            förra årets står bredvid.
          </p>
        </Notice>
      )}
      {close.lastImport ? (
        <OwnEditor
          id={close.id}
          action={closePath(close.id, `/egna/${group}`)}
          form={named}
          accounts={accounts}
          files={files}
          unsaved={unsaved}
          draftKey={`${close.id}/${group}/${view?.version ?? 0}`}
        />
      ) : (
        <Empty>En bilaga kan läggas upp när bokföringen är importerad.</Empty>
      )}
    </>,
    { title, status: problem ? statusOfCode(problem.code) : 200 },
  );
}

async function balanceAccounts({ c, who, close }: ClosePage): Promise<BalanceAccount[]> {
  const mains: readonly MainAttachment[] = await listMains(c.var.client, who.caller, close.id);
  return mains.flatMap(({ accounts }) => accounts);
}

/** A press of one of the editor's buttons. What was typed and uploaded always comes back. */
export async function takeOwn(page: ClosePage): Promise<Response> {
  const group = page.c.req.param('group') ?? newOne;
  const body = await page.c.req.parseBody({ all: true });
  const [what = '', about = ''] = (textFields(body)['gor'] ?? 'spara').split(/:(.*)/s);
  const { form, problem } = await withUploads(page, readOwnForm(body), filesIn(body['filer']));
  const view = await standing(page, group);
  const again = (next: OwnForm, told?: ProblemDetails) =>
    showEditor(page, group, view, next, { unsaved: true, ...(told && { problem: told }) });
  if (problem) return again(form, problem);
  if (what === 'filbort')
    return again({ ...form, fileIds: form.fileIds.filter((fileId) => fileId !== about) });
  if (what !== 'spara' && what !== 'over') return again(form);
  try {
    const expectedVersion = what === 'over' ? Number.parseInt(about, 10) || 0 : form.version;
    const { accountGroup } = await saveOwnAttachment(
      page.c.var.client,
      page.who.caller,
      page.close.id,
      group === newOne ? undefined : group,
      { ...ownOf(form), expectedVersion },
    );
    return page.c.redirect(`${closePath(page.close.id, `/bilagor/${accountGroup}`)}?sparat`, 303);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return again(form, error.details);
  }
}

/** The form with the files that came with it uploaded; the first that is refused is told of, the others are kept. */
async function withUploads(
  { c, who, close }: ClosePage,
  form: OwnForm,
  files: readonly File[],
): Promise<{ form: OwnForm; problem?: ProblemDetails }> {
  const fileIds = [...form.fileIds];
  let problem: ProblemDetails | undefined;
  for (const file of files) {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { id } = await uploadSupport(c.var.client, who.caller, close.id, { name: file.name, bytes });
      if (!fileIds.includes(id)) fileIds.push(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem ??= { ...error.details, what: `${file.name.slice(0, 100)}: ${error.details.what}` };
    }
  }
  return { form: { ...form, fileIds }, ...(problem && { problem }) };
}

export async function withdrawOwn(page: ClosePage): Promise<Response> {
  const group = page.c.req.param('group') ?? '';
  const { version = '' } = textFields(await page.c.req.parseBody());
  const seen = Number.parseInt(version, 10) || 0;
  return act(
    page,
    () => withdrawOwnAttachment(page.c.var.client, page.who.caller, page.close.id, group, seen),
    closePath(page.close.id, '/bilagor'),
  );
}

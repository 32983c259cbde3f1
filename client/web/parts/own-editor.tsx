import { formatKronor, ore, sumOre } from '../../../accounting/money.ts';
import type { Ore } from '../../../accounting/money.ts';
import type { FileInfo } from '../../../db/stores/files.ts';
import { ownEditorScript } from '../assets.ts';
import { readAmount } from '../amount.ts';
import { closePath } from '../close-frame.tsx';
import { accountsOf, totalOf } from '../own-form.ts';
import type { OwnForm, OwnRowForm } from '../own-form.ts';
import { kilobytes, Money } from './bits.tsx';
import { typeNames } from './own-attachment.tsx';

/** A balance-sheet account to specify, with its closing balance. */
export interface BalanceAccount {
  readonly number: string;
  readonly name: string;
  readonly closingOre: Ore;
}

interface OwnEditorProps {
  readonly id: string;
  readonly action: string;
  readonly form: OwnForm;
  readonly accounts: readonly BalanceAccount[];
  /** The files that the form names. */
  readonly files: readonly FileInfo[];
  /** True: the fields hold more than what is saved. */
  readonly unsaved: boolean;
  /** Under which the browser keeps what is typed and not yet saved. */
  readonly draftKey: string;
}

const emptyRow: OwnRowForm = { text: '', amount: '' };
const spareRows = 3;

/** The editor of an own attachment: plain form fields; the module adds the running sum and keys where there is script. */
export function OwnEditor({ id, action, form, accounts, files, unsaved, draftKey }: OwnEditorProps) {
  return (
    <>
      <form
        method="post"
        action={action}
        enctype="multipart/form-data"
        id="egen"
        class="own-editor"
        data-draft={draftKey}
        {...(unsaved && { 'data-unsaved': '' })}
        autocomplete="off"
      >
        {/* Enter in a field saves, whatever button stands first. */}
        <button name="gor" value="spara" class="unseen" tabindex={-1} aria-hidden="true">
          Spara
        </button>
        <input type="hidden" name="version" value={form.version} />
        <section class="card stack">
          <div class="row">
            <label class="grow">
              Rubrik
              <input name="titel" required maxlength={200} value={form.title} />
            </label>
            <label>
              Konton
              <input
                name="konton"
                required
                value={form.accounts}
                list="balanskonton"
                placeholder="1930"
                aria-describedby="konton-om"
              />
            </label>
          </div>
          <p class="muted" id="konton-om">
            Balanskontona som bilagan specificerar; flera skrivs med mellanslag mellan.
          </p>
          <label>
            Text
            <textarea name="text" rows={5} maxlength={20_000}>
              {form.text}
            </textarea>
          </label>
        </section>
        <Rows form={form} accounts={accounts} />
        <FileFields id={id} files={files} />
        <div class="save-bar">
          <button class="primary" name="gor" value="spara">
            Spara bilagan
          </button>
          <a class="button quiet" href={closePath(id, '/bilagor')}>
            Avbryt
          </a>
          <span class="muted keys">Ctrl+S sparar · Enter ny rad · klistra in rader från Excel</span>
        </div>
        <datalist id="balanskonton">
          {accounts.map(({ number, name, closingOre }) => (
            <option value={number} label={`${number} ${name}`} data-ore={String(closingOre)} />
          ))}
        </datalist>
      </form>
      <script type="module" src={ownEditorScript.path}></script>
    </>
  );
}

function Rows({ form, accounts }: { readonly form: OwnForm; readonly accounts: readonly BalanceAccount[] }) {
  const chosen = new Set(accountsOf(form));
  const closingOre = sumOre(
    accounts.filter(({ number }) => chosen.has(number)).map((account) => account.closingOre),
  );
  const totalOre = totalOf(form);
  const differenceOre = ore(closingOre - totalOre);
  const hasPrior = form.rows.some(({ priorOre }) => priorOre !== undefined);
  const rows = [...form.rows, ...Array.from({ length: spareRows }, () => emptyRow)];
  const before = hasPrior ? 2 : 1;
  return (
    <section class="card">
      <h3>Specifikation</h3>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Text</th>
            {hasPrior && (
              <th scope="col" class="num">
                Föregående år
              </th>
            )}
            <th scope="col" class="num">
              Belopp
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row row={row} at={index} hasPrior={hasPrior} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colspan={before} class="sum-label">
              Summa rader
            </th>
            <td class="num" data-sum="total">
              {formatKronor(totalOre)}
            </td>
          </tr>
          <tr>
            <th scope="row" colspan={before} class="sum-label">
              Utgående balans (UB)
            </th>
            <td class="num" data-sum="closing">
              {formatKronor(closingOre)}
            </td>
          </tr>
          <tr>
            <th scope="row" colspan={before} class="sum-label">
              UB − summa
            </th>
            <td class="num">
              <span
                role="status"
                class={`pill ${differenceOre === 0 ? 'good' : 'bad'}`}
                data-sum="difference"
              >
                {formatKronor(differenceOre)}
              </span>
            </td>
          </tr>
        </tfoot>
      </table>
      <p class="actions">
        <button class="secondary" name="gor" value="rad" data-do="row" formnovalidate>
          Fler rader och räkna om
        </button>
        <span class="muted">Skulder och eget kapital skrivs med minus, som i bokföringen.</span>
      </p>
    </section>
  );
}

const Row = ({
  row: { text, amount, priorOre },
  at,
  hasPrior,
}: {
  readonly row: OwnRowForm;
  readonly at: number;
  readonly hasPrior: boolean;
}) => {
  const wrong = amount !== '' && readAmount(amount) === undefined;
  return (
    <tr {...(wrong && { class: 'wrong' })}>
      <td>
        <input name={`r${at}.text`} maxlength={500} value={text} aria-label={`Text, rad ${at + 1}`} />
        {priorOre !== undefined && <input type="hidden" name={`r${at}.fore`} value={String(priorOre)} />}
      </td>
      {hasPrior && <td class="num prior-cell">{priorOre !== undefined && <Money ore={priorOre} />}</td>}
      <td class="num">
        <input
          name={`r${at}.belopp`}
          inputmode="decimal"
          value={amount}
          aria-label={`Belopp, rad ${at + 1}`}
          {...(wrong && { 'aria-invalid': 'true' as const })}
        />
      </td>
    </tr>
  );
};

const FileFields = ({ id, files }: { readonly id: string; readonly files: readonly FileInfo[] }) => (
  <section class="card stack">
    <h3>Filer</h3>
    {files.length > 0 && (
      <ul class="plain files">
        {files.map(({ id: fileId, name, mediaType, sizeBytes, sha256 }) => (
          <li>
            <input type="hidden" name="fil" value={fileId} />
            <span>
              <a href={closePath(id, `/filer/${fileId}`)}>{name}</a> {typeNames[mediaType] ?? mediaType},{' '}
              {kilobytes(sizeBytes)}
              <code class="hash">{sha256}</code>
            </span>
            <button class="quiet" name="gor" value={`filbort:${fileId}`} formnovalidate>
              Ta bort<span class="unseen"> {name}</span>
            </button>
          </li>
        ))}
      </ul>
    )}
    <div class="row">
      <label class="grow">
        Ladda upp filer
        <input
          type="file"
          name="filer"
          multiple
          accept=".pdf,.png,.jpg,.jpeg,.xlsx,.docx,.txt,.csv"
          aria-describedby="filer-om"
        />
      </label>
      <button class="secondary" name="gor" value="ladda" formnovalidate>
        Ladda upp
      </button>
    </div>
    <p class="muted" id="filer-om">
      PDF, PNG, JPEG, Excel eller Word utan makron, eller ren text; högst 20 MB var. Filerna följer med i
      pärmen.
    </p>
  </section>
);

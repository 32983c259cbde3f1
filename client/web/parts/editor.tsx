import { longestRowText, longestText } from '../../../accounting/adjustments.ts';
import type { FinancialYear } from '../../../accounting/books.ts';
import { formatKronor } from '../../../accounting/money.ts';
import { sumsOf } from '../adjustment-form.ts';
import type { EditorForm, FormFault, RowForm, VoucherForm } from '../adjustment-form.ts';
import { editorScript } from '../assets.ts';
import type { Ground } from '../editor-ground.ts';
import { Pill } from './bits.tsx';
import { VoucherFiles } from './voucher-files.tsx';
import { VoucherTable } from './voucher-table.tsx';

interface EditorProps {
  readonly action: string;
  readonly form: EditorForm;
  readonly faults: readonly FormFault[];
  readonly ground: Pick<Ground, 'accounts' | 'sent' | 'uploads'>;
  readonly year: FinancialYear;
  /** True: the fields hold more than what is saved. */
  readonly unsaved: boolean;
  /** Under which the browser keeps what is typed and not yet saved. */
  readonly draftKey: string;
  /** Under which uploaded files are fetched. */
  readonly fileAddress: string;
}

const emptyRow: RowForm = { account: '', debit: '', credit: '', text: '' };
const spareRows = 2;

/** The voucher editor: plain form fields; the module adds sums, keys and pasting where there is script. */
export function Editor({ action, form, faults, ground, year, unsaved, draftKey, fileAddress }: EditorProps) {
  const { accounts, sent, uploads } = ground;
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  const blank: VoucherForm = {
    id: '',
    date: year.to,
    text: '',
    transfer: true,
    rows: [emptyRow, emptyRow],
    files: [],
  };
  const vouchers = [...form.vouchers, blank];
  return (
    <>
      {sent.length > 0 && (
        <details class="card">
          <summary>{sent.length} finns redan i Fortnox och ändras inte här</summary>
          {sent.map((adjustment) => (
            <VoucherTable adjustment={adjustment} names={names} />
          ))}
        </details>
      )}
      <form
        method="post"
        action={action}
        enctype="multipart/form-data"
        id="editor"
        class="editor"
        data-draft={draftKey}
        {...(unsaved && { 'data-unsaved': '' })}
        autocomplete="off"
      >
        <button name="gor" value="spara" class="unseen" tabindex={-1} aria-hidden="true">
          Spara
        </button>
        <input type="hidden" name="revision" value={form.revision} />
        {form.mergedFrom !== undefined && <input type="hidden" name="grund" value={form.mergedFrom} />}
        {vouchers.map((voucher, index) => (
          <Voucher
            at={index}
            voucher={voucher}
            isNew={index === form.vouchers.length}
            faults={faults.filter(({ adjustmentId }) => adjustmentId === voucher.id)}
            names={names}
            year={year}
            uploads={uploads}
            fileAddress={fileAddress}
          />
        ))}
        <div class="save-bar">
          <button class="primary" name="gor" value="spara">
            Spara
          </button>
          <button class="secondary" name="gor" value="ny" data-do="voucher">
            Ny verifikation
          </button>
          <span class="muted keys">
            <kbd>Ctrl</kbd>+<kbd>S</kbd> sparar · <kbd>Enter</kbd> ny rad · <kbd>=</kbd> resten · klistra in
            från Excel
          </span>
          <output class="push" data-profit></output>
        </div>
        <datalist id="konton">
          {accounts
            .filter(({ active }) => active)
            .map(({ number, name }) => (
              <option value={number} label={`${number} ${name}`} />
            ))}
        </datalist>
      </form>
      <script type="module" src={editorScript.path}></script>
    </>
  );
}

interface VoucherProps {
  readonly at: number;
  readonly voucher: VoucherForm;
  readonly isNew: boolean;
  readonly faults: readonly FormFault[];
  readonly names: ReadonlyMap<string, string>;
  readonly year: FinancialYear;
  readonly uploads: Ground['uploads'];
  readonly fileAddress: string;
}

function Voucher({ at, voucher, isNew, faults, names, year, uploads, fileAddress }: VoucherProps) {
  const { id, date, text, transfer, proposalCode } = voucher;
  const name = `v${at}`;
  const whole = faults.filter(({ row }) => row === undefined);
  const rows = isNew ? voucher.rows : [...voucher.rows, ...Array.from({ length: spareRows }, () => emptyRow)];
  return (
    <fieldset class={isNew ? 'card voucher new' : 'card voucher'} data-voucher>
      <legend>{isNew ? 'Ny bokslutsverifikation' : `Bokslutsverifikation ${at + 1}`}</legend>
      <input type="hidden" name={`${name}.id`} value={id} />
      {proposalCode && <input type="hidden" name={`${name}.forslag`} value={proposalCode} />}
      <div class="row voucher-head">
        <label>
          Datum
          <input type="date" name={`${name}.datum`} value={date} min={year.from} max={year.to} />
        </label>
        <label class="grow">
          Text
          <input name={`${name}.text`} value={text} maxlength={longestText} />
        </label>
        <label>
          Överföring
          <select name={`${name}.over`}>
            <option value="ja">Förs över</option>
            <option value="nej" selected={!transfer}>
              Ej aktuell för överföring
            </option>
          </select>
        </label>
      </div>
      <Faults faults={whole} />
      <table class="rows">
        <thead>
          <tr>
            <th scope="col" class="account">
              Konto
            </th>
            <th scope="col">Benämning</th>
            <th scope="col" class="num">
              Debet
            </th>
            <th scope="col" class="num">
              Kredit
            </th>
            <th scope="col">Radtext</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row
              name={`${name}.r${index}`}
              row={row}
              accountName={names.get(row.account) ?? ''}
              faults={faults.filter((fault) => fault.row === index)}
            />
          ))}
        </tbody>
        <Sums voucher={voucher} />
      </table>
      <VoucherFiles name={name} voucher={voucher} uploads={uploads} address={fileAddress} />
      <div class="actions">
        <button class="quiet" name="gor" value={`rad:${id}`} data-do="row">
          Fler rader
        </button>
        {!isNew && (
          <button class="quiet danger-text" name="gor" value={`bort:${id}`} data-do="remove">
            Ta bort verifikationen
          </button>
        )}
      </div>
    </fieldset>
  );
}

const Row = ({
  name,
  row,
  accountName,
  faults,
}: {
  readonly name: string;
  readonly row: RowForm;
  readonly accountName: string;
  readonly faults: readonly FormFault[];
}) => {
  const wrong = faults.length > 0;
  const told = (about: RegExp) =>
    faults.some(({ code }) => about.test(code))
      ? { 'aria-invalid': 'true' as const, 'aria-describedby': `${name}.fel` }
      : {};
  return (
    <tr class={wrong ? 'wrong' : ''}>
      <td class="account">
        <input
          name={`${name}.konto`}
          value={row.account}
          list="konton"
          inputmode="numeric"
          aria-label="Konto"
          maxlength={20}
          {...told(/account/)}
        />
      </td>
      <td class="account-name">
        <span>{accountName}</span>
        {wrong && (
          <small class="fault" id={`${name}.fel`}>
            {faults.map(({ message }) => message).join(' ')}
          </small>
        )}
      </td>
      <td class="num">
        <input
          name={`${name}.debet`}
          value={row.debit}
          inputmode="decimal"
          aria-label="Debet"
          maxlength={30}
          {...told(/amount|zero/)}
        />
      </td>
      <td class="num">
        <input
          name={`${name}.kredit`}
          value={row.credit}
          inputmode="decimal"
          aria-label="Kredit"
          maxlength={30}
          {...told(/amount|zero/)}
        />
      </td>
      <td>
        <input
          name={`${name}.text`}
          value={row.text}
          aria-label="Radtext"
          maxlength={longestRowText}
          {...told(/text/)}
        />
      </td>
    </tr>
  );
};

function Sums({ voucher }: { readonly voucher: VoucherForm }) {
  const { debitOre, creditOre, differenceOre } = sumsOf(voucher);
  return (
    <tfoot>
      <tr>
        <td colspan={2} class="sum-label">
          Summa
        </td>
        <td class="num">
          <span class="sum" data-sum="debet">
            {formatKronor(debitOre)}
          </span>
        </td>
        <td class="num">
          <span class="sum" data-sum="kredit">
            {formatKronor(creditOre)}
          </span>
        </td>
        <td>
          <span class="sum" data-sum="differens">
            {differenceOre === 0 ? (
              <Pill tone="good" hidden={debitOre === 0}>
                Balanserar
              </Pill>
            ) : (
              <Pill tone="bad">Differens {formatKronor(differenceOre)}</Pill>
            )}
          </span>
        </td>
      </tr>
    </tfoot>
  );
}

const Faults = ({ faults }: { readonly faults: readonly FormFault[] }) =>
  faults.length === 0 ? null : (
    <ul class="faults" role="alert">
      {faults.map(({ message }) => (
        <li>{message}</li>
      ))}
    </ul>
  );

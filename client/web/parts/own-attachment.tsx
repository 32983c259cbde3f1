import type { OwnAttachment } from '../../../accounting/own-attachment.ts';
import { ownClosing, ownDifference, ownTotal } from '../../../accounting/own-attachment.ts';
import { closePath } from '../close-frame.tsx';
import { Empty, kilobytes, Money, More, Notice } from './bits.tsx';

/** What one page shows of the rows; the document has them all. */
const mostShown = 500;

/** A person's own attachment to read: text, rows against the balance, files. */
export function OwnAttachmentSections({ id, own }: { readonly id: string; readonly own: OwnAttachment }) {
  return (
    <>
      {own.carriedFrom !== undefined && (
        <Notice tone="warn">
          <p>
            <strong>Utkast från bokslutet per {own.carriedFrom}.</strong> Text och rader följde med; beloppen
            är årets att fylla i. Bilagan stöder inget konto förrän någon har sparat den.
          </p>
        </Notice>
      )}
      {own.text !== '' && <p class="card prose">{own.text}</p>}
      <OwnRows own={own} />
      {own.files.length > 0 && (
        <section>
          <h3>Filer</h3>
          <Files id={id} files={own.files} />
        </section>
      )}
    </>
  );
}

function OwnRows({ own }: { readonly own: OwnAttachment }) {
  const hasPrior = own.rows.some(({ priorOre }) => priorOre !== undefined);
  const differenceOre = ownDifference(own);
  return (
    <section>
      <h3>Specifikation</h3>
      <div class="table-wrap">
        <table class="dense">
          <thead>
            <tr>
              <th scope="col">Rad</th>
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
            {own.rows.slice(0, mostShown).map(({ text, amountOre, priorOre }) => (
              <tr>
                <td>{text}</td>
                {hasPrior && <td class="num">{priorOre !== undefined && <Money ore={priorOre} />}</td>}
                <td class="num">
                  <Money ore={amountOre} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <Sum label="Summa rader" hasPrior={hasPrior} ore={ownTotal(own)} />
            {Object.entries(own.closing).map(([account, closingOre]) => (
              <Sum label={`UB konto ${account}`} hasPrior={hasPrior} ore={closingOre} />
            ))}
            {own.accounts.length > 1 && <Sum label="UB summa" hasPrior={hasPrior} ore={ownClosing(own)} />}
            <Sum label="UB − summa" hasPrior={hasPrior} ore={differenceOre} alarming={differenceOre !== 0} />
          </tfoot>
        </table>
      </div>
      {own.rows.length === 0 && <Empty>Bilagan har inga rader än.</Empty>}
      <More of={own.rows.length} shown={mostShown} />
    </section>
  );
}

const Sum = ({
  label,
  hasPrior,
  ore,
  alarming = false,
}: {
  readonly label: string;
  readonly hasPrior: boolean;
  readonly ore: Parameters<typeof Money>[0]['ore'];
  readonly alarming?: boolean;
}) => (
  <tr class={alarming ? 'sum alarming' : 'sum'}>
    <th scope="row" colspan={hasPrior ? 2 : 1}>
      {label}
    </th>
    <td class="num">
      <Money ore={ore} />
    </td>
  </tr>
);

/** Files with what they are by their bytes, and the hash to know them by. */
export const Files = ({ id, files }: { readonly id: string; readonly files: OwnAttachment['files'] }) => (
  <div class="table-wrap">
    <table class="dense">
      <thead>
        <tr>
          <th scope="col">Fil</th>
          <th scope="col">Slag</th>
          <th scope="col" class="num">
            Storlek
          </th>
          <th scope="col">SHA-256</th>
        </tr>
      </thead>
      <tbody>
        {files.map(({ fileId, name, mediaType, sizeBytes, sha256 }) => (
          <tr>
            <td>
              <a href={closePath(id, `/filer/${fileId}`)}>{name}</a>
            </td>
            <td class="nowrap">{typeNames[mediaType] ?? mediaType}</td>
            <td class="num">{kilobytes(sizeBytes)}</td>
            <td>
              <code class="hash">{sha256}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

export const typeNames: Readonly<Record<string, string>> = {
  'application/pdf': 'PDF',
  'image/png': 'PNG-bild',
  'image/jpeg': 'JPEG-bild',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'text/plain': 'Text',
  'application/x-sie': 'SIE',
  'application/zip': 'ZIP',
};

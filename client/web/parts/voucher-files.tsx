import type { VoucherForm } from '../adjustment-form.ts';
import type { Ground } from '../editor-ground.ts';
import { kilobytes } from './bits.tsx';

interface VoucherFilesProps {
  /** Of the voucher's fields. */
  readonly name: string;
  readonly voucher: VoucherForm;
  readonly uploads: Ground['uploads'];
  /** Under which uploaded files are fetched. */
  readonly address: string;
}

/** What supports one voucher: the files with size and hash, and a field for more. */
export function VoucherFiles({ name, voucher: { id, files }, uploads, address }: VoucherFilesProps) {
  return (
    <details class="files" open={files.length > 0}>
      <summary>Underlag{files.length > 0 && ` (${files.length})`}</summary>
      {files.length > 0 && (
        <ul class="plain">
          {files.map((fileId, index) => {
            const file = uploads.get(fileId);
            return (
              <li>
                <input type="hidden" name={`${name}.f${index}`} value={fileId} />
                {file ? (
                  <>
                    <a href={`${address}/${fileId}`}>{file.name}</a>{' '}
                    <span class="muted">
                      {kilobytes(file.sizeBytes)}, SHA-256{' '}
                      <code title={file.sha256}>{file.sha256.slice(0, 12)}…</code>
                    </span>
                  </>
                ) : (
                  'Filen finns inte i bokslutet'
                )}{' '}
                <button class="quiet" name="gor" value={`filbort:${id}/${fileId}`}>
                  Ta bort<span class="unseen"> {file?.name ?? 'filen'}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <div class="row">
        <label class="grow">
          Lägg till filer: PDF, PNG, JPEG, Excel, Word eller text, högst 20 MB
          <input type="file" name={`${name}.nyfil`} multiple />
        </label>
        <button class="secondary" name="gor" value="bifoga">
          Ladda upp
        </button>
      </div>
      <p class="muted">
        Filerna sparas i årsakten och kopplas till verifikationen i Fortnox vid överföringen.
      </p>
    </details>
  );
}

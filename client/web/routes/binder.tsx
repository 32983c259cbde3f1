import { listFiles } from '../../close/files.ts';
import type { FileInfo } from '../../../db/stores/files.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { Empty, kilobytes, Moment, Notice } from '../parts/bits.tsx';

/** Pärm: the binder (årsakt) and every document of the close. */
export async function showBinder(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const files = await listFiles(c.var.client, who.caller, close.id);
  const [binder] = files.filter(({ kind }) => kind === 'binder');
  return showClose(
    page,
    '/parm',
    <div id="parm" data-live>
      <h2>Pärm</h2>
      {binder ? (
        <section class="card stack highlight">
          <h3>Årsakten är klar</h3>
          <p>
            Bilagor, bokföringsorder med Fortnox verifikationsnummer, behandlingshistorik och den importerade
            bokföringen, med kontrollsummor. Bevaras till och med {keptUntil(close.engagement.yearTo)}.
          </p>
          <p class="actions">
            <a class="button primary" href={closePath(close.id, '/parm.zip')}>
              Hämta årsakten ({kilobytes(binder.sizeBytes)})
            </a>
          </p>
          <p class="code">SHA-256 {binder.sha256}</p>
        </section>
      ) : (
        <Notice tone="calm">
          <p>Årsakten sätts samman när bokslutet avslutas. Här står de dokument som finns så länge.</p>
        </Notice>
      )}
      {files.length === 0 ? <Empty>Inga dokument än.</Empty> : <Files id={close.id} files={files} />}
    </div>,
  );
}

const Files = ({ id, files }: { readonly id: string; readonly files: readonly FileInfo[] }) => (
  <div class="table-wrap">
    <table>
      <thead>
        <tr>
          <th scope="col">Dokument</th>
          <th scope="col">Sparat</th>
          <th scope="col" class="num">
            Storlek
          </th>
        </tr>
      </thead>
      <tbody>
        {files.map(({ id: fileId, name, storedAt, sizeBytes }) => (
          <tr>
            <td>
              <a href={closePath(id, `/filer/${fileId}`)}>{name}</a>
            </td>
            <td class="nowrap">
              <Moment at={storedAt} />
            </td>
            <td class="num">{kilobytes(sizeBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** The seventh year after the calendar year in which the financial year ended (BFL 7:2). */
const keptUntil = (yearTo: string): number => Number(yearTo.slice(0, 4)) + 7;

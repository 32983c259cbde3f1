import type { FileInfo } from '../../../db/stores/files.ts';
import { listFiles } from '../../close/files.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { Empty, kilobytes, Moment, Notice } from '../parts/bits.tsx';
import { Pages } from '../parts/pages.tsx';
import { fileKindName } from '../words.ts';

const filesPerPage = 100;

/** Pärm: the binder (årsakt) and every document of the close, each with its hash. */
export async function showBinder(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const files = await listFiles(c.var.client, who.caller, close.id);
  const [binder] = files.filter(({ kind }) => kind === 'binder');
  const pages = Math.max(1, Math.ceil(files.length / filesPerPage));
  const at = Math.min(pages, Math.max(1, Number.parseInt(c.req.query('sida') ?? '1', 10) || 1));
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
      {close.lastImport && <Fresh id={close.id} />}
      <h3>Sparade dokument</h3>
      {files.length === 0 ? (
        <Empty>Inga dokument än. De första kommer med importen.</Empty>
      ) : (
        <Files id={close.id} files={files.slice((at - 1) * filesPerPage, at * filesPerPage)} />
      )}
      <Pages
        page={at}
        pages={pages}
        label="Sidor med dokument"
        to={(number) => `${closePath(close.id, '/parm')}?sida=${number}`}
      />
    </div>,
  );
}

/** Documents that are made of what stands right now. */
const Fresh = ({ id }: { readonly id: string }) => (
  <section class="card">
    <h3>Som det står just nu</h3>
    <ul class="plain">
      {(
        [
          ['Huvudbilagor', 'huvudbilagor'],
          ['Importkontroller', 'importkontroller'],
          ['Behandlingshistorik', 'behandlingshistorik'],
        ] as const
      ).map(([title, name]) => (
        <li>
          <a href={closePath(id, `/dokument/${name}.pdf`)}>{title}</a>, PDF, eller{' '}
          <a href={closePath(id, `/dokument/${name}.xlsx`)} aria-label={`${title} som Excel`}>
            Excel
          </a>
        </li>
      ))}
      <li>
        <a href={closePath(id, '/dokument/systemdokumentation.pdf')}>Systemdokumentation</a>, PDF
      </li>
    </ul>
  </section>
);

const Files = ({ id, files }: { readonly id: string; readonly files: readonly FileInfo[] }) => (
  <div class="table-wrap" tabindex={0} role="region" aria-label="Sparade dokument">
    <table class="dense">
      <thead>
        <tr>
          <th scope="col">Dokument</th>
          <th scope="col">Slag</th>
          <th scope="col">Sparat</th>
          <th scope="col" class="num">
            Storlek
          </th>
          <th scope="col">SHA-256</th>
        </tr>
      </thead>
      <tbody>
        {files.map(({ id: fileId, kind, name, storedAt, sizeBytes, sha256 }) => (
          <tr>
            <td>
              <a href={closePath(id, `/filer/${fileId}`)}>{name}</a>
            </td>
            <td class="nowrap">{fileKindName(kind)}</td>
            <td class="nowrap">
              <Moment at={storedAt} />
            </td>
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

/** The seventh year after the calendar year in which the financial year ended (BFL 7:2). */
const keptUntil = (yearTo: string): number => Number(yearTo.slice(0, 4)) + 7;

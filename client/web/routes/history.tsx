import { historyEntry } from '../../../documents/history-entry.ts';
import { closeHistory } from '../../close/history.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { Empty, Moment } from '../parts/bits.tsx';
import { Pages } from '../parts/pages.tsx';

const linesPerPage = 200;

/** Historik: the processing history (behandlingshistorik), newest first, in the words of the binder's document. */
export async function showHistory(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const lines = (await closeHistory(c.var.client, who.caller, close.id)).toReversed();
  const pages = Math.max(1, Math.ceil(lines.length / linesPerPage));
  const at = Math.min(pages, Math.max(1, Number.parseInt(c.req.query('sida') ?? '1', 10) || 1));
  const shown = lines.slice((at - 1) * linesPerPage, at * linesPerPage);
  return showClose(
    page,
    '/historik',
    <div id="historik" data-live>
      <div class="section-head">
        <h2>Behandlingshistorik</h2>
        {close.lastImport && (
          <span class="push">
            <a href={closePath(close.id, '/dokument/behandlingshistorik.pdf')}>PDF</a> ·{' '}
            <a href={closePath(close.id, '/dokument/behandlingshistorik.xlsx')}>Excel</a>
          </span>
        )}
      </div>
      {shown.length === 0 ? (
        <Empty>Inget har hänt i bokslutet än.</Empty>
      ) : (
        <div class="table-wrap" tabindex={0} role="region" aria-label="Behandlingshistorik">
          <table>
            <thead>
              <tr>
                <th scope="col">När</th>
                <th scope="col">Vem</th>
                <th scope="col">Vad</th>
                <th scope="col">Rör</th>
              </tr>
            </thead>
            <tbody>
              {shown
                .map((line) => historyEntry(line, line.who))
                .map(({ at: time, who: name, what, concerns }) => (
                  <tr>
                    <td class="nowrap">
                      <Moment at={time} />
                    </td>
                    <td class="nowrap">{name}</td>
                    <td>{what}</td>
                    <td class="muted">{concerns}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
      <Pages
        page={at}
        pages={pages}
        label="Sidor med historik"
        to={(number) => `${closePath(close.id, '/historik')}?sida=${number}`}
      />
      <p class="muted">Historiken kan inte ändras, och följer med i pärmen.</p>
    </div>,
  );
}

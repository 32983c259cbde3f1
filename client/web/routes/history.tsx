import { closeHistory } from '../../close/history.ts';
import type { HistoryLine } from '../../close/history.ts';
import { showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { Moment } from '../parts/bits.tsx';
import { eventName } from '../words.ts';

/** Historik: the processing history (behandlingshistorik), newest first. */
export async function showHistory(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const lines = await closeHistory(c.var.client, who.caller, close.id);
  return showClose(
    page,
    '/historik',
    <div id="historik" data-live>
      <h2>Behandlingshistorik</h2>
      <div class="table-wrap">
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
            {lines.toReversed().map((line) => (
              <tr>
                <td class="nowrap">
                  <Moment at={line.at} />
                </td>
                <td>{line.who}</td>
                <td>{eventName(line.event)}</td>
                <td class="muted">{concernsOf(line)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted">Historiken kan inte ändras, och följer med i pärmen.</p>
    </div>,
  );
}

const concerns = [
  ['revision', 'revision'],
  ['seq', 'import'],
  ['series', 'serie'],
  ['voucher', 'verifikation'],
  ['reason', 'orsak'],
  ['code', 'orsak'],
  ['run', 'omgång'],
  ['source', 'källa'],
] as const;

function concernsOf({ details }: HistoryLine): string {
  const about: Readonly<Record<string, unknown>> = { ...(details as object) };
  return concerns
    .map(([key, word]) => [word, about[key]] as const)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([word, value]) => `${word} ${String(value)}`)
    .join(', ');
}

import type { MovedFigure } from '../../../accounting/figures.ts';
import { Money, More } from './bits.tsx';

/** What one list may be long in showing. */
const mostShown = 50;

/** Figures that moved, with what they were and are. */
export const Moved = ({
  moved,
  before,
  after,
}: {
  readonly moved: readonly (MovedFigure & { readonly name: string })[];
  /** What the two columns are called. */
  readonly before: string;
  readonly after: string;
}) => (
  <>
    <div class="table-wrap" tabindex={0} role="region" aria-label="Siffror som har ändrats">
      <table class="dense">
        <thead>
          <tr>
            <th scope="col">Siffra</th>
            <th scope="col" class="num">
              {before}
            </th>
            <th scope="col" class="num">
              {after}
            </th>
          </tr>
        </thead>
        <tbody>
          {moved.slice(0, mostShown).map(({ name, beforeOre, afterOre }) => (
            <tr>
              <th scope="row" class="plain-head">
                {name}
              </th>
              <td class="num">
                <Money ore={beforeOre} />
              </td>
              <td class="num">
                <Money ore={afterOre} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    <More of={moved.length} shown={mostShown} />
  </>
);

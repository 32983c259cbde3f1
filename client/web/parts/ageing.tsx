import { ageingBuckets, bucketNames } from '../../../accounting/ageing.ts';
import type { Attachment } from '../../../accounting/attachment.ts';
import type { ItemQuery } from '../item-query.ts';
import { itemQueryText } from '../item-query.ts';
import { Money } from './bits.tsx';

/** How old what is open is, as bars with their figures; each leads to its rows. */
export function Ageing({
  path,
  query,
  attachment: { ageing, creditBalancesOre },
}: {
  /** The attachment's own address. */
  readonly path: string;
  readonly query: ItemQuery;
  readonly attachment: Attachment;
}) {
  const bars = [
    ...ageingBuckets.map((bucket) => ({ bucket, amountOre: ageing[bucket] })),
    ...(creditBalancesOre === 0 ? [] : [{ bucket: 'credit' as const, amountOre: creditBalancesOre }]),
  ];
  const largest = Math.max(1, ...bars.map(({ amountOre }) => Math.abs(amountOre)));
  return (
    <section class="card" aria-labelledby="aldersanalys">
      <h3 id="aldersanalys">Åldersanalys</h3>
      <table class="sums ageing">
        <tbody>
          {bars.map(({ bucket, amountOre }) => (
            <tr {...(query.bucket === bucket && { class: 'chosen' })}>
              <th scope="row">
                {amountOre === 0 ? (
                  bucketNames[bucket]
                ) : (
                  <a href={`${path}${itemQueryText({ ...query, bucket, page: 1 })}#poster`}>
                    {bucketNames[bucket]}
                  </a>
                )}
              </th>
              <td class="bar" aria-hidden="true">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" width="100%" height="10">
                  <rect class="track" width="100" height="10" rx="1" />
                  <rect
                    class={amountOre < 0 ? 'fill negative' : 'fill'}
                    width={(100 * Math.abs(amountOre)) / largest}
                    height="10"
                    rx="1"
                  />
                </svg>
              </td>
              <td class="num">
                <Money ore={amountOre} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

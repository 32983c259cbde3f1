import { formatKronor } from '../../../accounting/money.ts';
import type { Effect, EffectLine } from '../../../accounting/effect.ts';
import { Money } from './bits.tsx';

/** What the vouchers in the editor do to the result and the balance sheet. */
export function EffectTable({ effect }: { readonly effect: Effect }) {
  const { result, profit, assets, totalAssets, funding, totalFunding } = effect;
  return (
    <>
      <dl class="effect-sums">
        <Sum line={profit} />
        <Sum line={totalAssets} />
      </dl>
      <details id="effektens-rader">
        <summary>Resultat- och balansräkning</summary>
        <div class="table-wrap">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Post</th>
                <th scope="col" class="num">
                  Enligt bokföringen
                </th>
                <th scope="col" class="num">
                  Justeringar
                </th>
                <th scope="col" class="num">
                  Efter justeringar
                </th>
              </tr>
            </thead>
            <Group lines={result} total={profit} />
            <Group lines={assets} total={totalAssets} />
            <Group lines={funding} total={totalFunding} />
          </table>
        </div>
      </details>
    </>
  );
}

const Sum = ({ line: { name, changeOre, afterOre } }: { readonly line: EffectLine }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <strong class="money">{formatKronor(afterOre)}</strong>{' '}
      <span class="muted">
        {changeOre === 0 ? '(oförändrat)' : `(${changeOre > 0 ? '+' : ''}${formatKronor(changeOre)})`}
      </span>
    </dd>
  </div>
);

const Group = ({ lines, total }: { readonly lines: readonly EffectLine[]; readonly total: EffectLine }) => (
  <tbody>
    {lines
      .filter(({ beforeOre, changeOre }) => beforeOre !== 0 || changeOre !== 0)
      .map((line) => (
        <Line line={line} />
      ))}
    <Line line={total} sum />
  </tbody>
);

const Line = ({
  line: { name, beforeOre, changeOre, afterOre },
  sum,
}: {
  readonly line: EffectLine;
  readonly sum?: boolean;
}) => (
  <tr class={sum ? 'sum' : ''}>
    <th scope="row">{name}</th>
    <td class="num">
      <Money ore={beforeOre} />
    </td>
    <td class="num">{changeOre === 0 ? '' : <Money ore={changeOre} />}</td>
    <td class="num">
      <Money ore={afterOre} />
    </td>
  </tr>
);

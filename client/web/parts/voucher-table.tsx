import type { Child } from 'hono/jsx';
import type { Adjustment } from '../../../accounting/adjustment.ts';
import { formatKronor, negate, sumOre } from '../../../accounting/money.ts';

/** One adjustment voucher to read. */
export const VoucherTable = ({
  adjustment: { date, text, rows, files = [] },
  names,
  children,
}: {
  readonly adjustment: Pick<Adjustment, 'date' | 'text' | 'rows' | 'files'>;
  readonly names: ReadonlyMap<string, string>;
  readonly children?: Child;
}) => (
  <table class="voucher-read">
    <caption>
      <span class="nowrap">{date}</span> <strong>{text}</strong> {children}
      {files.length > 0 && <small>Underlag: {files.map(({ name }) => name).join(', ')}</small>}
    </caption>
    <thead class="unseen">
      <tr>
        <th scope="col">Konto</th>
        <th scope="col">Benämning</th>
        <th scope="col">Debet</th>
        <th scope="col">Kredit</th>
      </tr>
    </thead>
    <tbody>
      {rows.map(({ account, amountOre, text: rowText }) => (
        <tr>
          <td class="account">{account}</td>
          <td>
            {names.get(account) ?? ''}
            {rowText && <small>{rowText}</small>}
          </td>
          <td class="num">{amountOre > 0 ? formatKronor(amountOre) : ''}</td>
          <td class="num">{amountOre < 0 ? formatKronor(negate(amountOre)) : ''}</td>
        </tr>
      ))}
    </tbody>
    <tfoot>
      <tr>
        <td colspan={2}></td>
        <td class="num">
          {formatKronor(sumOre(rows.map(({ amountOre }) => amountOre).filter((amount) => amount > 0)))}
        </td>
        <td class="num">
          {formatKronor(
            negate(sumOre(rows.map(({ amountOre }) => amountOre).filter((amount) => amount < 0))),
          )}
        </td>
      </tr>
    </tfoot>
  </table>
);

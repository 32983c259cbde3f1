import type { AccountBalances, Balances } from '../../../accounting/account-groups.ts';
import type { AccountSupport } from '../../../accounting/support.ts';
import { noAccountsLeft } from '../../../documents/main-attachments.ts';
import type { MainAttachmentView, SupportLine, SupportOverview } from '../../close/support.ts';
import { closePath } from '../close-frame.tsx';
import { accountStatus, signOffStatus } from '../support-status.ts';
import { Money, Pill } from './bits.tsx';

interface TableProps {
  readonly id: string;
  readonly overview: SupportOverview;
  /** Only what is not done. */
  readonly remaining: boolean;
}

/** The balance sheet by account group: what came in, what moved, what stands, and what supports it. */
export function SupportTable({ id, overview: { mains, supports }, remaining }: TableProps) {
  const lines = new Map(supports.map((line) => [line.accountGroup, line]));
  const years = mains[0]?.data.priorClosing.map(({ yearEnd }) => yearEnd) ?? [];
  const shown = mains
    .map((main) => ({ main, accounts: accountsOf(main, lines, remaining) }))
    .filter(({ main, accounts }) => accounts.length > 0 || (!remaining && main.data.accounts.length === 0));
  return (
    <div class="table-wrap" tabindex={0} role="region" aria-label="Balanskonton">
      <table class="dense support">
        <thead>
          <tr>
            <th scope="col">Konto</th>
            <th scope="col" class="num">
              IB
            </th>
            <th scope="col" class="num">
              Förändring
            </th>
            <th scope="col" class="num">
              UB
            </th>
            {years.map((yearEnd) => (
              <th scope="col" class="num prior">
                {yearEnd}
              </th>
            ))}
            <th scope="col" class="num">
              Differens
            </th>
            <th scope="col">Bilaga och status</th>
          </tr>
        </thead>
        {shown.map(({ main, accounts }) => (
          <Group id={id} main={main} accounts={accounts} lines={lines} />
        ))}
      </table>
    </div>
  );
}

interface AccountLine {
  readonly balances: AccountBalances;
  readonly support: AccountSupport | undefined;
}

function accountsOf(
  { data, accounts }: MainAttachmentView,
  lines: ReadonlyMap<string, SupportLine>,
  remaining: boolean,
): AccountLine[] {
  const supports = new Map(accounts.map((one) => [one.account, one]));
  return data.accounts
    .map((balances) => ({ balances, support: supports.get(balances.number) }))
    .filter(({ support }) => !remaining || (support && accountStatus(support, lines).tone !== 'good'));
}

const Group = ({
  id,
  main: { accountGroup, data, signOff },
  accounts,
  lines,
}: {
  readonly id: string;
  readonly main: MainAttachmentView;
  readonly accounts: readonly AccountLine[];
  readonly lines: ReadonlyMap<string, SupportLine>;
}) => {
  const status = signOffStatus(signOff);
  return (
    <tbody>
      <tr class="group">
        <th scope="rowgroup">
          <a href={closePath(id, `/bilagor/${accountGroup}`)}>
            {data.code} {data.name}
          </a>
          {data.accounts.length === 0 && <small> {noAccountsLeft}</small>}
        </th>
        <Amounts balances={data} />
        <td></td>
        <td>
          <Pill tone={status.tone}>{status.word}</Pill>
        </td>
      </tr>
      {accounts.map(({ balances, support }) => (
        <Account id={id} balances={balances} support={support} lines={lines} />
      ))}
    </tbody>
  );
};

const Account = ({
  id,
  balances,
  support,
  lines,
}: {
  readonly id: string;
  readonly lines: ReadonlyMap<string, SupportLine>;
} & AccountLine) => {
  const { number, name } = balances;
  const status = accountStatus(support, lines);
  const line = supportOf(number, support, lines);
  return (
    <tr id={`konto-${number}`}>
      <th scope="row" class="account-cell">
        {number} <small>{name}</small>
      </th>
      <Amounts balances={balances} />
      <td class="num">
        {line && support?.supportedBy && line.unexplainedOre !== 0 && <Money ore={line.unexplainedOre} />}
      </td>
      <td class="stands">
        <Pill tone={status.tone}>{status.word}</Pill>
        {line ? (
          <a href={closePath(id, `/bilagor/${line.accountGroup}`)}>{shortName(line)}</a>
        ) : (
          support && (
            <a href={closePath(id, `/egna/ny?konto=${number}`)}>
              Lägg upp<span class="unseen"> bilaga för konto {number}</span>
            </a>
          )
        )}
      </td>
    </tr>
  );
};

const supportOf = (
  account: string,
  support: AccountSupport | undefined,
  lines: ReadonlyMap<string, SupportLine>,
): SupportLine | undefined =>
  lines.get(support?.supportedBy ?? '') ?? [...lines.values()].find((one) => one.accounts.includes(account));

/** "Bilaga 1510", or the title that a person gave. */
const shortName = ({ accountGroup, title }: SupportLine): string =>
  accountGroup.startsWith('own-') ? title : `Bilaga ${accountGroup}`;

const Amounts = ({
  balances: { openingOre, changeOre, closingOre, priorClosing },
}: {
  readonly balances: Balances;
}) => (
  <>
    <td class="num">
      <Money ore={openingOre} />
    </td>
    <td class="num">
      <Money ore={changeOre} />
    </td>
    <td class="num strong">
      <Money ore={closingOre} />
    </td>
    {priorClosing.map((prior) => (
      <td class="num prior">
        <Money ore={prior.closingOre} />
      </td>
    ))}
  </>
);

import type { Child } from 'hono/jsx';
import type { Account } from '../../../accounting/books.ts';
import { ore } from '../../../accounting/money.ts';
import { proposalTitles } from '../../../documents/explanations.ts';
import type { AnsweredProposal } from '../../close/proposals.ts';
import { Moment, Pill } from './bits.tsx';
import { VoucherTable } from './voucher-table.tsx';

interface ProposalsProps {
  readonly proposals: readonly AnsweredProposal[];
  /** `code/text` of what the editor holds already. */
  readonly taken: ReadonlySet<string>;
  readonly accounts: readonly Account[];
}

/** What the attachments propose to book: to take up into the editor, change and save there, or to decline. */
export function Proposals({ proposals, taken, accounts }: ProposalsProps) {
  if (proposals.length === 0) return null;
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  const isTaken = ({ proposal }: AnsweredProposal): boolean => taken.has(`${proposal.code}/${proposal.text}`);
  const declined = proposals.filter((one) => one.declined && !isTaken(one));
  return (
    <section id="forslag" class="proposals">
      <h3>Förslag från bilagorna</h3>
      {proposals
        .filter((one) => !declined.includes(one))
        .map((one) => (
          <OneProposal offered={one} names={names}>
            {isTaken(one) ? (
              <Pill tone="calm">Upptaget</Pill>
            ) : (
              <>
                <Answer value={`forslag:${one.key}`} kind="secondary" about={one}>
                  Ta upp
                </Answer>
                <Answer value={`avboj:${one.key}`} kind="quiet" about={one}>
                  Avböj
                </Answer>
              </>
            )}
          </OneProposal>
        ))}
      {declined.length > 0 && (
        <details>
          <summary>Avböjda förslag ({declined.length})</summary>
          {declined.map((one) => (
            <OneProposal offered={one} names={names}>
              <Answer value={`ateruppta:${one.key}`} kind="secondary" about={one}>
                Ta fram igen
              </Answer>
            </OneProposal>
          ))}
        </details>
      )}
    </section>
  );
}

const Answer = ({
  value,
  kind,
  about: { proposal, accountGroup },
  children,
}: {
  readonly value: string;
  readonly kind: 'secondary' | 'quiet';
  readonly about: AnsweredProposal;
  readonly children?: string;
}) => (
  <button class={kind} form="editor" name="gor" value={value}>
    {children}
    <span class="unseen">
      : {proposalTitles[proposal.code]}, bilaga {accountGroup}
    </span>
  </button>
);

interface OneProposalProps {
  readonly offered: AnsweredProposal;
  readonly names: ReadonlyMap<string, string>;
  readonly children?: Child;
}

const OneProposal = ({
  offered: { accountGroup, kind, proposal, declined },
  names,
  children,
}: OneProposalProps) => (
  <article class="card stack">
    <div class="section-head">
      <h4>
        {proposalTitles[proposal.code]} <span class="muted">· bilaga {accountGroup}</span>
      </h4>
      <Pill tone={kind === 'rule' ? 'good' : 'warn'}>
        {kind === 'rule' ? 'Följer av siffrorna' : 'Kräver bedömning'}
      </Pill>
      <span class="push actions">{children}</span>
    </div>
    {declined && (
      <p class="muted">
        Avböjt av {declined.who} <Moment at={declined.at} />
      </p>
    )}
    <VoucherTable
      adjustment={{
        date: proposal.date,
        text: proposal.text,
        rows: proposal.rows.map(({ account, debitOre, creditOre }) => ({
          account,
          amountOre: ore(debitOre - creditOre),
          text: '',
        })),
      }}
      names={names}
    />
    {proposal.reversalDate && <p class="muted">Vänds {proposal.reversalDate}, i nästa räkenskapsår.</p>}
    {proposal.reckoning.length > 0 && (
      <details>
        <summary>Så är det räknat</summary>
        <ul class="plain">
          {proposal.reckoning.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </details>
    )}
  </article>
);

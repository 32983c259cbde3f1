import type { Account } from '../../../accounting/books.ts';
import { ore } from '../../../accounting/money.ts';
import { proposalTitles } from '../../../documents/explanations.ts';
import type { OfferedProposal } from '../../close/attachments.ts';
import { Pill } from './bits.tsx';
import { VoucherTable } from './voucher-table.tsx';

interface ProposalsProps {
  readonly proposals: readonly OfferedProposal[];
  /** `code/text` of what the editor holds already. */
  readonly taken: ReadonlySet<string>;
  readonly accounts: readonly Account[];
}

/** What the attachments propose to book: to take up into the editor, change and save there, or leave. */
export function Proposals({ proposals, taken, accounts }: ProposalsProps) {
  if (proposals.length === 0) return null;
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  return (
    <section id="forslag" class="proposals">
      <h3>Förslag från bilagorna</h3>
      {proposals.map(({ key, accountGroup, kind, proposal }) => (
        <article class="card stack">
          <div class="section-head">
            <h4>
              {proposalTitles[proposal.code]} <span class="muted">· bilaga {accountGroup}</span>
            </h4>
            <Pill tone={kind === 'rule' ? 'good' : 'warn'}>
              {kind === 'rule' ? 'Följer av siffrorna' : 'Kräver bedömning'}
            </Pill>
            <span class="push">
              {taken.has(`${proposal.code}/${proposal.text}`) ? (
                <Pill tone="calm">Upptaget</Pill>
              ) : (
                <button class="secondary" form="editor" name="gor" value={`forslag:${key}`}>
                  Ta upp
                </button>
              )}
            </span>
          </div>
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
      ))}
    </section>
  );
}

import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestApproval } from '../../db/stores/approvals.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { confirmVoucher, moveVoucher } from '../../db/stores/export-vouchers.ts';
import { findOpenOrder, listVouchers } from '../../db/stores/exports.ts';
import type { ExportVoucher } from '../../db/stores/exports.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { acceptLedgerChange, findLedgerChange } from '../../db/stores/ledger-changes.ts';
import type { FoundLedgerChange } from '../../db/stores/ledger-changes.ts';
import type { Caller, ClientContext } from './context.ts';
import { retryStep } from './messages.ts';

/** A voucher at Fortnox, named by a person. */
export interface NamedVoucher {
  readonly position: number;
  readonly series: string;
  readonly number: number;
}

/**
 * A person says that a voucher in Fortnox is the one that was sent, and takes it as it stands there; then the export goes on.
 * Of several with one mark it names the right one, which is read back afterwards; one that differs from what was sent is accepted.
 * @throws Problem `export.nothing-to-decide`, `export.not-a-candidate`
 */
export async function takeVoucher(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  named: NamedVoucher,
): Promise<void> {
  await context.database.forFirm(caller.firmId, async (tx) => {
    const voucher = await undecided(tx, engagementId, named.position);
    const { actor } = caller;
    if (voucher.status === 'differs') {
      if (named.series !== voucher.fortnoxSeries || named.number !== voucher.fortnoxNumber)
        throw notACandidate(named);
      await confirmVoucher(tx, voucher, actor, { accepted: voucher.problem?.code });
      return;
    }
    const fortnox = voucher.problem?.candidates?.find(
      ({ series, number }) => series === named.series && number === named.number,
    );
    if (!fortnox) throw notACandidate(named);
    await moveVoucher(tx, voucher, 'ambiguous', { to: 'posted', fortnox });
    await recordHistory(tx, {
      actor,
      event: 'voucher.named',
      engagementId,
      details: { orderId: voucher.orderId, position: voucher.position, voucher: nameOf(named) },
    });
  });
  await retryStep(context, caller, engagementId);
}

async function undecided(
  tx: FirmTransaction,
  engagementId: string,
  position: number,
): Promise<ExportVoucher> {
  await getEngagement(tx, engagementId);
  const order = await findOpenOrder(tx, engagementId);
  const voucher = order && (await listVouchers(tx, order.id)).find((one) => one.position === position);
  if (voucher && (voucher.status === 'ambiguous' || voucher.problem?.code === 'export.differs'))
    return voucher;
  throw new Problem({
    code: 'export.nothing-to-decide',
    what: `Verifikation ${position} i överföringen väntar inte på något val.`,
    advice: 'Läs in sidan igen för att se hur överföringen står.',
  });
}

const nameOf = ({ series, number }: NamedVoucher): string => `${series}-${number}`;

const notACandidate = (named: NamedVoucher): Problem =>
  new Problem({
    code: 'export.not-a-candidate',
    what: `Verifikation ${nameOf(named)} är inte en av dem som kan vara den sända.`,
    advice: 'Välj en av de verifikationer som visas. Har något ändrats i Fortnox: försök igen först.',
  });

/** What the latest approval's export found changed in Fortnox; undefined when nothing stopped it. */
export async function ledgerChange(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<FoundLedgerChange | undefined> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    return latestChange(tx, engagementId);
  });
}

/**
 * A person accepts that the ledger has changed since the import that was approved, and the export goes on; a later change stops
 * it again.
 * @param fingerprint of the change that the person saw
 * @throws Problem `export.no-such-change`
 */
export async function acceptChange(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  fingerprint: string,
): Promise<void> {
  await context.database.forFirm(caller.firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const change = await latestChange(tx, engagementId);
    if (change?.fingerprint !== fingerprint) {
      throw new Problem({
        code: 'export.no-such-change',
        what: 'Ändringen i bokföringen är inte den som överföringen stannade på.',
        advice: 'Läs in sidan igen och se vilka ändringar som gäller nu.',
      });
    }
    await acceptLedgerChange(tx, engagementId, change, caller.actor);
  });
  await retryStep(context, caller, engagementId);
}

async function latestChange(
  tx: FirmTransaction,
  engagementId: string,
): Promise<FoundLedgerChange | undefined> {
  const approval = await findLatestApproval(tx, engagementId);
  return approval && findLedgerChange(tx, { engagementId, approvalId: approval.id });
}

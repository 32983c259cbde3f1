import { randomUUID } from 'node:crypto';
import { faultsOfAccountSets } from '../../accounting/account-set.ts';
import type { AccountSets } from '../../accounting/account-set.ts';
import type { Ledger } from '../../accounting/books.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { getEngagement, lockEngagement, updateSettings } from '../../db/stores/engagements.ts';
import { listHistoryOf, recordHistory } from '../../db/stores/history.ts';
import { enqueueSignal } from '../../db/stores/outbox.ts';
import type { EngagementSettings } from '../../db/schema/engagement.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { Caller, ClientContext } from './context.ts';
import { deliverSoon } from './signals.ts';
import { closeStatus } from './status.ts';

/** Which accounts the subledgers tie to, as people have set them; a ledger without any ties to the usual ones. */
export interface ChosenAccountSets {
  readonly accountSets: AccountSets;
  /** How many times they were changed. */
  readonly version: number;
}

/** As settings hold them: what is not set is absent. @throws Problem `settings.account-sets-invalid` */
export function settingsOf(sets: AccountSets): Pick<EngagementSettings, 'accountSets'> {
  const faults = faultsOfAccountSets(sets);
  if (faults.length > 0) throw new Problem({ ...invalid, what: faults.join(' ') });
  const chosen = (['receivables', 'payables'] as const).flatMap((ledger): [Ledger, readonly string[]][] => {
    const accounts = sets[ledger] ?? [];
    return accounts.length > 0 ? [[ledger, accounts]] : [];
  });
  return chosen.length > 0 ? { accountSets: Object.fromEntries(chosen) } : {};
}

export async function readAccountSets(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<ChosenAccountSets> {
  return database.forFirm(firmId, async (tx) => {
    const { settings } = await getEngagement(tx, engagementId);
    return { accountSets: settings.accountSets ?? {}, version: await versionOf(tx, engagementId) };
  });
}

/**
 * Changes which accounts the subledgers tie to. Books that are there are imported again, since what is looked up in
 * Fortnox follows from the set, and the attachments are made of that import as of any other.
 * @param seen the version that the person worked from
 * @throws Problem `settings.account-sets-invalid`, `settings.account-sets-conflict`, `settings.account-sets-not-now`
 */
export async function setAccountSets(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  sets: AccountSets,
  seen: number,
): Promise<ChosenAccountSets> {
  const chosen = settingsOf(sets);
  const { phase, allowed } = await closeStatus(context, caller, engagementId);
  const isImported = phase !== 'awaitingConnection';
  if (isImported && !allowed.includes('import')) throw new Problem(notNow);
  const signalId = await context.database.forFirm(caller.firmId, async (tx) => {
    const { settings } = await lockEngagement(tx, engagementId);
    if ((await versionOf(tx, engagementId)) !== seen) throw new Problem(conflict);
    const { accountSets: _, ...others } = settings;
    await updateSettings(tx, engagementId, { ...others, ...chosen });
    const { receivables = [], payables = [] } = sets;
    const details = { receivables: receivables.join(', '), payables: payables.join(', ') };
    await recordHistory(tx, { actor: caller.actor, event: changed, engagementId, details });
    return isImported ? askForImport(tx, caller, engagementId) : undefined;
  });
  await deliverSoon(context, caller.firmId, signalId);
  return { accountSets: chosen.accountSets ?? {}, version: seen + 1 };
}

async function askForImport(tx: FirmTransaction, { actor }: Caller, engagementId: string): Promise<string> {
  const requestId = randomUUID();
  await recordHistory(tx, { actor, event: 'import.requested', engagementId, details: { requestId } });
  return enqueueSignal(tx, {
    workflowId: closeWorkflowId(engagementId),
    signal: 'importRequested',
    args: [{ requestId, requestedBy: 'person' }],
  });
}

const changed = 'settings.account-sets-set';

const versionOf = async (tx: FirmTransaction, engagementId: string): Promise<number> =>
  (await listHistoryOf(tx, engagementId, [changed])).length;

const invalid = {
  code: 'settings.account-sets-invalid',
  advice: 'Ange balanskonton, åtskilda med komma; inget konto i båda reskontrorna.',
};

const conflict = {
  code: 'settings.account-sets-conflict',
  what: 'Någon annan har ändrat kontona sedan du läste dem.',
  advice: 'Läs in dem på nytt och ändra igen.',
};

const notNow = {
  code: 'settings.account-sets-not-now',
  what: 'Kontona kan inte ändras nu: bokslutet importeras, förs över eller är avslutat.',
  advice: 'Vänta tills bokslutet justeras igen.',
};

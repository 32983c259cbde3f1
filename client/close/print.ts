import type { MainAttachment } from '../../accounting/account-groups.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import { attachmentKind } from '../../accounting/attachment-kind.ts';
import type { WorkedOn } from '../../accounting/figures.ts';
import type { OwnAttachment } from '../../accounting/own-attachment.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestApproval } from '../../db/stores/approvals.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { getFirm } from '../../db/stores/firms.ts';
import { frameRows } from '../../db/stores/frame-rows.ts';
import { signOffStates } from '../../db/stores/sign-off-states.ts';
import type { SignOffState } from '../../db/stores/sign-off-states.ts';
import { getSnapshot, loadRegisters } from '../../db/stores/snapshots.ts';
import type { SignOff } from '../../documents/content.ts';
import { frameOf } from '../../documents/frame.ts';
import { historyEntry } from '../../documents/history-entry.ts';
import { mainGroups, supportNames } from '../../documents/main-attachments.ts';
import { renderInThread } from '../../documents/render.ts';
import { systemDocumentation } from '../../documents/system-documentation.ts';
import type { Caller, ClientContext } from './context.ts';
import type { Download } from './files.ts';
import { closeHistory } from './history.ts';
import { frameNow, printed } from './print-frame.ts';
import type { PrintType } from './print-frame.ts';
import { readSignOffs } from './sign-offs.ts';
import type { SignOffView } from './sign-offs.ts';

/**
 * Documents that are made when somebody asks for them, from what stands right now. The binder holds them as they stood
 * when the close was completed.
 */

/** The processing history (behandlingshistorik) as PDF or XLSX. @throws Problem `adjustments.nothing-imported` */
export async function historyFile(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  type: PrintType,
): Promise<Download> {
  const { frame, engagement } = await frameNow(context, caller, engagementId);
  const entries = (await closeHistory(context, caller, engagementId)).map((line) =>
    historyEntry(line, line.who),
  );
  const kind = type === 'pdf' ? 'historyPdf' : 'historyXlsx';
  const bytes = await renderInThread(kind, { ...frame, entries });
  return printed(`behandlingshistorik-${engagement.yearTo}`, type, bytes);
}

/** The systemdokumentation of the close (BFL 5:11). @throws Problem `adjustments.nothing-imported` */
export async function systemDocumentationPdf(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<Download> {
  const { frame, engagement, snapshot } = await frameNow(context, caller, engagementId);
  const facts = await context.database.forFirm(caller.firmId, async (tx) => {
    const approval = await findLatestApproval(tx, engagementId);
    const sent = await listVouchersOfEngagement(tx, engagementId);
    return {
      ...(await loadRegisters(tx, snapshot)),
      header: snapshot.header,
      ledgers: (await signOffStates(tx, engagementId))
        .filter(({ accountGroup }) => attachmentKind(accountGroup) === 'ledger')
        .map(({ current }) => current.data as Attachment),
      closeSeries: [...sent.map(({ series }) => series), ...(approval ? [approval.series] : [])],
      materialityOre: engagement.settings.materialityOre,
      fourEyes: (await getFirm(tx)).fourEyes,
    };
  });
  const bytes = await renderInThread('systemDocumentationPdf', systemDocumentation(frame, facts));
  return printed(`systemdokumentation-${engagement.yearTo}`, 'pdf', bytes);
}

/**
 * A main attachment, or all of them when no group is named, with what supports each account, as PDF or XLSX.
 * @throws Problem `attachments.not-found`, `adjustments.nothing-imported`
 */
export async function mainAttachmentFile(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string | undefined,
  type: PrintType,
): Promise<Download> {
  const { frame, engagement } = await frameNow(context, caller, engagementId);
  const { mains, names, signOff } = await context.database.forFirm(caller.firmId, async (tx) => {
    const states = await signOffStates(tx, engagementId);
    const of = (kind: 'ledger' | 'own') =>
      states
        .filter((state) => attachmentKind(state.accountGroup) === kind)
        .map(({ current }) => current.data);
    const chosen = states.filter((state) =>
      accountGroup === undefined
        ? attachmentKind(state.accountGroup) === 'main'
        : state.accountGroup === accountGroup && attachmentKind(accountGroup) === 'main',
    );
    const signOffs = await signOffsIn(tx, chosen);
    return {
      mains: chosen.map(({ current }, index) => {
        const main = current.data as MainAttachment & WorkedOn;
        const signed = accountGroup === undefined ? signOffs[index] : undefined;
        return { ...main, ...(signed && { signOff: signed }) };
      }),
      names: supportNames(of('ledger') as Attachment[], of('own') as OwnAttachment[]),
      signOff: accountGroup === undefined ? undefined : signOffs[0],
    };
  });
  if (mains.length === 0) throw notFound(accountGroup ?? '');
  const document = { ...frame, groups: mainGroups(mains, names), ...(signOff && { signOff }) };
  const name = `huvudbilaga-${accountGroup ?? 'alla'}-${engagement.yearTo}`;
  return printed(
    name,
    type,
    await renderInThread(type === 'pdf' ? 'mainAttachmentPdf' : 'mainAttachmentXlsx', document),
  );
}

/**
 * The attachment of a ledger (1510, 2440) as PDF or XLSX, as it stands right now: with its signatures, what people have
 * said of its items, and which version it is when a re-import offers another.
 * @throws Problem `attachments.not-found`
 */
export async function attachmentFile(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  accountGroup: string,
  type: PrintType,
): Promise<Download> {
  const document = await database.forFirm(firmId, async (tx) => {
    const engagement = await getEngagement(tx, engagementId);
    const states = await signOffStates(tx, engagementId);
    const state = states.find((one) => one.accountGroup === accountGroup);
    if (!state || attachmentKind(accountGroup) !== 'ledger') throw notFound(accountGroup);
    const attachment = state.current.data as Attachment & WorkedOn;
    return {
      ...frameOf(await frameRows(tx, engagement, await getSnapshot(tx, state.current.snapshotId))),
      signOff: await signOffIn(tx, state),
      attachment,
      ...(attachment.note !== undefined && { note: attachment.note }),
    };
  });
  const name = `bilaga-${accountGroup}-version-${document.signOff.version}`;
  return printed(
    name,
    type,
    await renderInThread(type === 'pdf' ? 'attachmentPdf' : 'attachmentXlsx', document),
  );
}

/** An own attachment as PDF or XLSX. @throws Problem `attachments.not-found` */
export async function ownAttachmentFile(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
  type: PrintType,
): Promise<Download> {
  const made = await database.forFirm(caller.firmId, async (tx) => {
    const engagement = await getEngagement(tx, engagementId);
    const states = await signOffStates(tx, engagementId);
    const state = states.find((one) => one.accountGroup === accountGroup);
    if (!state || attachmentKind(accountGroup) !== 'own') throw notFound(accountGroup);
    const { data, snapshotId } = state.current;
    return {
      ...frameOf(await frameRows(tx, engagement, await getSnapshot(tx, snapshotId))),
      signOff: await signOffIn(tx, state),
      attachment: data as OwnAttachment,
    };
  });
  const name = `bilaga-${accountGroup}-version-${made.signOff.version}`;
  return printed(
    name,
    type,
    await renderInThread(type === 'pdf' ? 'ownAttachmentPdf' : 'ownAttachmentXlsx', made),
  );
}

const signOffIn = async (tx: FirmTransaction, state: SignOffState): Promise<SignOff> =>
  (await signOffsIn(tx, [state]))[0]!;

async function signOffsIn(tx: FirmTransaction, states: readonly SignOffState[]): Promise<SignOff[]> {
  const views = await readSignOffs(tx, states);
  return views.map((view, index) => signOffOf(view, states[index]?.offer));
}

/** The signatures that hold, as a document shows them. */
function signOffOf({ status, version, history }: SignOffView, offer: SignOffState['offer']): SignOff {
  const signature = (role: 'prepared' | 'reviewed') => {
    const found = history.find((one) => one.role === role && one.holds);
    return found && { name: found.who, at: found.at.toISOString() };
  };
  const prepared = signature('prepared');
  const approved = signature('reviewed');
  return {
    status: status === 'reviewed' ? 'approved' : status,
    version,
    ...(offer && { offeredVersion: offer.version }),
    ...(prepared && { prepared }),
    ...(approved && { approved }),
  };
}

const notFound = (accountGroup: string): Problem =>
  new Problem({
    code: 'attachments.not-found',
    what: `Bokslutet har ingen sådan bilaga ${accountGroup}.`.replace(' .', '.'),
    advice: 'Importera bokföringen först, eller välj en bilaga ur bokslutets lista.',
  });

import { attachmentKind } from '../../accounting/attachment-kind.ts';
import type { AttachmentKind } from '../../accounting/attachment-kind.ts';
import { figureName } from '../../accounting/figures.ts';
import type { MovedFigure } from '../../accounting/figures.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Actor } from '../../db/actor.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { signAttachment as storeSignature } from '../../db/stores/attachments.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { getFirm } from '../../db/stores/firms.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { signOffStates } from '../../db/stores/sign-off-states.ts';
import type { SignOffState } from '../../db/stores/sign-off-states.ts';
import type { Caller, ClientContext } from './context.ts';
import { actorNames } from '../../db/stores/users.ts';

export type SignOffRole = 'prepared' | 'reviewed';

/** A signature as people read it. */
export interface SignatureView {
  readonly role: SignOffRole;
  readonly signedBy: Actor;
  readonly who: string;
  readonly at: Date;
  /** The version that it was put under. */
  readonly version: number;
  readonly holds: boolean;
  /** What moved since, with each figure's Swedish name; empty while it holds. */
  readonly moved: readonly (MovedFigure & { readonly name: string })[];
}

/** `stale`: signed once, and no signature holds any more. */
export interface SignOffView {
  readonly accountGroup: string;
  readonly kind: AttachmentKind;
  readonly version: number;
  readonly status: 'draft' | 'prepared' | 'reviewed' | 'stale';
  /** The firm's policy is met: reviewed by another than the preparer when it asks for four eyes, else signed by anyone. */
  readonly signed: boolean;
  /** A re-import has laid another version beside the one that was worked on. */
  readonly offerWaits: boolean;
  /** Every signature that was ever given, newest first. */
  readonly history: readonly SignatureView[];
}

/** How each attachment of the close stands with its signatures, by account group. */
export async function listSignOffs(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<SignOffView[]> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    return readSignOffs(tx, await signOffStates(tx, engagementId));
  });
}

export async function readSignOffs(
  tx: FirmTransaction,
  states: readonly SignOffState[],
): Promise<SignOffView[]> {
  const { fourEyes } = await getFirm(tx);
  const signed = states.flatMap(({ signatures }) => signatures.map(({ signedBy }) => signedBy));
  const names = await actorNames(tx, signed);
  return states.map((state) => viewOf(state, fourEyes, names));
}

/**
 * Puts the caller's name under an attachment as it stands.
 * @param sign the version that the person saw
 * @throws Problem `attachments.not-found`, `sign-off.moved-on`, `sign-off.offer-waits`, `sign-off.not-a-person`,
 * `sign-off.four-eyes`, `sign-off.not-prepared`
 */
export async function signOff(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
  sign: { readonly version: number; readonly role: SignOffRole },
): Promise<SignOffView> {
  return database.forFirm(caller.firmId, async (tx) => {
    const { fourEyes } = await getFirm(tx);
    const state = await attachmentState(tx, engagementId, accountGroup);
    refuse(state, caller, sign, fourEyes);
    await storeSignature(tx, { attachmentId: state.current.id, role: sign.role, signedBy: caller.actor });
    await recordHistory(tx, {
      actor: caller.actor,
      event: `attachments.${sign.role}`,
      engagementId,
      details: { accountGroup, version: sign.version, figuresHash: state.current.figuresHash },
    });
    const [view] = await readSignOffs(tx, [await attachmentState(tx, engagementId, accountGroup)]);
    return view!;
  });
}

/** How one attachment stands. @throws Problem `attachments.not-found`, `engagements.not-found` */
export async function attachmentState(
  tx: FirmTransaction,
  engagementId: string,
  accountGroup: string,
): Promise<SignOffState> {
  await getEngagement(tx, engagementId);
  const [state] = await signOffStates(tx, engagementId, accountGroup);
  if (state) return state;
  throw new Problem({
    code: 'attachments.not-found',
    what: `Bokslutet har ingen bilaga ${accountGroup}.`,
    advice: 'Importera bokföringen först, eller välj en bilaga ur bokslutets lista.',
  });
}

function viewOf(
  { accountGroup, current, offer, signatures }: SignOffState,
  fourEyes: boolean,
  names: ReadonlyMap<Actor, string>,
): SignOffView {
  const holding = signatures.filter(({ holds }) => holds);
  const prepared = holding.find(({ role }) => role === 'prepared');
  const reviewed = holding.find(
    ({ role, signedBy }) => role === 'reviewed' && !(fourEyes && signedBy === prepared?.signedBy),
  );
  return {
    accountGroup,
    kind: attachmentKind(accountGroup),
    version: current.version,
    status: reviewed ? 'reviewed' : prepared ? 'prepared' : signatures.length > 0 ? 'stale' : 'draft',
    signed: fourEyes ? reviewed !== undefined : holding.length > 0,
    offerWaits: offer !== undefined,
    history: signatures.map(({ role, signedBy, signedAt, version, holds, moved }) => ({
      role,
      signedBy,
      who: names.get(signedBy) ?? signedBy,
      at: signedAt,
      version,
      holds,
      moved: moved.map((one) => ({ ...one, name: figureName(one.figure) })),
    })),
  };
}

function refuse(
  { accountGroup, current, offer, signatures }: SignOffState,
  { actor }: Caller,
  { version, role }: { readonly version: number; readonly role: SignOffRole },
  fourEyes: boolean,
): void {
  const problem = (code: string, what: string, advice: string): never => {
    throw new Problem({ code, what, advice });
  };
  if (!actor.startsWith('user:'))
    problem('sign-off.not-a-person', 'Bara en person kan signera en bilaga.', 'Logga in som användare.');
  if (current.version !== version)
    problem(
      'sign-off.moved-on',
      `Bilagan ${accountGroup} finns nu i version ${current.version}; du såg version ${version}.`,
      'Läs in bilagan igen och granska den innan du signerar.',
    );
  if (offer)
    problem(
      'sign-off.offer-waits',
      `Bokföringen har ändrats under bilaga ${accountGroup}, och ett nytt förslag väntar på svar.`,
      'Ta över eller avböj förslaget först.',
    );
  if (role !== 'reviewed' || !fourEyes) return;
  const prepared = signatures.find((one) => one.holds && one.role === 'prepared');
  if (!prepared)
    problem(
      'sign-off.not-prepared',
      `Bilagan ${accountGroup} är inte upprättad av någon, och byrån kräver fyra ögon.`,
      'Låt den som upprättat bilagan signera först.',
    );
  if (prepared?.signedBy === actor)
    problem(
      'sign-off.four-eyes',
      'Du har själv upprättat bilagan, och byrån kräver fyra ögon.',
      'Låt en annan person på byrån granska den.',
    );
}

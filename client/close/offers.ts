import { attachmentKind } from '../../accounting/attachment-kind.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { figureName, figuresOf, movedFigures } from '../../accounting/figures.ts';
import type { MovedFigure, WorkedOn } from '../../accounting/figures.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { sha256 } from '../../db/hash.ts';
import { saveAttachment } from '../../db/stores/attachments.ts';
import type { StoredAttachment } from '../../db/stores/attachments.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { signOffStates } from '../../db/stores/sign-off-states.ts';
import type { Caller, ClientContext } from './context.ts';
import { attachmentState } from './sign-offs.ts';

/** A worked-on attachment and what a re-import offers in its place, side by side. */
export interface Offer {
  readonly accountGroup: string;
  readonly current: Omit<StoredAttachment, 'firmId'>;
  readonly offered: Omit<StoredAttachment, 'firmId'>;
  readonly moved: readonly (MovedFigure & { readonly name: string })[];
}

const longestNote = 20_000;

/** What waits for a person's word. */
export async function listOffers(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<Offer[]> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    return (await signOffStates(tx, engagementId)).flatMap(({ accountGroup, current, offer }) => {
      if (!offer) return [];
      const { firmId: _, ...before } = current;
      const { firmId: __, ...offered } = offer;
      const moved = movedFigures(
        figuresOf(accountGroup, current.data),
        figuresOf(accountGroup, offer.data),
      ).map((one) => ({ ...one, name: figureName(one.figure) }));
      return [{ accountGroup, current: before, offered, moved }];
    });
  });
}

/**
 * Takes over what a re-import offers; what the person has written stays.
 * @param version of the offer that the person saw
 * @throws Problem `offers.none`, `attachments.conflict`
 */
export const acceptOffer = (
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
  version: number,
): Promise<StoredAttachment> =>
  answer(
    context,
    caller,
    engagementId,
    accountGroup,
    version,
    'attachments.offer-accepted',
    (current, offered) => {
      const { note, marks } = current as WorkedOn;
      return { ...offered, ...(note !== undefined && { note }), ...(marks && { marks }) };
    },
  );

/**
 * Keeps the attachment as it was worked on. The figures that were turned down stay known: signatures fall, since the books
 * have moved, and the same figures are not offered again.
 * @throws as `acceptOffer`
 */
export const declineOffer = (
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
  version: number,
): Promise<StoredAttachment> =>
  answer(
    context,
    caller,
    engagementId,
    accountGroup,
    version,
    'attachments.offer-declined',
    (current, offered) => ({
      ...current,
      keptAgainst: figuresOf(accountGroup, offered),
    }),
  );

/** The note under an attachment, empty when there is none, and the version that carries it. @throws Problem `attachments.not-found` */
export async function readNote(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  accountGroup: string,
): Promise<{ readonly note: string; readonly version: number }> {
  return database.forFirm(firmId, async (tx) => {
    const { current } = await attachmentState(tx, engagementId, accountGroup);
    return { note: (current.data as WorkedOn).note ?? '', version: current.version };
  });
}

/**
 * Writes a note under an attachment that is made from the books, which makes it a worked-on one; empty removes it.
 * @throws Problem `attachments.not-found`, `attachments.conflict`, `attachments.note-too-long`, `attachments.note-own`, `offers.waits`
 */
export async function saveNote(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
  save: { readonly expectedVersion: number; readonly note: string },
): Promise<StoredAttachment> {
  if (save.note.length > longestNote) throw new Problem(noteTooLong);
  if (attachmentKind(accountGroup) === 'own') throw new Problem(noteOwn);
  return database.forFirm(caller.firmId, async (tx) => {
    const { current, offer, newestVersion } = await attachmentState(tx, engagementId, accountGroup);
    if (offer) throw new Problem(offerFirst);
    // An offer that the books took back has a number of its own, which nobody sees.
    const expectedVersion = save.expectedVersion === current.version ? newestVersion : save.expectedVersion;
    const { note: _, ...data } = current.data as object & WorkedOn;
    const note = save.note.trim();
    return saveWorkedOn(tx, caller, current, {
      event: 'attachments.note-saved',
      expectedVersion,
      snapshotId: current.snapshotId,
      data: { ...data, ...(note !== '' && { note }) },
    });
  });
}

async function answer(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
  version: number,
  event: string,
  settle: (current: object, offered: object) => object,
): Promise<StoredAttachment> {
  return database.forFirm(caller.firmId, async (tx) => {
    const { current, offer } = await attachmentState(tx, engagementId, accountGroup);
    if (!offer) throw new Problem(noOffer);
    return saveWorkedOn(tx, caller, current, {
      event,
      expectedVersion: version,
      snapshotId: offer.snapshotId,
      data: settle(current.data as object, offer.data as object),
    });
  });
}

/** Saves what a person has made of an attachment as its next version, with a line of history. */
export async function saveWorkedOn(
  tx: FirmTransaction,
  { actor }: Caller,
  { engagementId, accountGroup }: StoredAttachment,
  {
    event,
    about,
    data,
    ...save
  }: {
    readonly event: string;
    /** What of the attachment it concerned, for the history. */
    readonly about?: Readonly<Record<string, string>>;
    readonly expectedVersion: number;
    readonly snapshotId: string;
    readonly data: object;
  },
): Promise<StoredAttachment> {
  const stored = await saveAttachment(tx, {
    ...save,
    engagementId,
    accountGroup,
    origin: 'edited',
    data,
    figuresHash: sha256(canonicalJson(figuresOf(accountGroup, data))),
    savedBy: actor,
  });
  await recordHistory(tx, {
    actor,
    event,
    engagementId,
    details: { accountGroup, version: stored.version, ...about },
    onceKey: `${event}/${stored.id}`,
  });
  return stored;
}

const noOffer = {
  code: 'offers.none',
  what: 'Inget förslag väntar på svar för bilagan.',
  advice: 'Läs in bilagan igen.',
};

export const offerFirst = {
  code: 'offers.waits',
  what: 'Bokföringen har ändrats under bilagan, och ett nytt förslag väntar på svar.',
  advice: 'Ta över eller avböj förslaget först.',
};

const noteTooLong = {
  code: 'attachments.note-too-long',
  what: `Anteckningen är längre än ${longestNote} tecken.`,
  advice: 'Korta den, eller lägg texten i en egen bilaga.',
};

const noteOwn = {
  code: 'attachments.note-own',
  what: 'En egen bilaga har sin text i sig.',
  advice: 'Ändra bilagans text i stället.',
};

import { figureName, figuresOf, movedFigures } from '../../accounting/figures.ts';
import type { MovedFigure, WorkedOn } from '../../accounting/figures.ts';
import type { StoredAttachment } from '../../db/stores/attachments.ts';
import { getFirm } from '../../db/stores/firms.ts';
import type { Caller, ClientContext } from './context.ts';
import { attachmentState, readSignOffs } from './sign-offs.ts';
import type { SignOffView } from './sign-offs.ts';

/** One attachment of any kind as it stands: what it says, its signatures, and what a re-import offers in its place. */
export interface AttachmentView {
  readonly current: StoredAttachment;
  readonly offer: StoredAttachment | undefined;
  /** Between the two; empty when nothing is offered. */
  readonly moved: readonly (MovedFigure & { readonly name: string })[];
  readonly note: string;
  readonly signOff: SignOffView;
  /** The firm asks for a reviewer who is another than the preparer. */
  readonly fourEyes: boolean;
}

/** @throws Problem `attachments.not-found`, `engagements.not-found` */
export async function viewAttachment(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  accountGroup: string,
): Promise<AttachmentView> {
  return database.forFirm(firmId, async (tx) => {
    const state = await attachmentState(tx, engagementId, accountGroup);
    const { current, offer } = state;
    const [signOff] = await readSignOffs(tx, [state]);
    const moved = offer
      ? movedFigures(figuresOf(accountGroup, current.data), figuresOf(accountGroup, offer.data))
      : [];
    return {
      current,
      offer,
      moved: moved.map((one) => ({ ...one, name: figureName(one.figure) })),
      note: (current.data as WorkedOn).note ?? '',
      signOff: signOff!,
      fourEyes: (await getFirm(tx)).fourEyes,
    };
  });
}

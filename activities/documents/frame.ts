import type { Actor } from '../../db/actor.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { getCompany } from '../../db/stores/companies.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { getFirm } from '../../db/stores/firms.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { findUser } from '../../db/stores/users.ts';
import { frame } from '../../documents/frame.ts';
import type { Frame } from '../../documents/frame.ts';

export type { Frame } from '../../documents/frame.ts';

export async function frameOf(
  tx: FirmTransaction,
  engagement: Engagement,
  snapshot: Snapshot,
): Promise<Frame> {
  return frame({
    firm: await getFirm(tx),
    company: await getCompany(tx, engagement.companyId),
    year: { from: engagement.yearFrom, to: engagement.yearTo },
    snapshot,
  });
}

/** An actor as accountants know it: the person's name, or what acted in its stead. */
export async function nameOf(tx: FirmTransaction, actor: Actor): Promise<string> {
  if (actor === 'system') return 'Programmet';
  if (actor.startsWith('key:')) return 'Byråns program (API)';
  return (await findUser(tx, actor.slice('user:'.length)))?.name ?? 'Okänd användare';
}

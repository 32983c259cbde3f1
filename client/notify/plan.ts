import type { FirmTransaction } from '../../db/database.ts';
import { getConnection } from '../../db/stores/connections.ts';
import { createDeliveries } from '../../db/stores/deliveries.ts';
import { getEngagement, listEngagements } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { lockUnsent, markSent } from '../../db/stores/notifications.ts';
import type { Notification } from '../../db/stores/notifications.ts';
import { findUser, listUsers } from '../../db/stores/users.ts';
import type { User } from '../../db/stores/users.ts';
import { getFirm } from '../../db/stores/firms.ts';
import { listEndpoints } from '../../db/stores/webhook-endpoints.ts';
import { isForApprovers } from './kinds.ts';

/**
 * Writes down to whom a notification goes: by e-mail to the user who answers for the close, else to the firm's
 * administrators, or to those who may approve; by webhook to each of the firm's endpoints. Once; with no channel at all it goes nowhere, and stays so.
 */
export async function planDeliveries(
  tx: FirmTransaction,
  notificationId: string,
  channels: { readonly mail: boolean },
): Promise<void> {
  const notification = await lockUnsent(tx, notificationId);
  if (!notification) return;
  const people = channels.mail ? await receiversOf(tx, notification) : [];
  const endpoints = await listEndpoints(tx);
  await createDeliveries(tx, notificationId, [
    ...people.map(({ id }) => ({ userId: id })),
    ...endpoints.map(({ id }) => ({ endpointId: id })),
  ]);
  await markSent(tx, notificationId);
}

async function receiversOf(tx: FirmTransaction, notification: Notification): Promise<User[]> {
  if (isForApprovers(notification.kind)) return approversOf(tx, notification);
  const responsible = (await engagementOf(tx, notification))?.responsibleUserId;
  const user = responsible ? await findUser(tx, responsible) : undefined;
  if (user && mayGetMail(user)) return [user];
  return (await listUsers(tx)).filter((one) => one.role === 'administrator' && mayGetMail(one));
}

/** All who could say yes: never who asked, nor, with four eyes, who saved it. */
async function approversOf(tx: FirmTransaction, { details }: Notification): Promise<User[]> {
  const { askedBy, savedBy } = details as { readonly askedBy?: string; readonly savedBy?: string };
  const { fourEyes } = await getFirm(tx);
  const cannot = new Set([askedBy, ...(fourEyes ? [savedBy] : [])]);
  return (await listUsers(tx)).filter(
    (user) => user.role !== 'preparer' && mayGetMail(user) && !cannot.has(`user:${user.id}`),
  );
}

export const mayGetMail = ({ active, email }: User): boolean => active && email !== '';

/** The close that it is about; of what is about a login alone the company's close with the newest balance date. */
export async function engagementOf(
  tx: FirmTransaction,
  { engagementId, connectionId }: Pick<Notification, 'engagementId' | 'connectionId'>,
): Promise<Engagement | undefined> {
  if (engagementId !== null) return getEngagement(tx, engagementId);
  if (connectionId === null) return undefined;
  const { companyId } = await getConnection(tx, connectionId);
  return (await listEngagements(tx)).find((engagement) => engagement.companyId === companyId);
}

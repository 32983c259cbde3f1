import { Problem } from '../../accounting/problem.ts';
import { listDeliveries } from '../../db/stores/deliveries.ts';
import type { Delivery } from '../../db/stores/deliveries.ts';
import { findNotification, pageOfNotifications } from '../../db/stores/notifications.ts';
import type { Notification } from '../../db/stores/notifications.ts';
import type { Caller } from '../close/context.ts';
import type { Notifying } from './context.ts';

export interface NotificationView {
  readonly notification: Notification;
  /** `waiting`: for the next sweep. `noChannel`: there was neither e-mail nor webhook to send it by. */
  readonly state: 'waiting' | 'noChannel' | 'handedOver';
  readonly deliveries: readonly DeliveryView[];
}

export interface DeliveryView extends Delivery {
  /** `gaveUp`: not received, and not tried again; an e-mail is so for the moment that it is being sent, too. */
  readonly state: 'waiting' | 'sent' | 'gaveUp';
}

export interface NotificationPage {
  readonly items: readonly NotificationView[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}

/** The firm's notifications, newest first, with what became of each. @throws Problem `notifications.cursor-unknown` */
export async function listNotifications(
  { database }: Notifying,
  { firmId }: Caller,
  query: {
    readonly engagementId?: string | undefined;
    readonly after?: string | undefined;
    readonly limit?: number | undefined;
  } = {},
): Promise<NotificationPage> {
  const { engagementId, after, limit = 50 } = query;
  return database.forFirm(firmId, async (tx) => {
    const before = after === undefined ? undefined : await findNotification(tx, after);
    if (after !== undefined && !before) throw cursorUnknown();
    const found = await pageOfNotifications(tx, {
      ...(engagementId !== undefined && { engagementId }),
      ...(before && { before }),
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const deliveries = await listDeliveries(
      tx,
      page.map(({ id }) => id),
    );
    const last = page.at(-1);
    return {
      items: page.map((notification) =>
        view(
          notification,
          deliveries.filter(({ notificationId }) => notificationId === notification.id),
        ),
      ),
      ...(last && found.length > limit && { next: last.id }),
    };
  });
}

function view(notification: Notification, deliveries: readonly Delivery[]): NotificationView {
  const handedOver = deliveries.length > 0 ? 'handedOver' : 'noChannel';
  return {
    notification,
    state: notification.sentAt === null ? 'waiting' : handedOver,
    deliveries: deliveries.map((delivery) => ({ ...delivery, state: stateOf(delivery) })),
  };
}

function stateOf({ sentAt, nextAttemptAt }: Delivery): DeliveryView['state'] {
  if (sentAt !== null) return 'sent';
  return nextAttemptAt === null ? 'gaveUp' : 'waiting';
}

const cursorUnknown = (): Problem =>
  new Problem({
    code: 'notifications.cursor-unknown',
    what: 'Sidan som listan skulle fortsätta från finns inte.',
    advice: 'Läs listan från början.',
  });

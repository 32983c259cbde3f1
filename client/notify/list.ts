import { Problem } from '../../accounting/problem.ts';
import { findDelivery, listDeliveries, startOver } from '../../db/stores/deliveries.ts';
import type { Delivery } from '../../db/stores/deliveries.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { findNotification, pageOfNotifications } from '../../db/stores/notifications.ts';
import type { Notification } from '../../db/stores/notifications.ts';
import type { Caller } from '../close/context.ts';
import type { Notifying } from './context.ts';
import { findEndpoint } from '../../db/stores/webhook-endpoints.ts';
import type { FirmTransaction } from '../../db/database.ts';

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

/**
 * Sends a notification to one of its receivers again: a webhook as often as its receiver asks for it (it knows it by its
 * id), an e-mail only when it surely never left.
 * @throws Problem `deliveries.not-found`, `deliveries.already-sent`, `deliveries.outcome-unknown`, `deliveries.receiver-gone`
 */
export async function sendAgain(
  { database }: Notifying,
  { firmId, actor }: Caller,
  deliveryId: string,
): Promise<DeliveryView> {
  return database.forFirm(firmId, async (tx) => {
    const delivery = await findDelivery(tx, deliveryId);
    if (!delivery) throw new Problem(notFound);
    await refuseAgain(tx, delivery);
    await startOver(tx, deliveryId);
    const notification = await findNotification(tx, delivery.notificationId);
    await recordHistory(tx, {
      actor,
      event: 'notification.sent-again',
      ...(notification?.engagementId && { engagementId: notification.engagementId }),
      details: { deliveryId },
    });
    const after = await findDelivery(tx, deliveryId);
    return { ...after!, state: 'waiting' };
  });
}

async function refuseAgain(tx: FirmTransaction, delivery: Delivery): Promise<void> {
  if (delivery.channel === 'webhook') {
    const endpoint = await findEndpoint(tx, delivery.endpointId ?? '');
    if (!endpoint || endpoint.removedAt) throw new Problem(receiverGone);
    return;
  }
  if (delivery.sentAt) throw new Problem(alreadySent);
  // It may lie in the person's inbox, or be on its way at this moment.
  if (delivery.lastError === 'mail.outcome-unknown') throw new Problem(outcomeUnknown);
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

const notFound = {
  code: 'deliveries.not-found',
  what: 'Det finns inget sådant utskick.',
  advice: 'Läs listan över meddelanden igen.',
};

const receiverGone = {
  code: 'deliveries.receiver-gone',
  what: 'Mottagaren är borttagen.',
  advice: 'Lägg till adressen på nytt; kommande meddelanden går dit.',
};

const alreadySent = {
  code: 'deliveries.already-sent',
  what: 'E-postmeddelandet är redan skickat.',
  advice: 'Be mottagaren titta i skräpposten.',
};

const outcomeUnknown = {
  code: 'deliveries.outcome-unknown',
  what: 'E-postmeddelandet kan ha kommit fram, och ingen ska få det två gånger.',
  advice: 'Hör av dig till mottagaren på annat sätt.',
};

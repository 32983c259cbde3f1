import { randomUUID } from 'node:crypto';
import { Problem } from '../../accounting/problem.ts';
import { recordHistory } from '../../db/stores/history.ts';
import {
  createEndpoint,
  findEndpoint,
  listEndpoints,
  removeEndpoint,
  storeSecret,
} from '../../db/stores/webhook-endpoints.ts';
import type { WebhookEndpoint } from '../../db/stores/webhook-endpoints.ts';
import type { Sealer } from '../../fortnox/seal.ts';
import type { Secret } from '../../fortnox/secret.ts';
import type { Caller } from '../close/context.ts';
import type { Notifying } from './context.ts';
import { webhookUrl } from './addresses.ts';
import { newWebhookSecret } from './webhook.ts';

/** An endpoint as it is shown: never its secret. */
export type EndpointView = Pick<WebhookEndpoint, 'id' | 'url' | 'createdAt'>;

const mostEndpoints = 10;

/**
 * From now on the firm's notifications are sent there as well.
 * @throws Problem `webhooks.url-refused`, `webhooks.too-many`
 */
export async function addWebhook(
  { database, notify }: Notifying,
  { firmId, actor }: Caller,
  url: string,
): Promise<EndpointView> {
  const { href } = webhookUrl(url, notify.privateAddresses);
  const id = randomUUID();
  const { keyId, bytes } = notify.sealer.seal(newWebhookSecret(), id);
  return database.forFirm(firmId, async (tx) => {
    if ((await listEndpoints(tx)).length >= mostEndpoints) throw tooMany();
    const created = await createEndpoint(tx, { id, url: href, sealedSecret: bytes, keyId, createdBy: actor });
    await recordHistory(tx, { actor, event: 'webhook.added', details: { endpointId: id } });
    return view(created);
  });
}

/** The secret (`whsec_…`) that its receiver checks signatures with. @throws Problem `webhooks.not-found` */
export async function webhookSecret(
  { database, notify }: Notifying,
  { firmId }: Caller,
  id: string,
): Promise<Secret> {
  const endpoint = await database.forFirm(firmId, (tx) => findEndpoint(tx, id));
  const secret = endpoint && openSecret(notify.sealer, endpoint);
  if (!secret) throw notFound(id);
  return secret;
}

export async function listWebhooks({ database }: Notifying, { firmId }: Caller): Promise<EndpointView[]> {
  return (await database.forFirm(firmId, listEndpoints)).map(view);
}

/** Nothing more is sent there; what was on its way is given up. @throws Problem `webhooks.not-found` */
export async function removeWebhook(
  { database }: Notifying,
  { firmId, actor }: Caller,
  id: string,
): Promise<void> {
  await database.forFirm(firmId, async (tx) => {
    if (!(await removeEndpoint(tx, id))) throw notFound(id);
    await recordHistory(tx, { actor, event: 'webhook.removed', details: { endpointId: id } });
  });
}

/** Seals the firm's secrets with the current key (`keys rotate`). @returns how many were, and how many cannot be opened */
export async function resealWebhooks(
  { database, notify }: Notifying,
  firmId: string,
): Promise<{ readonly resealed: number; readonly lost: number }> {
  return database.forFirm(firmId, async (tx) => {
    const old = (await listEndpoints(tx)).filter(({ keyId }) => keyId !== notify.sealer.currentKeyId);
    let lost = 0;
    for (const endpoint of old) {
      const secret = openSecret(notify.sealer, endpoint);
      if (!secret) {
        lost += 1;
        continue;
      }
      const { keyId, bytes } = notify.sealer.seal(secret, endpoint.id);
      await storeSecret(tx, endpoint.id, { sealedSecret: bytes, keyId });
    }
    return { resealed: old.length - lost, lost };
  });
}

/** Undefined when it was removed, or is sealed with a key that is gone. */
export function openSecret(sealer: Sealer, { id, sealedSecret, keyId }: WebhookEndpoint): Secret | undefined {
  if (sealedSecret === null || keyId === null) return undefined;
  try {
    return sealer.open({ keyId, bytes: sealedSecret }, id);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

const view = ({ id, url, createdAt }: WebhookEndpoint): EndpointView => ({ id, url, createdAt });

const notFound = (id: string): Problem =>
  new Problem({
    code: 'webhooks.not-found',
    what: `Mottagaren ${id} finns inte.`,
    advice: 'Läs listan över mottagare igen; den kan vara borttagen.',
  });

const tooMany = (): Problem =>
  new Problem({
    code: 'webhooks.too-many',
    what: `Byrån har redan ${mostEndpoints} mottagare av meddelanden.`,
    advice: 'Ta bort en som inte används.',
  });

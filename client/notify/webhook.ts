import { createHmac, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Secret } from '../../fortnox/secret.ts';
import { namesPrivateAddress, PrivateAddress, publicLookup } from './addresses.ts';

/** What a webhook carries; the same id at every attempt. */
export interface WebhookMessage {
  readonly id: string;
  readonly body: string;
}

/** 256 random bits, as the Standard Webhooks scheme writes them. */
export const newWebhookSecret = (): Secret => new Secret(`whsec_${randomBytes(32).toString('base64')}`);

/** The headers of a message by the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`. */
export function webhookHeaders(
  secret: Secret,
  { id, body }: WebhookMessage,
  at: Date,
): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1_000);
  const key = Buffer.from(secret.reveal().replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}

export interface PostOptions {
  readonly privateAddresses: boolean;
  /** Ends the attempt: its time is over, or the process stops. */
  readonly signal: AbortSignal;
}

/** One attempt. Answers undefined when the receiver took it (2xx), else the code of what went wrong. */
export async function postWebhook(
  url: URL,
  secret: Secret,
  message: WebhookMessage,
  options: PostOptions,
): Promise<string | undefined> {
  if (!options.privateAddresses && namesPrivateAddress(url)) return 'webhook.private-address';
  try {
    const status = await post(url, message.body, webhookHeaders(secret, message, new Date()), options);
    if (status >= 200 && status < 300) return undefined;
    return status >= 300 && status < 400 ? 'webhook.redirected' : `webhook.status-${status}`;
  } catch (error) {
    if (error instanceof PrivateAddress) return 'webhook.private-address';
    return options.signal.aborted ? 'webhook.timeout' : 'webhook.unreachable';
  }
}

/** Not fetch: it would follow, and could not be told which addresses are out of bounds. */
function post(
  url: URL,
  body: string,
  headers: Record<string, string>,
  { privateAddresses, signal }: PostOptions,
): Promise<number> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Bokslut',
      },
      ...(!privateAddresses && { lookup: publicLookup }),
    });
    sending.on('error', reject);
    sending.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      // What it says beyond the status is nobody's business here, however long it is.
      response.destroy();
    });
    sending.end(body);
  });
}

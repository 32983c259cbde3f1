import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPublicAddress, publicLookup, webhookUrl } from '../../client/notify/addresses.ts';
import { newWebhookSecret, postWebhook, webhookHeaders } from '../../client/notify/webhook.ts';
import { startWebhookReceiver } from '../setup/webhook-receiver.ts';
import type { WebhookReceiver } from '../setup/webhook-receiver.ts';

const secret = newWebhookSecret();
const message = { id: 'n1', body: '{"type":"login.expires","data":{"engagementId":"å"}}' };

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.stop());

const post = (privateAddresses = true, url = receiver.url, timeoutMs = 2_000) =>
  postWebhook(new URL(url), secret, message, {
    privateAddresses,
    signal: AbortSignal.timeout(timeoutMs),
  });

describe('a signed webhook', () => {
  it('is what the public library verifies, and signs itself', async () => {
    expect(await post()).toBeUndefined();
    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]];
    const library = new Webhook(secret.reveal());
    expect(library.verify(body, headers as Record<string, string>)).toEqual(JSON.parse(message.body));
    expect(() => library.verify(`${body} `, headers as Record<string, string>)).toThrow('signature');
    const at = new Date(1_790_000_000_000);
    expect(webhookHeaders(secret, message, at)['webhook-signature']).toBe(
      library.sign(message.id, at, message.body),
    );
  });

  it('says why it was not taken, and follows nobody elsewhere', async () => {
    receiver.statuses.push(500, 302, 404);
    expect([await post(), await post(), await post()]).toEqual([
      'webhook.status-500',
      'webhook.redirected',
      'webhook.status-404',
    ]);
    expect(receiver.received).toHaveLength(3);
    receiver.statuses.push(0);
    expect(await post(true, receiver.url, 100)).toBe('webhook.timeout');
    const gone = receiver.url;
    await receiver.stop();
    expect(await post(true, gone)).toBe('webhook.unreachable');
    receiver = await startWebhookReceiver();
  });

  it('never reaches this machine or its network, by address or by name', async () => {
    const { port } = new URL(receiver.url);
    for (const host of ['127.0.0.1', '[::1]', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0.0.0.0'])
      expect([host, await post(false, `http://${host}:${port}/`)]).toEqual([host, 'webhook.private-address']);
    expect(receiver.received).toEqual([]);
  });
});

describe('which addresses are public', () => {
  it.each([
    ['8.8.8.8', true],
    ['2a00:1450:400f::1', true],
    ['10.1.2.3', false],
    ['100.64.0.1', false],
    ['169.254.169.254', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['192.168.0.1', false],
    ['224.0.0.1', false],
    ['::', false],
    ['::1', false],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::a00:1', false],
    ['fc00::1', false],
    ['fe80::1', false],
    ['2002:a00:1::', false],
    ['no address', false],
  ])('%s: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });

  it('a name is looked at where it is resolved', async () => {
    const error = await new Promise((resolve) =>
      publicLookup('localhost', {}, (refused) => resolve(refused)),
    );
    expect(error).toBeInstanceOf(Error);
  });
});

describe('what may be registered', () => {
  const accepted = (url: string, privateAddresses = false): boolean => {
    try {
      return webhookUrl(url, privateAddresses).href.length > 0;
    } catch {
      return false;
    }
  };

  it('https to a public host', () => {
    expect(accepted('https://host.example/hooks?x=1')).toBe(true);
    for (const url of [
      'http://host.example/',
      'https://user:pass@host.example/',
      'https://host.example/#x',
      'https://localhost/',
      'https://a.localhost/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://10.0.0.1/',
      'http://localhost/',
      'ftp://host.example/',
      'nothing',
      `https://host.example/${'x'.repeat(2_000)}`,
    ])
      expect([url, accepted(url)]).toEqual([url, false]);
  });

  it('http to this machine alone, where it is said', () => {
    expect(accepted('http://localhost:1/', true)).toBe(true);
    expect(accepted('http://127.0.0.1:1/', true)).toBe(true);
    expect(accepted('http://host.example/', true)).toBe(false);
  });
});

import type { Command } from 'commander';
import type { NotificationView } from '../notify/list.ts';
import { example, uuid } from './arguments.ts';
import type { Json } from './arguments.ts';
import { confirm, yesFlag } from './confirm.ts';
import { show, table } from './output.ts';
import { asCaller } from './surroundings.ts';

/** `bokslut webhook …` and `bokslut notification …`: where the firm's notifications go, and what became of each. */
export function addNotifyCommands(program: Command): void {
  const webhook = program.command('webhook').description("where the firm's notifications are posted, signed");

  webhook
    .command('list')
    .description('all receivers; never a secret')
    .option('--json', 'for programs')
    .action(({ json }: Json) =>
      asCaller('read', async (_, context, caller) => {
        const { listWebhooks } = await import('../notify/endpoints.ts');
        const listed = (await listWebhooks(context, caller)).map(({ id, url, createdAt }) => ({
          id,
          url,
          createdAt: createdAt.toISOString(),
        }));
        show(json, listed, () =>
          table(
            ['id', 'url', 'since'],
            listed.map((one) => [one.id, one.url, one.createdAt.slice(0, 10)]),
          ),
        );
      }),
    );

  webhook
    .command('add')
    .description('from now on notifications are posted there as well; shows the secret, this once')
    .argument('<url>', 'https, reached from the internet')
    .option('--json', 'for programs')
    .addHelpText('after', example('webhook add https://host.example/bokslut'))
    .action((url: string, { json }: Json) =>
      asCaller('write', async (_, context, caller) => {
        const { addWebhook, webhookSecret } = await import('../notify/endpoints.ts');
        const { id } = await addWebhook(context, caller, url);
        const secret = (await webhookSecret(context, caller, id)).reveal();
        show(json, { id, url, secret }, () => `Added: ${id}. Its secret, shown this once:\n${secret}`);
      }),
    );

  webhook
    .command('remove')
    .description('posts nothing more there')
    .argument('<id>', 'as webhook list shows it', uuid)
    .option(...yesFlag)
    .action((id: string, { yes }: { readonly yes?: true }) =>
      asCaller('write', async (_, context, caller) => {
        const { listWebhooks, removeWebhook } = await import('../notify/endpoints.ts');
        const found = (await listWebhooks(context, caller)).find((one) => one.id === id);
        if (found) {
          await confirm(
            `Posts nothing more to ${found.url}; what waits for it is given up, and its secret is gone.`,
            yes,
          );
        }
        await removeWebhook(context, caller, id);
        console.log('Removed.');
      }),
    );

  const notification = program
    .command('notification')
    .description('reminders and alerts by mail and webhook, and what became of each');

  notification
    .command('list')
    .description('the newest, a line for each receiver')
    .option('--close <id>', 'of one close', uuid)
    .option('--undelivered', 'those that wait or were given up')
    .option('--json', 'for programs')
    .addHelpText('after', example('notification list --undelivered'))
    .action((options: { readonly close?: string; readonly undelivered?: true } & Json) =>
      asCaller('read', async (_, context, caller) => {
        const { listNotifications } = await import('../notify/list.ts');
        const { items } = await listNotifications(context, caller, {
          engagementId: options.close,
          limit: 200,
        });
        const listed = items.flatMap(linesOf);
        const wanted = options.undelivered ? listed.filter(({ state }) => state !== 'sent') : listed;
        show(options.json, wanted, () =>
          table(
            ['at (UTC)', 'kind', 'delivery', 'by', 'state', 'attempts', 'error'],
            wanted.map((one) => [
              one.at.slice(0, 16).replace('T', ' '),
              one.kind,
              one.deliveryId ?? '–',
              one.channel ?? '–',
              one.state,
              String(one.attempts),
              one.lastError ?? '',
            ]),
          ),
        );
      }),
    );

  notification
    .command('send-again')
    .description('to one receiver: a webhook, or an e-mail that surely never left')
    .argument('<delivery>', 'as notification list shows it', uuid)
    .action((id: string) =>
      asCaller('write', async (_, context, caller) => {
        const { sendAgain } = await import('../notify/list.ts');
        await sendAgain(context, caller, id);
        console.log('Due now: a server sends it within seconds.');
      }),
    );
}

/** A line for each receiver; one alone for a notification that has none (yet). */
function linesOf({ notification, state, deliveries }: NotificationView): NotificationLine[] {
  const { id, kind, createdAt, engagementId } = notification;
  const told = { notificationId: id, kind, at: createdAt.toISOString(), engagementId };
  if (deliveries.length === 0) {
    return [{ ...told, deliveryId: null, channel: null, state, attempts: 0, lastError: null }];
  }
  return deliveries.map(({ id: deliveryId, channel, state: stands, attempts, lastError }) => ({
    ...told,
    deliveryId,
    channel,
    state: stands,
    attempts,
    lastError,
  }));
}

interface NotificationLine {
  readonly notificationId: string;
  readonly kind: string;
  readonly at: string;
  readonly engagementId: string | null;
  readonly deliveryId: string | null;
  readonly channel: 'email' | 'webhook' | null;
  readonly state: string;
  readonly attempts: number;
  readonly lastError: string | null;
}

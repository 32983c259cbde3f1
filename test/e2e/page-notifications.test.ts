import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveAdjustments } from '../../client/close/adjustments.ts';
import { startWebhookReceiver } from '../setup/webhook-receiver.ts';
import type { WebhookReceiver } from '../setup/webhook-receiver.ts';
import { adjustment, logIn, startClose, untilStatus } from '../workflow/world.ts';
import { createPageWorld, picture, signIn } from './page-world.ts';
import type { PageWorld } from './page-world.ts';

let pages: PageWorld;
let receiver: WebhookReceiver;
let anna: Page;
let bo: Page;

beforeAll(async () => {
  [pages, receiver] = await Promise.all([createPageWorld(), startWebhookReceiver()]);
  const { database, caller } = pages.world;
  await database.forFirm(
    caller.firmId,
    (tx) => tx.sql`update users set role = 'administrator' where subject = 'bo'`,
  );
  [anna, bo] = await Promise.all([pages.person(), pages.person()]);
  await signIn(anna, pages.url, 'Anna Exempel');
  await signIn(bo, pages.url, 'Bo Granskare');
}, 180_000);
afterAll(() => Promise.all([pages.end(), receiver.stop()]));

it('an administrator adds a receiver, and a preparer asks for an approval that it is told of', async () => {
  const { world } = pages;
  await anna.goto(`${pages.url}/meddelanden`);
  expect(await anna.getByRole('button', { name: 'Lägg till' }).count()).toBe(0);
  await bo.getByRole('link', { name: 'Meddelanden' }).click();
  await bo.getByLabel('Adress som ska få meddelanden').fill('https://user:pass@host.example/');
  await bo.getByRole('button', { name: 'Lägg till' }).click();
  await bo.getByText('webhooks.url-refused').waitFor();
  await bo.getByLabel('Adress som ska få meddelanden').fill(receiver.url);
  await bo.getByRole('button', { name: 'Lägg till' }).click();
  await bo.getByText(/^whsec_/).waitFor();

  const id = await startClose(world);
  await logIn(world, id);
  await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
  await saveAdjustments(world.client, world.caller, id, {
    expectedRevision: 0,
    adjustments: [adjustment('one')],
  });
  await anna.goto(`${pages.url}/bokslut/${id}/godkann`);
  await anna.getByRole('button', { name: 'Be om godkännande av revision 1' }).click();
  await anna.getByText('har fått veta att revision 1 väntar').waitFor();
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(1);
  expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
    type: 'approval.wanted',
    data: { engagementId: id, revision: 1 },
  });
  await bo.goto(`${pages.url}/meddelanden`);
  expect(await bo.locator('body').textContent()).not.toContain('whsec_');
  const line = bo.getByRole('row').filter({ hasText: 'Ett godkännande begärdes' });
  await line.getByText('Framme').waitFor();
  await picture(bo, 'meddelanden');
  await line.getByRole('link').click();
  await bo.waitForURL(`${pages.url}/bokslut/${id}`);

  await bo.goto(`${pages.url}/meddelanden`);
  await bo.getByRole('button', { name: 'Ta bort' }).click();
  await bo.getByText('Inget program får meddelanden.').waitFor();
  await bo.getByText('Borttagen mottagare').waitFor();
  expect(pages.complaints).toEqual([]);
}, 240_000);

import { html } from 'hono/html';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Books } from '../../accounting/books.ts';
import { markedText } from '../../accounting/marker.ts';
import { ore } from '../../accounting/money.ts';
import { changesSinceApproval } from '../../client/close/changes.ts';
import { declineOffer, saveNote } from '../../client/close/offers.ts';
import { listSignOffs, signOff } from '../../client/close/sign-offs.ts';
import { closeNotifications } from '../../client/close/watch.ts';
import { Changes } from '../../client/web/parts/changes.tsx';
import { mailText, webhookBody } from '../../client/notify/kinds.ts';
import { openOrder } from '../../db/stores/exports.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';
import { adjustment, books, openTestDatabase, voucher } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

const late = voucher(2, { text: 'Sen kostnad' });

/** Our own voucher as it comes back from Fortnox: it carries the order's mark. */
const marker = '7Q2M9K4TX0AB';
const ours = voucher(3, {
  series: 'B',
  text: markedText('Befarad kundförlust', marker),
  rows: [
    { account: '6352', amountOre: ore(500_00), text: '' },
    { account: '1519', amountOre: ore(-500_00), text: '' },
  ],
});

/** The mail and the webhook of the newest notification. */
async function told({ client, anna, id }: Desk): Promise<{ text: string; webhook: string }> {
  const [newest] = await closeNotifications(client, anna, id);
  const { kind, details, createdAt } = newest!;
  const about = {
    id: newest!.id,
    kind,
    createdAt,
    details: details as Record<string, unknown>,
    engagementId: id,
    connectionId: null,
  };
  return { text: mailText(about, new URL('https://bokslut.example/')).text, webhook: webhookBody(about) };
}

describe('a nightly import that moves what was approved', () => {
  it('tells which voucher moved it and which accounts, never our own voucher, and once', async () => {
    const desk = await openDesk(opened.database);
    const { client, anna, id } = desk;
    const before = await desk.import(books([voucher(1)]));
    const approval = await desk.approve(before);
    expect(await desk.report(before)).toEqual({ moved: 0 });
    expect(await changesSinceApproval(client, anna, id)).toMatchObject({
      approvalId: approval.id,
      unchanged: true,
    });

    await desk.forFirm((tx) =>
      openOrder(tx, {
        engagementId: id,
        approvalId: approval.id,
        tenant: desk.firmId,
        yearFrom: desk.engagement.yearFrom,
        vouchers: [{ marker, adjustment: adjustment('a1'), series: 'B' }],
      }),
    );
    const withOurs = await desk.import(books([voucher(1), ours]));
    expect(await desk.report(withOurs)).toEqual({ moved: 0 });
    expect(await changesSinceApproval(client, anna, id)).toMatchObject({
      revision: 1,
      unchanged: true,
      years: [{ ours: [{ series: 'B', number: 3 }], added: [] }],
    });

    const moved = await desk.import(books([late, ours]));
    expect(await desk.report(moved)).toEqual({ moved: 1 });
    expect(await desk.report(moved)).toEqual({ moved: 1 });
    const news = await closeNotifications(client, anna, id);
    expect(news).toHaveLength(1);
    expect(news[0]?.details).toMatchObject({
      snapshotId: moved,
      attachments: [],
      approval: {
        approvalId: approval.id,
        revision: 1,
        vouchers: [
          { voucher: 'A-2', change: 'added', account: '1510', amountOre: 125_00 },
          { voucher: 'A-2', change: 'added', account: '3001', amountOre: -125_00 },
          { voucher: 'A-1', change: 'removed', account: '1510', amountOre: -125_00 },
          { voucher: 'A-1', change: 'removed', account: '3001', amountOre: 125_00 },
        ],
      },
    });
    const since = await changesSinceApproval(client, anna, id);
    expect(since).toMatchObject({ approvalId: approval.id, unchanged: false });
    const [year] = since?.years ?? [];
    expect(year?.added.map(({ number }) => number)).toEqual([2]);
    expect(year?.removed.map(({ number }) => number)).toEqual([1]);
    expect(year?.ours.map(({ number }) => number)).toEqual([3]);

    const { text, webhook } = await told(desk);
    expect(text).toContain(
      'Revision 1 är godkänd, och sedan dess har verifikation A-2 (ny) och verifikation A-1 (borttagen) rört konto 1510 och 3001.',
    );
    expect(text).not.toMatch(/125|Sen kostnad/);
    expect(JSON.parse(webhook)).toEqual({
      type: 'watch.figures-moved',
      timestamp: expect.any(String),
      data: { engagementId: id, snapshotId: moved },
    });
  });
});

describe('a nightly import that moves an opening balance alone', () => {
  it('tells of it under the approval, under what is signed, and in what has changed', async () => {
    const desk = await openDesk(opened.database);
    const { client, anna, id } = desk;
    const content = books([voucher(1)]);
    await desk.approve(await desk.import(content));
    await signOff(client, anna, id, '1510', { version: 1, role: 'prepared' });
    const openingBalances = new Map([
      ['1510', ore(5_010_00)],
      ['2081', ore(-5_010_00)],
    ]);
    const moved = await desk.import({ ...content, closing: { ...content.closing, openingBalances } });
    expect(await desk.report(moved)).toEqual({ moved: 2 });
    const [news] = await closeNotifications(client, anna, id);
    const yearFrom = '2025-01-01';
    const receivables = { account: '1510', yearFrom, amountOre: 5_000_00 };
    expect(news?.details).toMatchObject({
      attachments: [{ accountGroup: '1510', vouchers: [], openingBalances: [receivables] }],
      approval: {
        vouchers: [],
        openingBalances: [receivables, { account: '2081', yearFrom, amountOre: -5_000_00 }],
      },
    });
    const { text } = await told(desk);
    expect(text).toContain('av ingående balans 1510 per 2025-01-01.');
    expect(text).toContain(
      'Revision 1 är godkänd, och sedan dess har ingående balans 1510 per 2025-01-01 och ingående balans 2081 per 2025-01-01 ändrats.',
    );
    const changes = await changesSinceApproval(client, anna, id);
    const page = (await html`${Changes({ id, changes: changes! })}`).replaceAll(/<[^>]*>/g, '');
    expect(page).toContain('2 konton har ändrat saldo räkenskapsåret från 2025-01-01');
    expect(page).toMatch(/1510 Kundfordringar: 5.000,00 varav ingående balans 5.000,00/);
    expect(changes).toMatchObject({
      unchanged: false,
      years: [
        {
          yearFrom,
          moved: [
            { account: '1510', amountOre: 5_000_00, openingOre: 5_000_00, oursOre: 0 },
            { account: '2081', amountOre: -5_000_00, openingOre: -5_000_00, oursOre: 0 },
          ],
        },
      ],
    });
  });
});

describe('a nightly import that moves what was signed', () => {
  it('is silent when an account of 0 comes to a signed group, and the signature stands', async () => {
    const desk = await openDesk(opened.database);
    const { client, anna, id } = desk;
    await desk.import(books([voucher(1)]));
    await signOff(client, anna, id, '15', { version: 1, role: 'prepared' });
    const netted = voucher(2, {
      rows: [1_00, -1_00].map((amount) => ({ account: '1511', amountOre: ore(amount), text: '' })),
    });
    const next = await desk.import(books([voucher(1), netted]));
    const [fifteen] = await listSignOffs(client, anna, id);
    expect(fifteen).toMatchObject({ accountGroup: '15', version: 2, status: 'prepared' });
    expect(await desk.report(next)).toEqual({ moved: 0 });
    expect(await closeNotifications(client, anna, id)).toEqual([]);
  });

  it('tells in Swedish which figure of which attachment moved, and by which voucher, invoice or payment', async () => {
    const desk = await openDesk(opened.database);
    const { client, anna, id } = desk;
    const first = books([voucher(1)]);
    await desk.import(first);
    for (const group of ['15', '1510'])
      await signOff(client, anna, id, group, { version: 1, role: 'prepared' });
    const [seven] = first.invoices;
    const eight = {
      ...seven!,
      number: '8',
      balanceToday: ore(125_00),
      voucher: { ...seven!.voucher!, number: 2 },
    };
    const second: Books = { ...books([voucher(1), late]), invoices: [seven!, eight] };
    const moved = await desk.import(second);
    expect(await desk.report(moved)).toEqual({ moved: 2 });
    const { text } = await told(desk);
    expect(text).toContain(
      'Huvudbilaga 15 är signerad, och utgående balans 1510 har ändrats, av verifikation A-2 (ny).',
    );
    expect(text).toContain('Bilaga 1510 är signerad, och ');
    expect(text).toContain('av verifikation A-2 (ny) och faktura 8.');
    expect(text).not.toMatch(/125|Sen kostnad|Kunden/);
  });
});

describe('a move', () => {
  const once = books([voucher(1)]);
  const twice = books([voucher(1), late]);
  /** An import and what the watch then tells: what fell in each new notification, newest first. */
  const nights = (desk: Desk) => {
    let known = 0;
    return async (content: Books) => {
      await desk.report(await desk.import(content));
      const all = await closeNotifications(desk.client, desk.anna, desk.id);
      const fresh = all.slice(0, all.length - known);
      known = all.length;
      return fresh.map(({ details }) => {
        const { attachments, approval } = details as {
          attachments: { accountGroup: string }[];
          approval?: { revision: number };
        };
        const groups = attachments.map(({ accountGroup }) => accountGroup);
        return approval ? [...groups, `revision ${approval.revision}`] : groups;
      });
    };
  };

  it('that was undone and comes again is told again, and once however many nights it stands', async () => {
    const desk = await openDesk(opened.database);
    await desk.approve(await desk.import(once));
    await signOff(desk.client, desk.anna, desk.id, '15', { version: 1, role: 'prepared' });
    const night = nights(desk);
    const both = ['15', 'revision 1'];
    expect(await night(twice)).toEqual([both]);
    expect(await night(twice)).toEqual([]);
    expect(await night(once)).toEqual([]);
    expect(await night(twice)).toEqual([both]);
    // Another text, and a later payment, move nothing.
    expect(await night({ ...twice, payments: [] })).toEqual([]);
    expect(await night(books([voucher(1), { ...late, text: 'Sen kostnad, rättad' }]))).toEqual([]);
    // Undone and come again between two nights, by imports that a person asked for.
    await desk.import(once);
    expect(await night(twice)).toEqual([both]);
  });

  it('is not told again when another comes, or when what moved with it is signed anew or kept', async () => {
    const desk = await openDesk(opened.database);
    const { client, anna, id } = desk;
    await desk.import(once);
    await saveNote(client, anna, id, '20', { expectedVersion: 1, note: 'Stämt av.' });
    for (const [group, version] of [
      ['15', 1],
      ['20', 2],
    ] as const)
      await signOff(client, anna, id, group, { version, role: 'prepared' });
    const night = nights(desk);
    const capital = voucher(3, {
      rows: [
        { account: '2081', amountOre: ore(-5_00), text: '' },
        { account: '3001', amountOre: ore(5_00), text: '' },
      ],
    });
    const all = books([voucher(1), late, capital]);
    expect(await night(twice)).toEqual([['15']]);
    expect(await night(all)).toEqual([['20']]);
    await signOff(client, anna, id, '15', { version: 2, role: 'prepared' });
    expect(await night(all)).toEqual([]);
    await declineOffer(client, anna, id, '20', 3);
    expect(await night(all)).toEqual([]);
    expect(await night(once)).toEqual([['15']]);
  });
});

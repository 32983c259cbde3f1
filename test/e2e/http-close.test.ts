import { WorkflowNotFoundError } from '@temporalio/client';
import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBinder } from '../../documents/verify-binder.ts';
import { readSieBytes } from '../../accounting/sie/read.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { ClientContext } from '../../client/close/context.ts';
import { startEngagement } from '../../client/close/engagements.ts';
import { closeStatus } from '../../client/close/status.ts';
import { attachmentData } from '../../client/http/routes/attachment-data.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { enqueueSignal } from '../../db/stores/outbox.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import { pdfText } from '../setup/pdf-text.ts';
import { vouchersIn } from '../workflow/world.ts';
import {
  createHttpWorld,
  newClose,
  refusal,
  request,
  startOverHttp,
  toFortnoxAndBack,
  until,
} from './http-world.ts';
import type { HttpWorld } from './http-world.ts';

let http: HttpWorld;
beforeAll(async () => {
  http = await createHttpWorld();
});
afterAll(() => http.end());

interface Preflight {
  readonly import: { readonly id: string };
  readonly revision: number;
  readonly revisionHash: string;
  readonly series: readonly { code: string; selectable: boolean; reason?: string }[];
  readonly toSend: readonly unknown[];
}

const adjustments = [
  {
    id: 'one',
    date: '2025-12-31',
    text: 'Upplupna bankkostnader',
    rows: [
      { account: '3740', amountOre: 12_550 },
      { account: '1930', amountOre: -12_550, text: 'Bank' },
    ],
  },
  {
    id: 'kept',
    date: '2025-12-31',
    text: 'Ej för överföring',
    rows: [
      { account: '3740', amountOre: 100 },
      { account: '1930', amountOre: -100 },
    ],
    transfer: false,
  },
];

describe('a whole close over the HTTP API', () => {
  it('goes from the start to the binder, and every answer is what a program needs next', async () => {
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const created = await http.call('POST', '/api/engagements', newClose(http), {
        'idempotency-key': 'start-1',
      });
      expect(created.status).toBe(201);
      const { id } = created.body as { id: string };
      expect(created.headers.get('location')).toBe(`/api/engagements/${id}`);
      const again = await http.call('POST', '/api/engagements', newClose(http), {
        'idempotency-key': 'start-1',
      });
      expect(again.body).toEqual(created.body);
      const path = `/api/engagements/${id}`;

      // Log in, and confirm what Fortnox says the login is for.
      const back = await toFortnoxAndBack(http, id);
      const callback = await request(
        `${http.server.url}/fortnox/callback?${new URLSearchParams(back).toString()}`,
        'GET',
      );
      expect(callback.status).toBe(200);
      const login = callback.body as { connectionId: string; companyName: string; yearTo: string };
      expect(login).toMatchObject({ engagementId: id, companyName: http.world.sandbox.companies[0]?.name });
      expect(callback.text).not.toContain(http.world.caller.firmId);
      const { connectionId } = login;
      expect((await http.call('POST', `${path}/connection/confirm`, { connectionId })).status).toBe(202);

      const adjusting = await until(
        http,
        id,
        ({ phase, attention }) => phase === 'adjusting' || attention !== null,
      );
      expect(adjusting).toMatchObject({
        phase: 'adjusting',
        attention: null,
        login: { state: 'valid', connectionId },
        connection: { id: connectionId, endedAt: null },
      });

      // What was imported and made of it.
      const findings = await http.call('GET', `${path}/findings`);
      expect(findings.body).toMatchObject({
        import: { id: adjusting.lastImport?.id, seq: 1, source: 'fortnox' },
      });
      const attachments = await http.call('GET', `${path}/attachments`);
      const items = (attachments.body as { items: { account: string; ledgerOre: number }[] }).items;
      expect(items.map(({ account }) => account)).toEqual(['1510', '2440']);
      const data = await http.call('GET', `${path}/attachments/1510.json`);
      const whole = data.body as {
        ledgerOre: number;
        openItems: { invoiceNumber: string; openOre: number; trail: { amountOre: number }[] }[];
      };
      expect(whole.ledgerOre).toBe(items[0]?.ledgerOre);
      // The document that describes it leaves nothing out.
      for (const { body } of [data, await http.call('GET', `${path}/attachments/2440.json`)])
        expect(attachmentData.parse(body)).toEqual(body);
      // Each open item with the steps that made it, the same as the items' own list has.
      const listed = await http.call('GET', `${path}/attachments/1510/items`);
      const trails = (some: typeof whole.openItems) =>
        some.map(({ invoiceNumber, trail }) => ({ invoiceNumber, trail }));
      expect(trails(whole.openItems)).toEqual(trails((listed.body as { items: never[] }).items));
      expect(whole.openItems.length).toBeGreaterThan(0);
      for (const { openOre, trail } of whole.openItems)
        expect(trail.reduce((sum, { amountOre }) => sum + amountOre, 0)).toBe(openOre);
      const pdf = await http.call('GET', `${path}/attachments/2440.pdf`);
      expect(pdf.headers.get('content-type')).toBe('application/pdf');
      expect(pdf.headers.get('content-disposition')).toContain(
        'attachment; filename="bilaga-2440-version-1.pdf"',
      );
      expect(pdf.text.startsWith('%PDF-')).toBe(true);
      const xlsx = await http.call('GET', `${path}/attachments/1510.xlsx`);
      expect(xlsx.text.startsWith('PK')).toBe(true);
      expect((await http.call('GET', `${path}/proposals`)).status).toBe(200);

      // A list comes page by page; a cursor of another list is refused.
      const all = (await http.call('GET', `${path}/history`)).body as { items: object[] };
      const inPages: object[] = [];
      for (let after = ''; ;) {
        const page = await http.call('GET', `${path}/history?limit=2${after}`);
        const { items: some, next } = page.body as { items: object[]; next?: string };
        inPages.push(...some);
        if (next === undefined) break;
        after = `&after=${next}`;
      }
      expect(inPages).toEqual(all.items);
      expect(inPages.length).toBeGreaterThan(2);
      expect(refusal(await http.call('GET', `${path}/findings?after=9.9`))).toEqual([
        400,
        'http.cursor-unknown',
      ]);

      // What supports the balances.
      const own = {
        title: 'Bank',
        accounts: ['1930'],
        rows: [{ text: 'Saldo', amountOre: 1 }],
      };
      const once = { 'idempotency-key': 'own-1' };
      const written = await http.call('POST', `${path}/own-attachments`, own, once);
      const writtenAgain = await http.call('POST', `${path}/own-attachments`, own, once);
      expect([writtenAgain.body, writtenAgain.headers.get('etag')]).toEqual([written.body, '"1"']);
      expect([written.status, written.body]).toMatchObject([
        201,
        { accountGroup: 'own-1930', version: 1, totalOre: 1 },
      ]);
      expect(
        refusal(await http.call('PUT', `${path}/own-attachments/own-1930`, { ...own, title: 'Bankkonto' })),
      ).toEqual([428, 'http.if-match-missing']);
      const readOwn = await http.call('GET', `${path}/own-attachments/own-1930`);
      const seen = { 'if-match': readOwn.headers.get('etag') ?? '' };
      const renamed = { ...own, title: 'Bankkonto' };
      const resaved = await http.call('PUT', `${path}/own-attachments/own-1930`, renamed, seen);
      expect([resaved.status, resaved.headers.get('etag'), resaved.body]).toMatchObject([
        200,
        '"2"',
        { title: 'Bankkonto', version: 2 },
      ]);
      expect(refusal(await http.call('PUT', `${path}/own-attachments/own-1930`, own, seen))).toEqual([
        412,
        'attachments.conflict',
      ]);
      const note = await http.call('GET', `${path}/attachments/1510/note`);
      expect(note.body).toEqual({ note: '' });
      const noteSeen = { 'if-match': note.headers.get('etag') ?? '' };
      const noted = { note: 'Avstämd mot kundreskontran.' };
      expect((await http.call('PUT', `${path}/attachments/1510/note`, noted, noteSeen)).body).toEqual(noted);
      expect((await http.call('GET', `${path}/attachments/1510/note`)).body).toEqual(noted);
      const other = { note: 'Något annat.' };
      expect(refusal(await http.call('PUT', `${path}/attachments/1510/note`, other, noteSeen))).toEqual([
        412,
        'attachments.conflict',
      ]);
      const amount = await http.call('GET', `${path}/materiality`);
      expect([amount.body, amount.headers.get('etag')]).toEqual([{ materialityOre: 100_00 }, '"10000"']);
      const amountSeen = { 'if-match': '"10000"' };
      const lower = { materialityOre: 50_00 };
      expect((await http.call('PUT', `${path}/materiality`, lower, amountSeen)).body).toEqual(lower);
      expect(refusal(await http.call('PUT', `${path}/materiality`, lower, amountSeen))).toEqual([
        412,
        'settings.conflict',
      ]);
      const png = await http.call('POST', `${path}/support-files?name=kontoutdrag.html`, '<script>', {
        'content-type': 'application/octet-stream',
      });
      expect(refusal(png)).toEqual([415, 'uploads.type-refused']);
      expect(
        refusal(
          await http.call('POST', `${path}/attachments/1510/sign-offs`, { version: 1, role: 'prepared' }),
        ),
      ).toEqual([403, 'sign-off.not-a-person']);
      const support = (await http.call('GET', `${path}/support`)).body as {
        mains: object[];
        count: { of: number };
      };
      expect(support.mains.length).toBeGreaterThan(0);
      expect(support.count.of).toBeGreaterThan(0);
      expect((await http.call('GET', `${path}/sign-offs`)).status).toBe(200);
      expect((await http.call('GET', `${path}/offers`)).body).toEqual({ items: [] });
      expect((await http.call('GET', `${path}/changes`)).body).toBeNull();
      expect((await http.call('GET', `${path}/watch`)).body).toEqual({
        state: 'off',
        nextAt: null,
        lastAt: null,
      });
      expect((await http.call('PUT', `${path}/watch`)).body).toMatchObject({
        state: 'on',
        nextAt: expect.any(String),
      });
      expect((await http.call('DELETE', `${path}/watch`)).status).toBe(200);
      expect((await http.call('GET', `${path}/notifications`)).body).toEqual({ items: [] });

      // Save, look again, approve what was seen.
      const before = await http.call('GET', `${path}/adjustments`);
      expect(before.headers.get('etag')).toBe('"0"');
      const saved = await http.call('PUT', `${path}/adjustments`, { adjustments }, { 'if-match': '"0"' });
      expect(saved.status).toBe(200);
      expect(saved.headers.get('etag')).toBe('"1"');
      expect(saved.body).toMatchObject({
        revision: 1,
        adjustments: [{ id: 'one', transfer: true }, { id: 'kept' }],
      });
      const preflight = (await http.call('GET', `${path}/preflight`)).body as Preflight;
      expect(preflight).toMatchObject({ revision: 1, faults: [], obstacles: [] });
      expect(preflight.toSend).toHaveLength(1);
      expect(preflight.series.find(({ code }) => code === 'K')).toMatchObject({ selectable: true });
      expect(preflight.series.find(({ code }) => code === 'B')?.reason).toMatch(/inte manuell/);
      const sie = await http.call('GET', `${path}/files/bokforingsorder.si?series=K`);
      expect(sie.headers.get('content-type')).toBe('application/x-sie');
      const order = readSieBytes(sie.bytes);
      expect({ type: order.type, checksum: order.checksum }).toEqual({ type: '4I', checksum: 'ok' });

      const approval = {
        revision: 1,
        revisionHash: preflight.revisionHash,
        snapshotId: preflight.import.id,
        series: 'K',
      };
      const approved = await http.call('POST', `${path}/approvals`, approval, {
        'idempotency-key': 'approve-1',
      });
      expect(approved.status).toBe(201);
      const twice = await http.call('POST', `${path}/approvals`, approval, {
        'idempotency-key': 'approve-1',
      });
      expect(twice.body).toEqual(approved.body);

      const done = await until(
        http,
        id,
        ({ phase, attention }) => phase === 'completed' || attention !== null,
      );
      expect(done).toMatchObject({
        phase: 'completed',
        allowed: [],
        approval: { series: 'K', stale: false },
      });

      const exported = (await http.call('GET', `${path}/export`)).body as {
        items: { vouchers: { fortnox: { series: string; number: number } }[] }[];
      };
      expect(exported.items).toHaveLength(1);
      expect(exported.items[0]?.vouchers).toMatchObject([
        { adjustmentId: 'one', status: 'confirmed', fortnox: { series: 'K' }, problem: null },
      ]);
      const history = (await http.call('GET', `${path}/history`)).body as {
        items: { event: string; who: string }[];
      };
      expect(history.items.map(({ event }) => event)).toEqual(
        expect.arrayContaining([
          'engagement.started',
          'adjustments.approved',
          'voucher.exported',
          'binder.stored',
        ]),
      );
      expect(history.items[0]?.who).toBe('Byråns program (API)');
      const binder = await http.call('GET', `${path}/files/binder.zip`, undefined, {
        authorization: `Bearer ${http.readKey}`,
      });
      expect(verifyBinder(binder.bytes)).toMatchObject({ ok: true, faults: [] });
      const files = (await http.call('GET', `${path}/files`)).body as {
        items: { id: string; kind: string }[];
      };
      const bokforingsorder = files.items.find(({ kind }) => kind === 'order');
      expect(
        (await http.call('GET', `${path}/files/${bokforingsorder?.id}`)).headers.get('content-type'),
      ).toBe('application/pdf');

      // The order afresh, by its place among the exports, with the number that Fortnox gave.
      const [{ fortnox: booked } = { fortnox: { series: '', number: 0 } }] =
        exported.items[0]?.vouchers ?? [];
      const orderPdf = await http.call('GET', `${path}/documents/bokforingsorder-1.pdf`);
      expect(orderPdf.headers.get('content-type')).toBe('application/pdf');
      expect(await pdfText(orderPdf)).toContain(`verifikation ${booked.series}-${booked.number},`);
      const stored = await http.call('GET', `${path}/files/${bokforingsorder?.id}`);
      expect(Buffer.from(orderPdf.bytes).equals(stored.bytes)).toBe(true);
      const orderXlsx = await http.call('GET', `${path}/documents/bokforingsorder-1.xlsx`);
      expect(orderXlsx.headers.get('content-disposition')).toContain('bokforingsorder-1-revision-1.xlsx');
      const [orderSheet] = (await readXlsx(orderXlsx.bytes)).sheets;
      expect(orderSheet?.rows.flat()).toEqual(
        expect.arrayContaining(['Upplupna bankkostnader', 125.5, `${booked.series}-${booked.number}`]),
      );
      expect(refusal(await http.call('GET', `${path}/documents/bokforingsorder-2.pdf`))).toEqual([
        404,
        'order.not-found',
      ]);

      expect(refusal(await http.call('POST', `${path}/cancel`))).toEqual([409, 'close.cancel-too-late']);
      const list = await http.call('GET', '/api/engagements?limit=1');
      expect(list.body).toMatchObject({
        items: [{ id, company: { organisationNumber: expect.any(String) } }],
      });
    });
    const texts = await vouchersIn(http.world, 'K');
    expect(texts.filter((text) => text.startsWith('Upplupna bankkostnader'))).toHaveLength(1);
  }, 90_000);

  it('answers with the refusals of a close that has ended, and opens it again', async () => {
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const id = await startOverHttp(http, { year: { from: '2024-01-01', to: '2024-12-31' } });
      const path = `/api/engagements/${id}`;
      expect((await http.call('POST', `${path}/reopen`)).body).toMatchObject({
        code: 'close.reopen-not-now',
      });
      expect((await http.call('POST', `${path}/retry`)).body).toMatchObject({ code: 'close.retry-not-now' });
      expect((await http.call('POST', `${path}/imports`)).body).toMatchObject({
        code: 'close.import-not-now',
      });
      expect((await http.call('POST', `${path}/cancel`)).status).toBe(202);
      await until(http, id, ({ phase }) => phase === 'cancelled');
      expect(refusal(await http.call('POST', `${path}/cancel`))).toEqual([409, 'close.cancel-not-now']);
      const late = await http.call('PUT', `${path}/adjustments`, { adjustments: [] }, { 'if-match': '"0"' });
      expect(refusal(late)).toEqual([409, 'close.ended']);
      expect((await http.call('POST', `${path}/reopen`)).body).toEqual({ run: 2 });
      await until(http, id, ({ phase }) => phase === 'awaitingConnection');
    });
  });

  it('is told what the database owes it, though nobody told it at the time', async () => {
    const { database, caller } = http.world;
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const id = await startOverHttp(http, { year: { from: '2023-01-01', to: '2023-12-31' } });
      await database.forFirm(caller.firmId, async (tx) => {
        await enqueueSignal(tx, { workflowId: 'close/?', signal: 'cancelRequested', args: [] });
        await enqueueSignal(tx, { workflowId: closeWorkflowId(id), signal: 'cancelRequested', args: [] });
      });
      const { allowed } = await until(http, id, ({ phase }) => phase === 'cancelled');
      expect(allowed).toEqual([]);
    });
  });

  it('is known by its history after Temporal has forgotten it, and started when it never was', async () => {
    const { client, database, caller } = http.world;
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const away: ClientContext = {
        ...client,
        temporal: { workflow: { start: () => Promise.reject(temporalAway()) } } as never,
      };
      const { id } = await startEngagement(away, caller, {
        company: { name: 'Senare AB', organisationNumber: '999999-0021' },
        year: { from: isoDate('2022-01-01'), to: isoDate('2022-12-31') },
        settings: { source: 'fortnox', materialityOre: ore(0) },
      });
      await until(http, id, ({ phase }) => phase === 'awaitingConnection');
      await http.call('POST', `/api/engagements/${id}/cancel`);
      await until(http, id, ({ phase }) => phase === 'cancelled');
      await client.temporal.workflow.getHandle(closeWorkflowId(id)).result();
      const { run } = await database.forFirm(caller.firmId, (tx) => getEngagement(tx, id));
      expect(run).toBe(1);
      const forgetful: ClientContext = {
        ...client,
        temporal: {
          withDeadline: (_: number, ask: () => Promise<unknown>) => ask(),
          workflow: { getHandle: () => ({ describe: () => Promise.reject(forgotten()) }) },
        } as never,
      };
      expect(await closeStatus(forgetful, caller, id)).toMatchObject({ phase: 'cancelled', allowed: [] });
      expect((await http.call('POST', `/api/engagements/${id}/reopen`)).body).toEqual({ run: 2 });
      await until(http, id, ({ phase }) => phase === 'awaitingConnection');
    });
  });
});

const forgotten = (): Error => new WorkflowNotFoundError('forgotten', 'close', undefined);

/** As the client sees a server that cannot be reached. */
const temporalAway = (): Error =>
  Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: 'no connection', metadata: {} });

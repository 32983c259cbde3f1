import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getAttachment } from '../../client/close/attachments.ts';
import { createSession } from '../../db/stores/sessions.ts';
import { pdfText } from '../setup/pdf-text.ts';
import {
  anotherFirm,
  createHttpWorld,
  newClose,
  refusal,
  request,
  toFortnoxAndBack,
  twoPeople,
  until,
} from './http-world.ts';
import type { Answer, HttpWorld } from './http-world.ts';

let http: HttpWorld;
let people: Awaited<ReturnType<typeof twoPeople>>;
beforeAll(async () => {
  http = await createHttpWorld();
  people = await twoPeople(http.world);
});
afterAll(() => http.end());

type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** Speaks to the API as the person's own browser does. */
async function asPerson(name: 'Anna' | 'Bo'): Promise<Ask> {
  const { firmId, userId } = people.find((person) => person.name === name)!;
  const cookie = await http.world.database.forFirm(firmId, (tx) =>
    createSession(tx, { userId, lifetimeMs: 600_000 }),
  );
  const own = { cookie: `bokslut=${cookie}`, origin: http.server.url };
  return (method, path, body, headers = {}) =>
    request(`${http.server.url}${path}`, method, body, { ...own, ...headers });
}

/** The answer, which must have the wanted status. */
const ok = (answer: Answer, wanted = 200): Answer => {
  if (answer.status !== wanted) throw new Error(`${answer.status}: ${answer.text}`);
  return answer;
};

interface Own {
  readonly accountGroup: string;
  readonly version: number;
  readonly closingOre: number;
  readonly rows: readonly { readonly text: string; readonly amountOre: number; readonly priorOre?: number }[];
  readonly files: readonly { readonly sha256: string }[];
  readonly draft: boolean;
}

interface Support {
  readonly materialityOre: number;
  readonly count: {
    readonly done: number;
    readonly supported: number;
    readonly of: number;
    readonly accounts: readonly {
      readonly account: string;
      readonly closingOre: number;
      readonly ties: boolean;
      readonly signed: boolean;
    }[];
  };
}

/** Starts the close of a year and waits until there is work to do. */
async function open(year: number, company: object = {}): Promise<string> {
  const changes = { year: { from: `${year}-01-01`, to: `${year}-12-31` }, ...company };
  const { id } = ok(await http.call('POST', '/api/engagements', newClose(http, changes)), 201).body as {
    id: string;
  };
  return id;
}

const adjusting = (id: string) =>
  until(http, id, ({ phase, attention }) => phase === 'adjusting' || attention !== null);

const support = async (id: string): Promise<Support> =>
  ok(await http.call('GET', `/api/engagements/${id}/support`)).body;

describe('what supports the balances, over the HTTP API', () => {
  it('is written, signed by two and counted; a year later its text comes along as a draft', async () => {
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const [anna, bo] = [await asPerson('Anna'), await asPerson('Bo')];
      const id = await open(2025);
      const back = new URLSearchParams(await toFortnoxAndBack(http, id)).toString();
      const { connectionId } = ok(await request(`${http.server.url}/fortnox/callback?${back}`, 'GET'))
        .body as { connectionId: string };
      await http.call('POST', `/api/engagements/${id}/connection/confirm`, { connectionId });
      expect(await adjusting(id)).toMatchObject({ phase: 'adjusting', attention: null });
      const path = `/api/engagements/${id}`;

      // An own attachment with a file behind it, to the öre.
      const before = await support(id);
      const bank = before.count.accounts.find(({ account }) => account === '1930')!;
      expect(bank).toMatchObject({ ties: false, signed: false });
      const receipt = new TextEncoder().encode('%PDF-1.7\nengagemangsbesked');
      const { fileId, sha256 } = ok(
        await anna('POST', `${path}/support-files?name=besked.pdf`, receipt, {
          'content-type': 'application/octet-stream',
        }),
        201,
      ).body as { fileId: string; sha256: string };
      const written = {
        title: 'Företagskonto',
        text: 'Enligt engagemangsbesked.',
        accounts: ['1930'],
        rows: [{ text: 'Konto 5000-1', amountOre: bank.closingOre }],
        fileIds: [fileId],
      };
      const own = ok(await anna('POST', `${path}/own-attachments`, written), 201).body as Own;
      expect(own).toMatchObject({
        accountGroup: 'own-1930',
        closingOre: bank.closingOre,
        draft: false,
        files: [{ sha256 }],
      });
      expect((await support(id)).count).toMatchObject({
        done: before.count.done,
        supported: before.count.supported + 1,
      });

      // Four eyes: it counts as signed when another person has reviewed it.
      const sign = (who: Ask, group: string, version: number, role: string) =>
        who('POST', `${path}/attachments/${group}/sign-offs`, { version, role });
      ok(await sign(anna, 'own-1930', 1, 'prepared'), 201);
      expect(refusal(await sign(anna, 'own-1930', 1, 'reviewed'))).toEqual([403, 'sign-off.four-eyes']);
      expect((await support(id)).count.done).toBe(before.count.done);
      ok(await sign(bo, 'own-1930', 1, 'reviewed'), 201);
      expect((await support(id)).count).toMatchObject({ done: before.count.done + 1, of: before.count.of });

      // The threshold is the engagement's own.
      ok(
        await anna(
          'PUT',
          `${path}/materiality`,
          { materialityOre: 2_500_00 },
          { 'if-match': `"${before.materialityOre}"` },
        ),
      );
      expect((await support(id)).materialityOre).toBe(2_500_00);

      // What a person says of an open item.
      const items = await anna('GET', `${path}/attachments/1510/items`);
      const { items: open1510 } = ok(items).body as {
        items: { invoiceNumber: string; openOre: number; trail: { amountOre: number }[] }[];
      };
      for (const { openOre, trail } of open1510)
        expect(trail.reduce((sum, { amountOre }) => sum + amountOre, 0)).toBe(openOre);
      const { invoiceNumber } = open1510.find(({ openOre }) => openOre > 0)!;
      const mark = (etag: string, said: object) =>
        anna('PUT', `${path}/attachments/1510/items/${invoiceNumber}/mark`, said, { 'if-match': etag });
      const etag = items.headers.get('etag') ?? '';
      const marked = await mark(etag, { kind: 'lost', note: 'Konkurs' });
      expect(ok(marked).body as object).toMatchObject({
        invoiceNumber,
        mark: { kind: 'lost', note: 'Konkurs' },
      });
      expect(refusal(await mark(etag, {}))).toEqual([412, 'attachments.conflict']);
      expect(refusal(await mark('"99"', { kind: 'sure' }))).toEqual([400, 'http.invalid-request']);
      const proposals = (
        ok(await anna('GET', `${path}/proposals`)).body as { items: { code: string; text: string }[] }
      ).items;
      expect(proposals.find(({ code }) => code === 'confirmedLoss')?.text).toBe(
        `Konstaterad kundförlust faktura ${invoiceNumber}`,
      );

      // Everything can be printed.
      const printed = async (file: string) => {
        const answer = await bo('GET', `${path}/${file}`);
        expect([file, answer.status, answer.headers.get('content-type')]).toEqual([
          file,
          200,
          'application/pdf',
        ]);
        return pdfText(answer);
      };
      expect(await printed('attachments/1510.pdf')).toContain('Att bedöma: Konstaterad kundförlust');
      expect(await printed('documents/own-1930.pdf')).toMatch(/Godkänd[\s\S]*Anna[\s\S]*Bo/);
      expect(await printed('documents/15.pdf')).toContain('Huvudbilaga 15');
      expect(await printed('documents/huvudbilagor.pdf')).toContain('Egen bilaga:');
      expect(await printed('documents/behandlingshistorik.pdf')).toContain(
        'En bilaga signerades som granskad',
      );
      expect(await printed('documents/systemdokumentation.pdf')).toContain('Så bevaras handlingarna');
      expect(await printed('documents/importkontroller.pdf')).toContain(
        'Vad inläsningen av bokföringen fann',
      );

      // And reckoned with: the same documents as workbooks.
      const cells = async (file: string) => {
        const answer = await bo('GET', `${path}/${file}`);
        expect([file, answer.status, answer.headers.get('content-type')]).toEqual([
          file,
          200,
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        ]);
        expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w-]+\.xlsx";/);
        expect(answer.text.startsWith('PK')).toBe(true);
        return (await readXlsx(answer.bytes)).sheets.flatMap(({ rows }) => rows);
      };
      const closingIn = (rows: Awaited<ReturnType<typeof cells>>, account: string) =>
        rows.find((row) => row[1] === account)?.[5];
      const kronor = (account: string) =>
        before.count.accounts.find((one) => one.account === account)!.closingOre / 100;
      const mains = await cells('documents/huvudbilagor.xlsx');
      expect([closingIn(mains, '1930'), closingIn(mains, '1510')]).toEqual([kronor('1930'), kronor('1510')]);
      const receivables = await cells('documents/15.xlsx');
      expect([closingIn(receivables, '1930'), closingIn(receivables, '1510')]).toEqual([
        undefined,
        kronor('1510'),
      ]);
      expect((await cells('documents/own-1930.xlsx')).flat()).toContain(kronor('1930'));
      expect((await cells('attachments/1510.xlsx')).flat()).toContain(invoiceNumber);
      expect((await cells('documents/behandlingshistorik.xlsx')).flat()).toContain(
        'En bilaga signerades som granskad',
      );
      const { items: found } = ok(await bo('GET', `${path}/findings?limit=1`)).body as {
        items: { message: string }[];
      };
      expect((await cells('documents/importkontroller.xlsx')).flat()).toContain(found[0]!.message);

      for (const [file, status, code] of [
        ['1510.pdf', 404, 'http.not-found'],
        ['systemdokumentation.xlsx', 404, 'http.not-found'],
        ['resultatrapport.xlsx', 404, 'http.not-found'],
        ['77.xlsx', 404, 'attachments.not-found'],
        ['own-2081.xlsx', 404, 'attachments.not-found'],
        ['bokforingsorder-1.xlsx', 404, 'order.not-found'],
        ['huvudbilagor.docx', 400, 'http.invalid-request'],
      ] as const)
        expect([file, ...refusal(await bo('GET', `${path}/documents/${file}`))]).toEqual([
          file,
          status,
          code,
        ]);
      const stranger = { authorization: `Bearer ${await anotherFirm(http)}` };
      for (const file of [
        'huvudbilagor.xlsx',
        'own-1930.pdf',
        'importkontroller.xlsx',
        'bokforingsorder-1.pdf',
      ]) {
        const refused = await http.call('GET', `${path}/documents/${file}`, undefined, stranger);
        expect([file, ...refusal(refused)]).toEqual([file, 404, 'engagements.not-found']);
      }
      expect(refusal(await bo('GET', `${path}/documents/own-2081.pdf`))).toEqual([
        404,
        'attachments.not-found',
      ]);

      // The year after: the same company, and the login that it has.
      const { company } = ok(await http.call('GET', path)).body as { company: { id: string } };
      const next = await open(2026, { company: { id: company.id } });
      expect(await adjusting(next)).toMatchObject({ phase: 'adjusting', attention: null });
      const nextPath = `/api/engagements/${next}`;
      const [carried, ...others] = (
        ok(await anna('GET', `${nextPath}/own-attachments`)).body as { items: Own[] }
      ).items;
      expect(others).toEqual([]);
      expect(carried).toMatchObject({
        accountGroup: 'own-1930',
        version: 1,
        title: 'Företagskonto',
        text: 'Enligt engagemangsbesked.',
        carriedFrom: '2025-12-31',
        draft: true,
        files: [],
        rows: [{ text: 'Konto 5000-1', amountOre: 0, priorOre: bank.closingOre }],
      });
      const unsaved = await support(next);
      expect(unsaved.materialityOre).toBe(before.materialityOre);
      expect(unsaved.count.accounts.find(({ account }) => account === '1930')).toMatchObject({
        ties: false,
        signed: false,
      });

      // Saved with the new year's figures it counts; signed by two it is done.
      const rows = [{ text: 'Konto 5000-1', amountOre: carried!.closingOre, priorOre: bank.closingOre }];
      const resaved = ok(
        await anna(
          'PUT',
          `${nextPath}/own-attachments/own-1930`,
          { ...written, fileIds: [], rows },
          { 'if-match': '"1"' },
        ),
      ).body as Own;
      expect(resaved).toMatchObject({ version: 2, draft: false, rows });
      for (const [who, role] of [
        [anna, 'prepared'],
        [bo, 'reviewed'],
      ] as const)
        ok(await who('POST', `${nextPath}/attachments/own-1930/sign-offs`, { version: 2, role }), 201);
      const done = await support(next);
      expect(done.count).toMatchObject({
        done: unsaved.count.done + 1,
        supported: unsaved.count.supported + 1,
      });
      // What the year before says is as it was.
      expect((await support(id)).count.done).toBe(before.count.done + 1);
    });
  }, 240_000);
});

describe('the accounts that the subledgers tie to', () => {
  const inForm = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const formType = { 'content-type': 'application/x-www-form-urlencoded' };

  it('can be changed while the close is adjusted; the books are imported again and the attachments follow', async () => {
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const anna = await asPerson('Anna');
      const [company] = http.world.sandbox.companies;
      // The page's own form sets them from the start.
      const begun = await anna(
        'POST',
        '/bokslut/nytt',
        inForm({
          name: company!.name,
          organisationNumber: company!.organisationNumber,
          from: '2025-01-01',
          to: '2025-12-31',
          source: 'fortnox',
          materiality: '100',
          kundkonton: '1510 1511',
        }),
        formType,
      );
      expect(begun.status).toBe(303);
      const id = begun.headers.get('location')!.split('/').at(-1)!;
      const back = new URLSearchParams(await toFortnoxAndBack(http, id)).toString();
      const { connectionId } = ok(await request(`${http.server.url}/fortnox/callback?${back}`, 'GET'))
        .body as { connectionId: string };
      await http.call('POST', `/api/engagements/${id}/connection/confirm`, { connectionId });
      await adjusting(id);

      const path = `/api/engagements/${id}`;
      const { client, caller } = http.world;
      const accounts = async (group: string) =>
        (await getAttachment(client, caller, id, group)).data.accounts;
      expect(await accounts('1510')).toEqual(['1510', '1511']);
      expect(await accounts('2440')).toEqual(['2440', '2441', '2445']);
      const read = ok(await http.call('GET', `${path}/account-sets`));
      expect([read.body, read.headers.get('etag')]).toEqual([{ receivables: ['1510', '1511'] }, '"0"']);

      const put = (body: object, version: number) =>
        http.call('PUT', `${path}/account-sets`, body, { 'if-match': `"${version}"` });
      const imported = (seq: number) =>
        until(http, id, ({ phase, lastImport }) => phase === 'adjusting' && lastImport?.seq === seq);
      expect(refusal(await put({ receivables: ['1510', '3001'] }, 0))).toEqual([
        422,
        'settings.account-sets-invalid',
      ]);
      ok(await put({ payables: ['2440', '2890'] }, 0));
      await imported(2);
      expect([await accounts('1510'), await accounts('2440')]).toEqual([
        ['1510', '1511', '1512', '1515', '1516'],
        ['2440', '2890'],
      ]);
      expect(refusal(await put({}, 0))).toEqual([412, 'settings.account-sets-conflict']);

      const shown = ok(await anna('GET', `/bokslut/${id}/konton`));
      expect(shown.text).toContain('value="2440, 2890"');
      const fields = { sedd: '1', kundkonton: '1510, 1513', leverantorskonton: '' };
      expect((await anna('POST', `/bokslut/${id}/konton`, inForm(fields), formType)).status).toBe(303);
      await imported(3);
      expect([await accounts('1510'), await accounts('2440')]).toEqual([
        ['1510', '1513'],
        ['2440', '2441', '2445'],
      ]);
    });
  }, 120_000);
});

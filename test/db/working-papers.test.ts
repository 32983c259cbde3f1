import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainAttachments, mainAttachmentsOf } from '../../accounting/account-groups.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import type { RateSource } from '../../accounting/rate-source.ts';
import { isoDate } from '../../accounting/dates.ts';
import { figuresOf } from '../../accounting/figures.ts';
import { ore } from '../../accounting/money.ts';
import { changesBetween, changesSinceApproval } from '../../client/close/changes.ts';
import type { Caller } from '../../client/close/context.ts';
import { acceptOffer, declineOffer, listOffers, saveNote } from '../../client/close/offers.ts';
import {
  listOwnAttachments,
  saveOwnAttachment,
  uploadSupport,
  withdrawOwnAttachment,
} from '../../client/close/own-attachments.ts';
import {
  historyFile,
  mainAttachmentFile,
  ownAttachmentFile,
  systemDocumentationPdf,
} from '../../client/close/print.ts';
import { enterRatesFromFile, fetchRates } from '../../client/close/rates.ts';
import { listSignOffs, signOff } from '../../client/close/sign-offs.ts';
import { setMateriality, supportOverview } from '../../client/close/support.ts';
import { closeNotifications } from '../../client/close/watch.ts';
import { sha256 } from '../../db/hash.ts';
import { currentAttachments, saveAttachment } from '../../db/stores/attachments.ts';
import { balancesAt } from '../../db/stores/balances.ts';
import { createEngagement } from '../../db/stores/engagements.ts';
import { listHistory } from '../../db/stores/history.ts';
import { ratesUpTo } from '../../db/stores/rates.ts';
import { getSnapshot, loadBooks } from '../../db/stores/snapshots.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';
import { books, codeOf, openTestDatabase, voucher } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

const start = (options: { readonly fourEyes?: boolean } = {}): Promise<Desk> =>
  openDesk(opened.database, options);

const equity = {
  expectedVersion: 0,
  title: 'Aktiekapital',
  text: 'Enligt aktieboken.',
  accounts: ['2081'],
  rows: [{ text: '100 aktier', amountOre: ore(-10_00) }],
  fileIds: [],
};

const vouchers = (count: number) => Array.from({ length: count }, (_, index) => voucher(index + 1));

describe('main attachments', () => {
  it('have the same balances from the database as from the books in memory', async () => {
    const close = await start();
    const snapshotId = await close.import(books(vouchers(30)));
    await close.forFirm(async (tx) => {
      const whole = await loadBooks(tx, snapshotId);
      const { closing, before } = await balancesAt(tx, await getSnapshot(tx, snapshotId));
      expect(mainAttachmentsOf(whole.accounts, closing, before)).toEqual(mainAttachments(whole));
      expect(before.map(({ year }) => year.from)).toEqual(['2024-01-01']);
    });
  });

  it('of an unchanged year are not written again', async () => {
    const close = await start();
    await close.import(books(vouchers(3)));
    await close.import(books(vouchers(3)));
    const signOffs = await listSignOffs(close.client, close.anna, close.id);
    expect(signOffs.map(({ accountGroup, version, status }) => [accountGroup, version, status])).toEqual([
      ['15', 1, 'draft'],
      ['20', 1, 'draft'],
      ['1510', 1, 'draft'],
      ['2440', 1, 'draft'],
    ]);
  });
});

describe('a signature', () => {
  it('falls when a figure under it moves, and only then; the watch names the voucher', async () => {
    const { client, anna, bo, id, ...close } = await start();
    await close.import(books(vouchers(1)));
    const own = await saveOwnAttachment(client, anna, id, undefined, equity);
    expect(own).toMatchObject({ accountGroup: 'own-2081', version: 1, differenceOre: 0, draft: false });
    await signOff(client, anna, id, '15', { version: 1, role: 'prepared' });
    await signOff(client, anna, id, 'own-2081', { version: 1, role: 'prepared' });
    const status = async () =>
      Object.fromEntries(
        (await listSignOffs(client, anna, id)).map((view) => [view.accountGroup, view.status]),
      );

    // Another text is another voucher, but no other figure.
    const reworded = await close.import(books([voucher(1, { text: 'Rättad text' })]));
    expect(await status()).toMatchObject({ '15': 'prepared', 'own-2081': 'prepared' });
    expect(await close.report(reworded)).toEqual({ moved: 0 });

    const moved = await close.import(books([voucher(1, { text: 'Rättad text' }), voucher(2)]));
    expect(await status()).toMatchObject({ '15': 'stale', 'own-2081': 'prepared' });
    const [signature] = (await listSignOffs(client, anna, id))[0]!.history;
    expect(signature).toMatchObject({
      who: 'Anna',
      version: 1,
      holds: false,
      moved: [
        { figure: 'account/1510/closing', name: 'utgående balans 1510', beforeOre: 135_00, afterOre: 260_00 },
      ],
    });

    expect(await close.report(moved)).toEqual({ moved: 1 });
    expect(await close.report(moved)).toEqual({ moved: 1 });
    const news = await closeNotifications(client, anna, id);
    expect(news).toHaveLength(1);
    expect(news[0]).toMatchObject({
      kind: 'watch.figures-moved',
      details: {
        snapshotId: moved,
        attachments: [
          {
            accountGroup: '15',
            signedVersion: 1,
            moved: [{ figure: 'account/1510/closing', beforeOre: 135_00, afterOre: 260_00 }],
            vouchers: [{ voucher: 'A-2', change: 'added', account: '1510', amountOre: 125_00 }],
          },
        ],
      },
    });

    expect(await codeOf(signOff(client, bo, id, '15', { version: 1, role: 'reviewed' }))).toBe(
      'sign-off.moved-on',
    );
    await signOff(client, bo, id, '15', { version: 2, role: 'reviewed' });
    const [after] = await listSignOffs(client, anna, id);
    expect(after?.history.map(({ who, role, holds }) => [who, role, holds])).toEqual([
      ['Bo', 'reviewed', true],
      ['Anna', 'prepared', false],
    ]);
    expect(await close.report(moved)).toEqual({ moved: 0 });
    const events = (await close.forFirm((tx) => listHistory(tx, id))).map(({ event }) => event);
    expect(events.filter((event) => /prepared|reviewed/.test(event))).toHaveLength(3);
  });

  it('stands when it was put under a hash in which figures of 0 still counted', async () => {
    const { client, anna, id, ...close } = await start();
    const snapshotId = await close.import(books(vouchers(1)));
    await close.forFirm(async (tx) => {
      const [main] = await currentAttachments(tx, id, 'main');
      const { accountGroup, data } = main!;
      const zero = { ...figuresOf(accountGroup, data), 'account/1511/closing': 0 };
      const figuresHash = sha256(canonicalJson(zero));
      const edited = {
        engagementId: id,
        accountGroup,
        snapshotId,
        origin: 'edited',
        savedBy: 'system',
      } as const;
      await saveAttachment(tx, { ...edited, expectedVersion: 1, data, figuresHash });
    });
    await signOff(client, anna, id, '15', { version: 2, role: 'prepared' });
    await saveNote(client, anna, id, '15', { expectedVersion: 2, note: 'Stämt av.' });
    const [fifteen] = await listSignOffs(client, anna, id);
    expect(fifteen).toMatchObject({ version: 3, status: 'prepared' });
  });

  it('is a person’s, and with four eyes the reviewer is another than the preparer', async () => {
    const { client, anna, bo, id, ...close } = await start({ fourEyes: true });
    await close.import(books(vouchers(1)));
    const sign = (caller: Caller, role: 'prepared' | 'reviewed') =>
      signOff(client, caller, id, '15', { version: 1, role });
    expect(await codeOf(sign({ ...anna, actor: 'key:1' }, 'prepared'))).toBe('sign-off.not-a-person');
    expect(await codeOf(sign(bo, 'reviewed'))).toBe('sign-off.not-prepared');
    expect(await sign(anna, 'prepared')).toMatchObject({ status: 'prepared', signed: false });
    expect(await codeOf(sign(anna, 'reviewed'))).toBe('sign-off.four-eyes');
    expect(await sign(bo, 'reviewed')).toMatchObject({ status: 'reviewed', signed: true });
  });
});

describe('a worked-on attachment', () => {
  it('is replaced only when a person says so', async () => {
    const { client, anna, id, ...close } = await start();
    await close.import(books(vouchers(1)));
    const noted = await saveNote(client, anna, id, '15', {
      expectedVersion: 1,
      note: 'Stämt av mot listan.',
    });
    expect(noted).toMatchObject({ version: 2, origin: 'edited' });
    await signOff(client, anna, id, '15', { version: 2, role: 'prepared' });

    await close.import(books(vouchers(2)));
    const [offer] = await listOffers(client, anna, id);
    expect(offer).toMatchObject({
      accountGroup: '15',
      current: { version: 2, data: { note: 'Stämt av mot listan.', closingOre: 135_00 } },
      offered: { version: 3, data: { closingOre: 260_00 } },
      moved: [{ name: 'utgående balans 1510', beforeOre: 135_00, afterOre: 260_00 }],
    });
    const stands = async () => (await listSignOffs(client, anna, id))[0];
    expect(await stands()).toMatchObject({ version: 2, status: 'stale', offerWaits: true });
    expect(await codeOf(signOff(client, anna, id, '15', { version: 2, role: 'prepared' }))).toBe(
      'sign-off.offer-waits',
    );

    expect(await codeOf(declineOffer(client, anna, id, '15', 2))).toBe('attachments.conflict');
    await declineOffer(client, anna, id, '15', 3);
    expect(await listOffers(client, anna, id)).toEqual([]);
    expect(await stands()).toMatchObject({ version: 4, status: 'stale', offerWaits: false });
    expect(await codeOf(declineOffer(client, anna, id, '15', 4))).toBe('offers.none');

    // The same figures are not offered twice; others are.
    await close.import(books(vouchers(2)));
    expect(await listOffers(client, anna, id)).toEqual([]);
    await close.import(books(vouchers(3)));
    expect(await listOffers(client, anna, id)).toHaveLength(1);
    // Books that come back to what was kept take their offer back.
    await close.import(books(vouchers(2)));
    expect(await listOffers(client, anna, id)).toEqual([]);
    await saveNote(client, anna, id, '15', { expectedVersion: 4, note: 'Stämt av igen.' });

    await close.import(books(vouchers(4)));
    const [last] = await listOffers(client, anna, id);
    const accepted = await acceptOffer(client, anna, id, '15', last!.offered.version);
    expect(accepted.data).toMatchObject({ note: 'Stämt av igen.', closingOre: 510_00 });
    expect(accepted.data).not.toHaveProperty('keptAgainst');
    expect(await listOffers(client, anna, id)).toEqual([]);
  });
});

describe('own attachments', () => {
  it('are held against each import’s balances and count as support once they tie and are signed', async () => {
    const { client, anna, id, ...close } = await start();
    await close.import(books(vouchers(1)));
    await setMateriality(client, anna, id, ore(0));
    await saveOwnAttachment(client, anna, id, undefined, { ...equity, rows: [] });
    const count = async () => {
      const { done, supported, of } = (await supportOverview(client, anna, id)).count;
      return [done, supported, of];
    };
    // 1510 is supported by its ledger's attachment, to the öre or not.
    const before = await count();
    expect(before[2]).toBe(2);
    await setMateriality(client, anna, id, ore(10_01));
    expect((await supportOverview(client, anna, id)).differences).toContainEqual({
      accountGroup: 'own-2081',
      differenceOre: -10_00,
      unexplainedOre: -10_00,
      noise: true,
    });
    await setMateriality(client, anna, id, ore(0));
    await saveOwnAttachment(client, anna, id, 'own-2081', { ...equity, expectedVersion: 1 });
    expect((await count())[1]).toBe(before[1]! + 1);
    await signOff(client, anna, id, 'own-2081', { version: 2, role: 'prepared' });
    expect((await count())[0]).toBe(before[0]! + 1);

    const content = books(vouchers(1));
    const openingBalances = new Map([...content.closing.openingBalances, ['2081', ore(-12_00)] as const]);
    await close.import({ ...content, closing: { ...content.closing, openingBalances } });
    expect(await listOwnAttachments(client, anna, id)).toMatchObject([
      { version: 3, closingOre: -12_00, totalOre: -10_00, differenceOre: -2_00 },
    ]);
    expect((await count())[0]).toBe(before[0]);
  });

  it('specify an account once, refuse what is broken, and can be withdrawn', async () => {
    const { client, anna, id, ...close } = await start();
    expect(await codeOf(saveOwnAttachment(client, anna, id, undefined, equity))).toBe(
      'adjustments.nothing-imported',
    );
    await close.import(books(vouchers(1)));
    await saveOwnAttachment(client, anna, id, undefined, equity);
    const save = (changes: object, group?: string) =>
      codeOf(saveOwnAttachment(client, anna, id, group, { ...equity, ...changes }));
    expect(await save({ accounts: ['1930', '2081'] })).toBe('own-attachments.account-taken');
    expect(await save({ title: 'Annan' })).toBe('own-attachments.account-taken');
    expect(await save({ title: 'Annan' }, 'own-2081')).toBe('attachments.conflict');
    expect(await save({ accounts: ['3001'] })).toBe('own-attachments.refused');
    expect(await save({}, 'own-1930')).toBe('own-attachments.not-found');
    expect(await save({ expectedVersion: 1, fileIds: [randomUUID()] }, 'own-2081')).toBe('files.not-found');
    await withdrawOwnAttachment(client, anna, id, 'own-2081', 1);
    expect(await listOwnAttachments(client, anna, id)).toEqual([]);
    expect(await save({ accounts: ['1930', '2081'] })).toBe('nothing thrown');
  });

  it('carry files that are what they say, with their hash', async () => {
    const { client, anna, id, ...close } = await start();
    await close.import(books(vouchers(1)));
    const bytes = Buffer.from('%PDF-1.7\n');
    const file = await uploadSupport(client, anna, id, { name: '../../aktie/bok.exe', bytes });
    expect(file).toMatchObject({ name: '.._.._aktie_bok.pdf', mediaType: 'application/pdf', kind: 'upload' });
    expect((await uploadSupport(client, anna, id, { name: '../../aktie/bok.exe', bytes })).id).toBe(file.id);
    const view = await saveOwnAttachment(client, anna, id, undefined, { ...equity, fileIds: [file.id] });
    expect(view.data.files).toMatchObject([{ fileId: file.id, sha256: file.sha256, sizeBytes: 9 }]);
    const refused = (content: Uint8Array) =>
      codeOf(uploadSupport(client, anna, id, { name: 'a.pdf', bytes: content }));
    expect(await refused(Buffer.from('<html>'))).toBe('uploads.type-refused');
    expect(await refused(Buffer.alloc(21 * 1024 * 1024, 'a'))).toBe('uploads.too-large');
  });

  it('come along as drafts when the next year’s close is first imported', async () => {
    const { client, anna, id, engagement, ...close } = await start();
    await close.import(books(vouchers(1)));
    await saveOwnAttachment(client, anna, id, undefined, equity);
    const next = await close.forFirm((tx) =>
      createEngagement(tx, {
        companyId: engagement.companyId,
        yearFrom: isoDate('2026-01-01'),
        yearTo: isoDate('2026-12-31'),
        settings: engagement.settings,
      }),
    );
    const content = books([]);
    const year = { from: isoDate('2026-01-01'), to: isoDate('2026-12-31') };
    const nextBooks = { ...content, closing: { ...content.closing, year }, otherYears: [] };
    await close.import(nextBooks, next.id);
    await close.import(nextBooks, next.id);
    const drafts = await listOwnAttachments(client, anna, next.id);
    expect(drafts).toMatchObject([
      {
        accountGroup: 'own-2081',
        version: 1,
        draft: true,
        data: { title: 'Aktiekapital', rows: [{ text: '100 aktier', amountOre: 0, priorOre: -10_00 }] },
        differenceOre: -10_00,
      },
    ]);
    const saved = await saveOwnAttachment(client, anna, next.id, 'own-2081', {
      ...equity,
      expectedVersion: 1,
    });
    expect(saved).toMatchObject({ version: 2, draft: false });
  });
});

describe('around them', () => {
  it('tells what happened between any two imports', async () => {
    const { client, anna, id, ...close } = await start();
    const first = await close.import(books(vouchers(2)));
    await close.import(books(vouchers(3)));
    const last = await close.import(books([voucher(2), voucher(3)]));
    const changes = await changesBetween(client, anna, id, first, last);
    expect(changes).toMatchObject({ unchanged: false, from: { seq: 1 }, to: { seq: 3 } });
    expect(changes.years).toHaveLength(1);
    expect(changes.years[0]).toMatchObject({ yearFrom: '2025-01-01', changed: [], ours: [], moved: [] });
    expect(changes.years[0]?.added.map(({ number }) => number)).toEqual([3]);
    expect(changes.years[0]?.removed.map(({ number }) => number)).toEqual([1]);
    expect(await changesSinceApproval(client, anna, id)).toBeUndefined();
    const other = await start();
    await other.import(books(vouchers(1)));
    expect(await codeOf(changesBetween(other.client, other.anna, other.id, first, last))).toBe(
      'snapshots.not-found',
    );
  });

  it('says so when a record was written for nothing but the order of a voucher’s rows', async () => {
    const { client, anna, id, ...close } = await start();
    const first = await close.import(books(vouchers(2)));
    const turned = { ...voucher(2), rows: voucher(2).rows.toReversed() };
    const last = await close.import(books([voucher(1), turned]));
    const { written } = await close.forFirm((tx) => getSnapshot(tx, last));
    const { years, unchanged } = await changesBetween(client, anna, id, first, last);
    expect([written, unchanged]).toEqual([1, false]);
    expect(years).toMatchObject([{ added: [], changed: [], removed: [], retold: [turned], moved: [] }]);
  });

  it('takes exchange rates from a file, all or none', async () => {
    const { client, anna, ...close } = await start();
    const enter = (text: string) => codeOf(enterRatesFromFile(client, anna, Buffer.from(text)));
    expect(await enter('EUR;2025-12-31;11,25;Riksbanken\nSEK;2025-12-31;1;x')).toBe('rates.invalid');
    expect(await enter('EUR;2025-12-31;11,25;Riksbanken\nbroken')).toBe('rates.file-invalid');
    expect(await close.forFirm((tx) => ratesUpTo(tx, isoDate('2025-12-31')))).toEqual([]);
    expect(await enter('EUR;2025-12-31;11,25;Riksbanken')).toBe('nothing thrown');
    expect(await close.forFirm((tx) => ratesUpTo(tx, isoDate('2025-12-31')))).toMatchObject([
      { currency: 'EUR', rate: '11.25', source: 'Riksbanken' },
    ]);
  });

  it('asks a source for the currencies that have open items, at the balance date', async () => {
    const { client, anna, id, ...close } = await start();
    const content = books(vouchers(1));
    const [invoice] = content.invoices;
    const euro = {
      ...invoice!,
      currency: 'EUR',
      currencyRate: '11',
      total: ore(100_00),
      balanceToday: ore(100_00),
    };
    await close.import({ ...content, invoices: [euro], payments: [] });
    const rate = { currency: 'EUR', date: isoDate('2025-12-30'), rate: '11.25', source: 'Riksbanken' };
    const asked: unknown[] = [];
    const rateSource: RateSource = async (...question) => {
      asked.push(question);
      return [rate];
    };
    expect(await fetchRates({ ...client, rateSource }, anna, id)).toEqual([rate]);
    expect(asked).toEqual([['2025-12-31', ['EUR']]]);
    expect(await close.forFirm((tx) => ratesUpTo(tx, isoDate('2025-12-31')))).toEqual([rate]);
    const from = (source: RateSource) => codeOf(fetchRates({ ...client, rateSource: source }, anna, id));
    expect(await from(() => Promise.reject(new TypeError('fetch failed')))).toBe('rates.source-failed');
    expect(await from(async () => [{ ...rate, rate: '0' }])).toBe('rates.invalid');
    expect(await codeOf(fetchRates(client, anna, id))).toBe('rates.no-source');
  });

  it('prints what the law asks of the firm, and the attachments as they stand', async () => {
    const { client, anna, id, ...close } = await start();
    await close.import(books(vouchers(3)));
    await saveOwnAttachment(client, anna, id, undefined, equity);
    await signOff(client, anna, id, 'own-2081', { version: 1, role: 'prepared' });
    const printed = [
      await historyFile(client, anna, id, 'pdf'),
      await systemDocumentationPdf(client, anna, id),
      await mainAttachmentFile(client, anna, id, undefined, 'pdf'),
      await mainAttachmentFile(client, anna, id, '15', 'pdf'),
      await ownAttachmentFile(client, anna, id, 'own-2081', 'pdf'),
    ];
    expect(printed.map(({ name }) => name)).toEqual([
      'behandlingshistorik-2025-12-31.pdf',
      'systemdokumentation-2025-12-31.pdf',
      'huvudbilaga-alla-2025-12-31.pdf',
      'huvudbilaga-15-2025-12-31.pdf',
      'bilaga-own-2081-version-1.pdf',
    ]);
    for (const { bytes } of printed) expect(Buffer.from(bytes.slice(0, 5)).toString()).toBe('%PDF-');
    expect(await codeOf(mainAttachmentFile(client, anna, id, '1510', 'pdf'))).toBe('attachments.not-found');
  });
});

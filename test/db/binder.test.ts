import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ore } from '../../accounting/money.ts';
import { markItem } from '../../client/close/item-marks.ts';
import {
  saveOwnAttachment,
  uploadSupport,
  withdrawOwnAttachment,
} from '../../client/close/own-attachments.ts';
import { signOff } from '../../client/close/sign-offs.ts';
import { openOrder } from '../../db/stores/exports.ts';
import { manifestName, sha256 } from '../../documents/binder.ts';
import type { Manifest } from '../../documents/binder.ts';
import { verifyBinder } from '../../documents/verify-binder.ts';
import { pdfText } from '../setup/pdf-text.ts';
import { openDesk } from './desk.ts';
import { adjustment, books, openTestDatabase, voucher } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

const own = (account: string, amountOre: number, fileIds: readonly string[] = []) => ({
  expectedVersion: 0,
  title: `Specifikation ${account}`,
  text: '',
  accounts: [account],
  rows: [{ text: 'Enligt underlag', amountOre: ore(amountOre) }],
  fileIds,
});

describe('the binder of a close', () => {
  it('holds every document once, with people’s own, their files, all signatures and a true hash of each', async () => {
    const desk = await openDesk(opened.database);
    const { client, anna, bo, id } = desk;
    const snapshotId = await desk.import(books([voucher(1), voucher(2)]));
    const receipt = Buffer.from('%PDF-1.7\nengagemangsbesked');
    const file = await uploadSupport(client, anna, id, { name: 'besked.pdf', bytes: receipt });
    await saveOwnAttachment(client, anna, id, undefined, own('2081', -10_00, [file.id]));
    await saveOwnAttachment(client, anna, id, undefined, own('1930', 0));
    await withdrawOwnAttachment(client, anna, id, 'own-1930', 1);
    await markItem(client, anna, id, '1510', {
      expectedVersion: 1,
      invoiceNumber: '7',
      kind: 'disputed',
      note: 'Bestrids',
    });
    await signOff(client, anna, id, '15', { version: 1, role: 'prepared' });
    await signOff(client, bo, id, '15', { version: 1, role: 'reviewed' });
    await signOff(client, anna, id, '1510', { version: 2, role: 'prepared' });
    const approval = await desk.approve(snapshotId);
    await desk.forFirm((tx) =>
      openOrder(tx, {
        engagementId: id,
        approvalId: approval.id,
        tenant: desk.firmId,
        yearFrom: desk.engagement.yearFrom,
        vouchers: [{ marker: '7Q2M9K4TX0AB', adjustment: adjustment('a1'), series: 'B' }],
      }),
    );

    const bytes = await desk.binder();
    const held = unzipSync(bytes);
    const named = (path: string) => Buffer.from(held[path] ?? []);
    expect(Object.keys(held)).toEqual([
      manifestName,
      'innehall.pdf',
      'innehall.xlsx',
      'huvudbilagor.pdf',
      'huvudbilagor.xlsx',
      'bilaga-1510.pdf',
      'bilaga-1510.xlsx',
      'bilaga-1510.json',
      'bilaga-2440.pdf',
      'bilaga-2440.xlsx',
      'bilaga-2440.json',
      'bilaga-own-2081.pdf',
      'bilaga-own-2081.xlsx',
      'underlag/own-2081-1-besked.pdf',
      'bokforingsorder-1.pdf',
      'bokforingsorder-1.xlsx',
      'bokforingsorder-1.si',
      'behandlingshistorik.pdf',
      'behandlingshistorik.xlsx',
      'importkontroller.pdf',
      'importkontroller.xlsx',
      'systemdokumentation.pdf',
      'sie/2025.se',
    ]);

    const manifest = JSON.parse(named(manifestName).toString('utf8')) as Manifest;
    expect(manifest.files.map(({ name, sha256: hash }) => [name, hash])).toEqual(
      Object.entries(held)
        .filter(([name]) => name !== manifestName)
        .map(([name, content]) => [name, sha256(content)]),
    );
    expect(verifyBinder(bytes)).toMatchObject({ ok: true, files: manifest.files.length });
    expect(named('underlag/own-2081-1-besked.pdf').equals(receipt)).toBe(true);
    expect(named('sie/2025.se').toString('utf8')).toBe('rå SIE');
    expect(JSON.parse(named('bilaga-1510.json').toString('utf8'))).toMatchObject({
      openItems: [{ invoiceNumber: '7', mark: 'disputed', note: 'Bestrids' }],
    });

    const index = await pdfText({ bytes: named('innehall.pdf') });
    // A hash stands on two lines of its column.
    const hashes = manifest.files.slice(2).map(({ sha256: hash }) => hash.slice(0, 32));
    expect(hashes.filter((hash) => !index.includes(hash))).toEqual([]);
    const mains = await pdfText({ bytes: named('huvudbilagor.pdf') });
    expect(mains).toMatch(/Godkänd, version 1; upprättad av Anna, .*; granskad av Bo, /);
    expect(mains).toContain('Utkast, version 1.');
    expect(await pdfText({ bytes: named('bilaga-1510.pdf') })).toContain('Tvistig. Bestrids');
    const history = await pdfText({ bytes: named('behandlingshistorik.pdf') });
    for (const line of [
      'Bokföringen lästes in',
      'En öppen post märktes i en bilaga',
      'Ett underlag laddades upp',
    ])
      expect(history).toContain(line);

    // A byte of a support file, as somebody might exchange it.
    const damaged = Buffer.from(bytes);
    damaged[damaged.indexOf('engagemangsbesked')]! ^= 1;
    expect(verifyBinder(damaged).faults.map(({ file: name }) => name)).toEqual([
      'underlag/own-2081-1-besked.pdf',
    ]);
  });
});

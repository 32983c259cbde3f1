import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Voucher } from '../../accounting/books.ts';
import { ore } from '../../accounting/money.ts';
import { acceptOffer, declineOffer, listOffers, saveNote } from '../../client/close/offers.ts';
import { mainAttachmentFile } from '../../client/close/print.ts';
import { listSignOffs, signOff } from '../../client/close/sign-offs.ts';
import { supportOverview } from '../../client/close/support.ts';
import { closeNotifications } from '../../client/close/watch.ts';
import { noAccountsLeft } from '../../documents/main-attachments.ts';
import { pdfText } from '../setup/pdf-text.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';
import { books, codeOf, openTestDatabase, voucher } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

/** A purchase of 1 000 on an account of class 1. */
const bought = (number: number, account: string): Voucher =>
  voucher(number, {
    rows: [
      { account, amountOre: ore(1_000_00), text: '' },
      { account: '3001', amountOre: ore(-1_000_00), text: '' },
    ],
  });

const withShares = books([voucher(1), bought(2, '1810')]);
const withoutShares = books([voucher(1)]);

const start = (): Promise<Desk> => openDesk(opened.database);

const group = async ({ client, anna, id }: Desk, code: string) =>
  (await listSignOffs(client, anna, id)).find(({ accountGroup }) => accountGroup === code);

const counted = async ({ client, anna, id }: Desk): Promise<string[]> =>
  (await supportOverview(client, anna, id)).count.accounts.map(({ account }) => account);

const mainsIn = async (desk: Desk): Promise<string> =>
  pdfText({ bytes: Buffer.from(unzipSync(await desk.binder())['huvudbilagor.pdf']!) });

describe('an account group that leaves the books', () => {
  it('makes its signature fall with what moved, the watch names the voucher, and it is counted no more', async () => {
    const desk = await start();
    const { client, anna, id } = desk;
    await desk.import(withShares);
    await signOff(client, anna, id, '18', { version: 1, role: 'prepared' });
    expect(await counted(desk)).toContain('1810');

    const left = await desk.import(withoutShares);
    expect(await group(desk, '18')).toMatchObject({
      version: 2,
      status: 'stale',
      history: [
        { holds: false, moved: [{ name: 'utgående balans 1810', beforeOre: 1_000_00, afterOre: 0 }] },
      ],
    });
    expect(await counted(desk)).not.toContain('1810');
    expect(await desk.report(left)).toEqual({ moved: 1 });
    const [news] = await closeNotifications(client, anna, id);
    expect(news?.details).toMatchObject({
      attachments: [
        {
          accountGroup: '18',
          vouchers: [{ voucher: 'A-2', change: 'removed', account: '1810', amountOre: -1_000_00 }],
        },
      ],
    });

    // What was signed once is still there to see, at 0, and an unchanged year writes no further version.
    await desk.import(withoutShares);
    expect(await mainsIn(desk)).toMatch(
      new RegExp(`18 Kortfristiga placeringar[^]*Godkännandet gäller inte längre[^]*${noAccountsLeft}`),
    );
    expect(await signOff(client, anna, id, '18', { version: 2, role: 'prepared' })).toMatchObject({
      status: 'prepared',
    });
    await desk.import(withShares);
    const back = await group(desk, '18');
    expect(back?.history.map(({ version, holds }) => [version, holds])).toEqual([
      [2, false],
      [1, true],
    ]);
    expect(await counted(desk)).toContain('1810');
  });

  it('under which nobody has signed or written anything is gone from the page, the documents and the count', async () => {
    const desk = await start();
    const { client, anna, id } = desk;
    await desk.import(withShares);
    await desk.import(withoutShares);
    expect(await group(desk, '18')).toBeUndefined();
    const { mains, count } = await supportOverview(client, anna, id);
    expect(mains.map(({ accountGroup }) => accountGroup)).toEqual(['15', '20']);
    expect(count.of).toBe(2);
    expect(await mainsIn(desk)).not.toContain('Kortfristiga placeringar');
    expect(await codeOf(mainAttachmentFile(client, anna, id, '18', 'pdf'))).toBe('attachments.not-found');
    await desk.import(withShares);
    expect(await group(desk, '18')).toMatchObject({ version: 3, status: 'draft' });
  });

  it('and was worked on is asked about, and its note is kept whichever way', async () => {
    for (const settle of [acceptOffer, declineOffer]) {
      const desk = await start();
      const { client, anna, id } = desk;
      await desk.import(withShares);
      await saveNote(client, anna, id, '18', { expectedVersion: 1, note: 'Depåbesked finns.' });
      await signOff(client, anna, id, '18', { version: 2, role: 'prepared' });
      const left = await desk.import(withoutShares);
      const [offer] = await listOffers(client, anna, id);
      expect(offer).toMatchObject({
        accountGroup: '18',
        current: { version: 2, data: { closingOre: 1_000_00 } },
        offered: { version: 3, data: { closingOre: 0, accounts: [] } },
        moved: [{ name: 'utgående balans 1810', beforeOre: 1_000_00, afterOre: 0 }],
      });
      expect(await group(desk, '18')).toMatchObject({ status: 'stale', signed: false, offerWaits: true });
      expect(await counted(desk)).not.toContain('1810');
      expect(await desk.report(left)).toEqual({ moved: 1 });

      await settle(client, anna, id, '18', 3);
      expect(await listOffers(client, anna, id)).toEqual([]);
      expect(await group(desk, '18')).toMatchObject({ version: 4, status: 'stale', offerWaits: false });
      expect(await counted(desk)).not.toContain('1810');
      const printed = await pdfText(await mainAttachmentFile(client, anna, id, '18', 'pdf'));
      expect(printed).toContain('Depåbesked finns.');
      expect(printed.includes(noAccountsLeft)).toBe(settle === acceptOffer);
      await desk.import(withoutShares);
      expect(await group(desk, '18')).toMatchObject({ version: 4, offerWaits: false });
    }
  });
});

describe('an account that leaves the books', () => {
  it('makes the signature of its group fall, of its own alone, when others stay', async () => {
    const desk = await start();
    const { client, anna, id } = desk;
    await desk.import(books([voucher(1), bought(2, '1810'), bought(3, '1820')]));
    await signOff(client, anna, id, '18', { version: 1, role: 'prepared' });
    const left = await desk.import(books([voucher(1), bought(3, '1820')]));
    expect((await group(desk, '18'))?.history[0]?.moved.map(({ figure }) => figure)).toEqual([
      'account/1810/closing',
    ]);
    expect(await counted(desk)).toEqual(['1510', '1820', '2081']);
    await desk.report(left);
    expect((await closeNotifications(client, anna, id))[0]?.details).toMatchObject({
      attachments: [{ accountGroup: '18', vouchers: [{ voucher: 'A-2', account: '1810' }] }],
    });
  });

  it('makes the signatures of the ledger that ties to it fall as well, and the watch names its invoice', async () => {
    const desk = await start();
    const { client, anna, id } = desk;
    const whole = books([voucher(1)]);
    const openingBalances = new Map([['1930', ore(10_00)]]);
    const empty = { closing: { ...whole.closing, openingBalances, vouchers: [] }, otherYears: [] };
    await desk.import(whole);
    for (const code of ['15', '1510'])
      await signOff(client, anna, id, code, { version: 1, role: 'prepared' });
    const left = await desk.import({ ...whole, ...empty, invoices: [], payments: [] });
    for (const code of ['15', '1510']) expect(await group(desk, code)).toMatchObject({ status: 'stale' });
    expect((await group(desk, '1510'))?.history[0]?.moved).toContainEqual({
      figure: 'ledger/1510',
      name: 'utgående balans 1510',
      beforeOre: 135_00,
      afterOre: 0,
    });
    expect(await counted(desk)).toEqual(['1930']);
    await desk.report(left);
    const [news] = await closeNotifications(client, anna, id);
    expect(news?.details).toMatchObject({
      attachments: [
        { accountGroup: '15', vouchers: [{ voucher: 'A-1' }, { voucher: 'A-1' }] },
        { accountGroup: '1510', documents: ['invoice receivables/7', 'payment receivables/3'] },
      ],
    });
  });
});

describe('an account that comes to a worked-on group', () => {
  it('is counted and its voucher named while the offer waits, and when it was turned down', async () => {
    for (const answered of [false, true]) {
      const desk = await start();
      const { client, anna, id } = desk;
      await desk.import(withShares);
      await saveNote(client, anna, id, '18', { expectedVersion: 1, note: 'Depåbesked finns.' });
      await signOff(client, anna, id, '18', { version: 2, role: 'prepared' });
      const come = await desk.import(books([voucher(1), bought(2, '1810'), bought(3, '1820')]));
      if (answered) await declineOffer(client, anna, id, '18', 3);
      expect(await counted(desk)).toContain('1820');
      await desk.report(come);
      expect((await closeNotifications(client, anna, id))[0]?.details).toMatchObject({
        attachments: [{ vouchers: [{ voucher: 'A-3', account: '1820' }] }],
      });
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '../../accounting/attachment.ts';
import type { Books } from '../../accounting/books.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { listProposals } from '../../client/close/attachments.ts';
import { listItems, markItem } from '../../client/close/item-marks.ts';
import { acceptOffer, listOffers, saveNote } from '../../client/close/offers.ts';
import { attachmentFile, historyFile } from '../../client/close/print.ts';
import { listSignOffs, signOff } from '../../client/close/sign-offs.ts';
import { attachmentVersions } from '../../db/stores/attachments.ts';
import { createEngagement } from '../../db/stores/engagements.ts';
import { getFile, listFiles } from '../../db/stores/files.ts';
import { listHistory } from '../../db/stores/history.ts';
import { pdfText } from '../setup/pdf-text.ts';
import { openDesk } from './desk.ts';
import { books, codeOf, openTestDatabase, voucher } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

/** Books whose one open invoice is 7, and another that a later import brings. */
const first = books([voucher(1)]);
const [seven] = first.invoices;
const second = books([voucher(1), voucher(2)], {
  invoices: [
    seven!,
    {
      ...seven!,
      number: '8',
      total: ore(80_00),
      balanceToday: ore(80_00),
      voucher: { ...seven!.voucher!, number: 2 },
    },
  ],
});

describe('what a person says of an open item', () => {
  it('drives the proposals, moves no signature, and is kept over a new import', async () => {
    const { client, anna, id, ...close } = await openDesk(opened.database);
    await close.import(first);
    await signOff(client, anna, id, '1510', { version: 1, role: 'prepared' });
    const codes = async () => (await listProposals(client, anna, id)).map(({ proposal }) => proposal.code);
    expect(await codes()).not.toContain('confirmedLoss');

    const said = {
      expectedVersion: 1,
      invoiceNumber: '7',
      kind: 'lost',
      note: ' Konkurs avslutad ',
    } as const;
    const marked = await markItem(client, anna, id, '1510', said);
    expect(marked).toMatchObject({
      version: 2,
      item: { openOre: 125_00, mark: { kind: 'lost', note: 'Konkurs avslutad' } },
    });
    expect(await codes()).toContain('confirmedLoss');
    const [state] = (await listSignOffs(client, anna, id)).filter(
      ({ accountGroup }) => accountGroup === '1510',
    );
    expect(state).toMatchObject({ version: 2, status: 'prepared', signed: true });

    // The books move: the marked attachment is a worked-on one, so the new figures are offered, with the mark.
    await close.import(second);
    const [offer] = (await listOffers(client, anna, id)).filter(
      ({ accountGroup }) => accountGroup === '1510',
    );
    expect((offer!.offered.data as Attachment).marks).toEqual([
      { invoiceNumber: '7', kind: 'lost', note: 'Konkurs avslutad' },
    ]);
    expect(await codeOf(markItem(client, anna, id, '1510', { ...said, expectedVersion: 2 }))).toBe(
      'offers.waits',
    );
    await acceptOffer(client, anna, id, '1510', offer!.offered.version);
    const { version, items } = await listItems(client, anna, id, '1510');
    expect(items.map(({ invoiceNumber, mark }) => [invoiceNumber, mark?.kind])).toEqual([
      ['7', 'lost'],
      ['8', undefined],
    ]);
    expect(items[1]?.trail).toMatchObject([
      { kind: 'invoice', number: '8', voucher: { series: 'A', number: 2 } },
    ]);
    expect(await codes()).toContain('confirmedLoss');

    await markItem(client, anna, id, '1510', { expectedVersion: version, invoiceNumber: '7' });
    expect(await codes()).not.toContain('confirmedLoss');
    const [latest] = await close.forFirm((tx) => attachmentVersions(tx, id, '1510'));
    expect(latest?.data).not.toHaveProperty('marks');

    const told = await close.forFirm((tx) => listHistory(tx, id));
    expect(
      told.filter(({ event }) => event === 'attachments.item-marked').map(({ details }) => details),
    ).toEqual([
      { accountGroup: '1510', version: 2, invoice: '7', mark: 'lost' },
      { accountGroup: '1510', version: version + 1, invoice: '7' },
    ]);
    expect(await pdfText(await historyFile(client, anna, id, 'pdf'))).toContain(
      'En öppen post märktes i en bilaga',
    );
  });

  it('stands over what is no figure: a later payment is brought in under it, and nobody is asked', async () => {
    const { client, anna, id, ...close } = await openDesk(opened.database);
    await close.import(first);
    await markItem(client, anna, id, '1510', {
      expectedVersion: 1,
      invoiceNumber: '7',
      note: 'Lovar betala',
    });
    await saveNote(client, anna, id, '1510', { expectedVersion: 2, note: 'Stämt av.' });
    await signOff(client, anna, id, '1510', { version: 3, role: 'prepared' });
    const [payment] = first.payments;
    const split = [
      { ...payment!, amountOre: ore(100_00) },
      { ...payment!, number: '4', date: isoDate('2026-02-01'), amountOre: ore(25_00) },
    ];
    await close.import({ ...first, payments: split });
    expect(await listOffers(client, anna, id)).toEqual([]);
    const { version, items } = await listItems(client, anna, id, '1510');
    expect(version).toBe(4);
    expect(items[0]).toMatchObject({
      mark: { note: 'Lovar betala' },
      laterPayments: [{ amountOre: 100_00 }, { date: '2026-02-01', amountOre: 25_00 }],
    });
    const signOffs = await listSignOffs(client, anna, id);
    expect(signOffs.find(({ accountGroup }) => accountGroup === '1510')).toMatchObject({
      status: 'prepared',
    });
    const [latest] = await close.forFirm((tx) => attachmentVersions(tx, id, '1510'));
    expect(latest).toMatchObject({ origin: 'edited', savedBy: 'system', data: { note: 'Stämt av.' } });
  });

  it('comes along to the year after with the invoice that is still open', async () => {
    const { client, anna, id, engagement, ...close } = await openDesk(opened.database);
    await close.import(first);
    await markItem(client, anna, id, '1510', {
      expectedVersion: 1,
      invoiceNumber: '7',
      kind: 'disputed',
      note: 'I domstol',
    });
    const next = await close.forFirm((tx) =>
      createEngagement(tx, {
        companyId: engagement.companyId,
        yearFrom: isoDate('2026-01-01'),
        yearTo: isoDate('2026-12-31'),
        settings: engagement.settings,
      }),
    );
    const year = { from: isoDate('2026-01-01'), to: isoDate('2026-12-31') };
    const unpaid = { ...seven!, balanceToday: seven!.total };
    const content: Books = {
      ...books([]),
      closing: { ...first.closing, year, vouchers: [] },
      otherYears: [],
      invoices: [unpaid],
      payments: [],
    };
    await close.import(content, next.id);
    await close.import({ ...content, invoices: [{ ...unpaid, dueDate: isoDate('2026-01-31') }] }, next.id);
    const { version, items } = await listItems(client, anna, next.id, '1510');
    expect(version).toBe(2);
    expect(items).toMatchObject([{ invoiceNumber: '7', mark: { kind: 'disputed', note: 'I domstol' } }]);
  });

  it('is refused for what is no open item, for a debt that cannot be doubted, and when somebody else was faster', async () => {
    const { client, anna, id, ...close } = await openDesk(opened.database);
    await close.import(first);
    const mark = (group: string, changes: object) =>
      codeOf(
        markItem(client, anna, id, group, {
          expectedVersion: 1,
          invoiceNumber: '7',
          kind: 'doubtful',
          ...changes,
        }),
      );
    expect(await mark('1510', { invoiceNumber: '77' })).toBe('attachments.item-not-found');
    expect(await mark('15', {})).toBe('attachments.not-found');
    expect(await mark('1510', { note: 'x'.repeat(501) })).toBe('attachments.mark-refused');
    expect(await mark('1510', { expectedVersion: 3 })).toBe('attachments.conflict');
    const debt = { ...seven!, ledger: 'payables', partyNumber: '5', balanceToday: ore(125_00) } as const;
    await close.import({ ...first, invoices: [debt], payments: [] });
    expect(await mark('2440', { expectedVersion: 2 })).toBe('attachments.mark-refused');
    expect(await mark('2440', { expectedVersion: 2, kind: 'disputed' })).toBe('nothing thrown');
  });
});

describe('a printed attachment', () => {
  it('shows who has signed, what was said of its items, how they came about and what is proposed', async () => {
    const { client, anna, id, ...close } = await openDesk(opened.database);
    await close.import(first);
    await markItem(client, anna, id, '1510', {
      expectedVersion: 1,
      invoiceNumber: '7',
      kind: 'doubtful',
      note: 'Svarar inte',
    });
    await signOff(client, anna, id, '1510', { version: 2, role: 'prepared' });
    const file = await attachmentFile(client, anna, id, '1510', 'pdf');
    expect(file.name).toBe('bilaga-1510-version-2.pdf');
    const text = await pdfText(file);
    expect(text).toMatch(/Upprättad av\s.*\n?.*Anna/);
    expect(text).toContain('Osäker. Svarar inte');
    expect(text).toMatch(/Faktura +7 +2025-12-01 +A-1 +2025-01-01 +125,00/);
    expect(text).toContain('Att bedöma: Nedskrivning av osäker fordran');
    expect(text).toContain(
      'Faktura 7, bedömd som osäker: 125,00 varav moms 0,00 (enligt fakturans verifikation)',
    );
    expect(await codeOf(attachmentFile(client, anna, id, '15', 'pdf'))).toBe('attachments.not-found');
  });

  it('says which version it shows while a re-import’s offer waits', async () => {
    const { client, anna, id, ...close } = await openDesk(opened.database);
    await close.import(first);
    await saveNote(client, anna, id, '1510', { expectedVersion: 1, note: 'Stämt av.' });
    const text = async () => pdfText(await attachmentFile(client, anna, id, '1510', 'pdf'));
    expect(await text()).not.toContain('Visar version');
    await close.import(second);
    expect(await text()).toContain(
      'Visar version 2, som gäller. Bokföringen har ändrats efter den: förslaget i version 3 väntar på svar.',
    );
    // The file that the import made of its offer says that it is one.
    const offered = await close.forFirm(async (tx) => {
      const files = await listFiles(tx, id, 'attachment');
      return getFile(tx, files.find(({ name }) => name === 'bilaga-1510-version-3.pdf')!.id);
    });
    expect(await pdfText(offered)).toContain(
      'Visar version 3: ett förslag ur en ny inläsning. Version 2 gäller tills någon tar över förslaget.',
    );
    await acceptOffer(client, anna, id, '1510', 3);
    expect(await text()).not.toContain('Visar version');
  });
});

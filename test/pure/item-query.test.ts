import { describe, expect, it } from 'vitest';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { OpenItem } from '../../accounting/open-items.ts';
import { itemPage, itemQueryText, itemsPerPage, readItemQuery } from '../../client/web/item-query.ts';
import { readVoucherName, referencePath, voucherPath } from '../../client/web/record-path.ts';

const item = (number: number): OpenItem => ({
  invoiceNumber: String(number),
  partyNumber: String(Math.floor(number / 10)),
  partyName: number % 2 === 0 ? 'Jämna AB' : 'Udda AB',
  invoiceDate: isoDate('2025-11-01'),
  dueDate: isoDate('2025-12-01'),
  total: ore(100_00),
  paid: ore(0),
  openOre: ore(100_00),
  daysOverdue: 30,
  ageingBucket: number < 5 ? 'over90' : 'd1_30',
  laterPayments: [],
  flags: [],
  trail: [],
});
const items = Array.from({ length: 250 }, (_, index) => item(index));

describe('pages of open items', () => {
  it('hold a hundred each, and know what came before', () => {
    const second = itemPage(items, readItemQuery({ sida: '2' }));
    expect(second.items).toHaveLength(itemsPerPage);
    expect([second.items[0]?.invoiceNumber, second.before?.invoiceNumber]).toEqual(['100', '99']);
    expect([second.page, second.pages, second.count, second.sumOre]).toEqual([2, 3, 250, 25_000_00]);
  });

  it('end at the last one, whatever is asked for', () => {
    expect(itemPage(items, readItemQuery({ sida: '99' })).items).toHaveLength(50);
    expect(itemPage(items, readItemQuery({ sida: '-1' })).page).toBe(1);
    expect(itemPage([], readItemQuery({}))).toMatchObject({ page: 1, pages: 1, count: 0, sumOre: 0 });
  });

  it('hold what the search and the age group find', () => {
    expect(itemPage(items, readItemQuery({ sok: 'udda' })).count).toBe(125);
    expect(itemPage(items, readItemQuery({ alder: 'over90' })).count).toBe(5);
    expect(itemPage(items, readItemQuery({ alder: 'over90', sok: 'UDDA' })).count).toBe(2);
    expect(itemPage(items, readItemQuery({ alder: 'no-such' })).count).toBe(250);
  });

  it('are named by addresses that read back the same', () => {
    const query = readItemQuery({ sida: '3', sok: 'a & b', alder: 'credit' });
    expect(readItemQuery(Object.fromEntries(new URLSearchParams(itemQueryText(query))))).toEqual(query);
    expect(itemQueryText(readItemQuery({}))).toBe('');
  });
});

describe('references lead to their records', () => {
  it.each([
    ['A-12', '/poster/verifikation/A-12'],
    ['A-12@2', '/poster/verifikation/A-12%402'],
    ['invoice 1007', '/poster/kundfaktura/1007'],
    ['supplierPayment 3', '/poster/leverantorsbetalning/3'],
    ['supplierinvoices 88', '/poster/leverantorsfaktura/88'],
    ['1510', '/bilagor#konto-1510'],
    ['account 2440', '/bilagor#konto-2440'],
    ['3001', undefined],
    ['A', undefined],
    ['accounts 9', undefined],
  ])('%s', (reference, path) => expect(referencePath(reference)).toBe(path));

  it('by names of vouchers that read back the same', () => {
    const path = voucherPath({ series: 'B-1', number: 7, year: '2025-01-01' });
    expect(readVoucherName(decodeURIComponent(path.split('/').at(-1) ?? ''))).toEqual({
      series: 'B-1',
      number: 7,
      year: '2025-01-01',
    });
    expect(readVoucherName('no voucher')).toBeUndefined();
  });
});

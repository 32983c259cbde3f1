import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import { endpoints } from '../../fortnox/endpoints.ts';
import { loadCase } from '../cases/load.ts';

describe('what is booked stays (BFL 5:5)', () => {
  test('nothing that the program can ask of Fortnox changes or removes a voucher', () => {
    const writing = Object.entries(endpoints).filter(([, { method }]) => method !== 'GET');
    expect(writing.map(([name, { method }]) => `${method} ${name}`).toSorted()).toEqual([
      'POST createVoucher',
      'POST createVoucherFileConnection',
      'POST uploadToInbox',
    ]);
  });
});

describe('claims and debts are not netted (ÅRL 2:4)', () => {
  test('a claim and a credit balance of one party are two rows, and credit balances are summed apart', () => {
    const { books } = loadCase('04-over-and-advance');
    const { openItems, parties, creditBalancesOre } = buildAttachment('receivables', books, { rates: [] });
    const credits = openItems.filter(({ openOre }) => openOre < 0);
    const claims = openItems.filter(({ openOre }) => openOre > 0);
    const onBothSides = parties.filter(({ partyNumber }) =>
      [credits, claims].every((side) => side.some((item) => item.partyNumber === partyNumber)),
    );
    expect(onBothSides.length).toBeGreaterThan(0);
    expect(creditBalancesOre).toBe(credits.reduce((sum, { openOre }) => sum + openOre, 0));
    expect(creditBalancesOre).toBeLessThan(0);
  });
});

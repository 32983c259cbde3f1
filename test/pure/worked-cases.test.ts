import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import type { Ledger } from '../../accounting/books.ts';
import { exchangeForm } from '../../accounting/exchange-form.ts';
import { caseNames, loadCase } from '../cases/load.ts';
import { unordered } from '../cases/unordered.ts';

const ledgers = [
  ['1510', 'receivables'],
  ['2440', 'payables'],
] as const satisfies readonly (readonly [string, Ledger])[];

test('all eighteen cases are here', () => {
  expect(caseNames).toHaveLength(18);
});

describe.each(caseNames)('%s', (name) => {
  const { books, rates, accountSets, expected } = loadCase(name);
  test.each(ledgers)('%s to the öre', (account, ledger) => {
    const accountSet = accountSets[ledger];
    const attachment = buildAttachment(ledger, books, { rates, ...(accountSet ? { accountSet } : {}) });
    expect(attachment.balanceDate).toBe(expected.balanceDate);
    expect(unordered(exchangeForm(attachment))).toEqual(unordered(expected.attachments[account]));
    const plain: unknown = JSON.parse(JSON.stringify(attachment));
    expect(plain).toEqual(attachment);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Adjustment } from '../../accounting/adjustment.ts';
import { checkAdjustments } from '../../accounting/adjustments.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { isoDate } from '../../accounting/dates.ts';
import { isFortnoxText, toFortnoxText } from '../../accounting/fortnox-text.ts';
import { findMarker, markLength, markedText } from '../../accounting/marker.ts';
import { ore } from '../../accounting/money.ts';

const context = {
  accounts: [
    { number: '1510', name: 'Kundfordringar', active: true },
    { number: '3740', name: 'Öresutjämning', active: true },
    { number: '1999', name: 'Gammalt konto', active: false },
  ],
  year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
  lockedUntil: isoDate('2025-11-30'),
};
const row = (account: string, amount: number, text = '') => ({ account, amountOre: ore(amount), text });
const good: Adjustment = {
  id: 'a1',
  date: isoDate('2025-12-31'),
  text: 'Öresutjämning',
  rows: [row('1510', 40), row('3740', -40)],
  transfer: true,
};

const faultsOf = (...adjustments: Adjustment[]) =>
  checkAdjustments(adjustments, context).map(({ code, row: index }) =>
    index === undefined ? code : `${code} ${index}`,
  );

describe('what is wrong with an adjustment', () => {
  test('nothing, when nothing is', () => {
    expect(faultsOf(good, { ...good, id: 'a2' })).toEqual([]);
  });

  test.each<[string, Partial<Adjustment>, string[]]>([
    ['off by an öre', { rows: [row('1510', 40), row('3740', -39)] }, ['adjustment.unbalanced']],
    ['one row', { rows: [row('1510', 0)] }, ['adjustment.too-few-rows', 'adjustment.zero-row 0']],
    ['a row without amount', { rows: [...good.rows, row('1510', 0)] }, ['adjustment.zero-row 2']],
    ['an unknown account', { rows: [row('1510', 1), row('9', -1)] }, ['adjustment.account-unknown 1']],
    ['an inactive account', { rows: [row('1999', 1), row('3740', -1)] }, ['adjustment.account-inactive 0']],
    ['the day after the year', { date: isoDate('2026-01-01') }, ['adjustment.outside-year']],
    ['the last locked day', { date: isoDate('2025-11-30') }, ['adjustment.locked-period']],
    ['the first open day', { date: isoDate('2025-12-01') }, []],
    ['no text', { text: '  ' }, ['adjustment.text-missing']],
    ['a text of 170', { text: 'x'.repeat(170) }, []],
    ['a text of 171', { text: 'x'.repeat(171) }, ['adjustment.text-too-long']],
    ['a quoted text', { text: 'Enligt "avtal"' }, ['adjustment.text-refused']],
    [
      'a row text with an address',
      { rows: [row('1510', 1, 'https://x'), row('3740', -1)] },
      ['adjustment.text-refused 0'],
    ],
    [
      'a row text of 101',
      { rows: [row('1510', 1), row('3740', -1, 'y'.repeat(101))] },
      ['adjustment.text-too-long 1'],
    ],
  ])('%s', (_, change, faults) => {
    expect(faultsOf({ ...good, ...change })).toEqual(faults);
  });

  test('an id that is used twice', () => {
    expect(faultsOf(good, good)).toEqual(['adjustment.duplicate-id']);
  });
});

describe('text for Fortnox', () => {
  test('keeps what is accepted', () => {
    const text = 'Årets kostnad – 25 % (moms), §3 & ’å’ £€$ @ ½ 1/2 #7; ok? ja!\nrad 2';
    expect(isFortnoxText(text)).toBe(true);
    expect(toFortnoxText(text)).toBe(text);
  });

  test.each(['"', "'", '<', '>', '[', ']', '{', '}', '|', '~', '·', '…', '://', '\\', '\u0000', '😀'])(
    'refuses %j',
    (sign) => {
      expect(isFortnoxText(`a${sign}b`)).toBe(false);
    },
  );

  test('replaces what is refused, once and for all', () => {
    expect(toFortnoxText('"Café" <x> [y] {z} a|b ~ … https://x.se')).toBe(
      '’Café’ (x) (y) (z) a/b - ... https: //x.se',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const made = toFortnoxText(text);
        expect(isFortnoxText(made)).toBe(true);
        expect(toFortnoxText(made)).toBe(made);
      }),
    );
  });
});

describe('our mark on a voucher', () => {
  const keys = fc.string({
    unit: fc.constantFrom(...Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ')),
    minLength: 12,
    maxLength: 12,
  });

  test('is found again, fits, and is text that Fortnox accepts', () => {
    fc.assert(
      fc.property(keys, fc.string({ maxLength: 170 }).map(toFortnoxText), (key, text) => {
        const marked = markedText(text, key);
        expect(findMarker(marked)).toBe(key);
        expect(marked).toHaveLength(text.length + markLength);
        expect(isFortnoxText(marked)).toBe(true);
      }),
    );
    expect(170 + markLength).toBeLessThanOrEqual(200);
  });

  test.each([
    'Avskrivning',
    'Avskrivning (bokslut)',
    'x (bokslut 7Q2M9K4TX0AB) y',
    'x (bokslut 7Q2M9K4TX0AI)',
    'x (bokslut 7q2m9k4tx0ab)',
  ])('is not seen in %j', (text) => {
    expect(findMarker(text)).toBeUndefined();
  });

  test('needs a whole key', () => {
    expect(() => markedText('x', 'ABC')).toThrow(RangeError);
  });
});

describe('canonical JSON', () => {
  test('reads back as the same value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const back: unknown = JSON.parse(canonicalJson(value));
        expect(canonicalJson(back)).toBe(canonicalJson(value));
        expect(back).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: 1, a: [{ d: undefined, c: -0 }] })).toBe('{"a":[{"c":0}],"b":1}');
  });

  test.each([Number.NaN, 1n, new Map(), new Date(0), [undefined], () => 1])(
    'refuses what JSON cannot hold: %s',
    (value) => {
      expect(() => canonicalJson({ value })).toThrow(TypeError);
    },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { none, NumberIndex } from '../../accounting/number-index.ts';

test('finds the place that was set last, near and far, whole numbers and other texts', () => {
  const number = fc.oneof(
    fc.integer({ min: 0, max: 300 }).map(String),
    fc.integer({ min: 0, max: 2_000_000_000 }).map(String),
    fc.constantFrom('', 'A7', '007', '131072', '131071'),
  );
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300 }), fc.array(number), (set, asked) => {
      const index = new NumberIndex();
      const expected = new Map<string, number>();
      set.forEach((one, place) => {
        index.set(one, place);
        expected.set(one, place);
      });
      for (const one of [...set, ...asked]) expect(index.get(one)).toBe(expected.get(one) ?? none);
    }),
  );
});

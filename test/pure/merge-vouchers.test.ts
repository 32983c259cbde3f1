import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeVouchers } from '../../client/web/merge-vouchers.ts';

interface Voucher {
  readonly id: string;
  readonly text: string;
}

const v = (id: string, text = id): Voucher => ({ id, text });
const same = (a: Voucher, b: Voucher): boolean => a.text === b.text;
const merge = (base: Voucher[], mine: Voucher[], theirs: Voucher[]) =>
  mergeVouchers(base, mine, theirs, same);

it('takes what each did alone', () => {
  const base = [v('a'), v('b'), v('c'), v('d')];
  const mine = [v('a', 'mine'), v('b'), v('c'), v('new mine')];
  const theirs = [v('a'), v('b', 'theirs'), v('d'), v('new theirs')];
  const { vouchers, taken, conflicts } = merge(base, mine, theirs);
  expect(vouchers.map(({ text }) => text)).toEqual(['mine', 'theirs', 'new mine', 'new theirs']);
  expect(taken.map(({ id }) => id)).toEqual(['b', 'c', 'new theirs']);
  expect(conflicts).toEqual([]);
});

it('leaves to a person what both touched, and shows mine until then', () => {
  const base = [v('changed'), v('I removed'), v('they removed')];
  const mine = [v('changed', 'mine'), v('they removed', 'mine')];
  const theirs = [v('changed', 'theirs'), v('I removed', 'theirs')];
  const { vouchers, conflicts } = merge(base, mine, theirs);
  expect(vouchers.map(({ text }) => text)).toEqual(['mine', 'mine']);
  expect(conflicts.map(({ id, mine: own, theirs: other }) => [id, own?.text, other?.text])).toEqual([
    ['changed', 'mine', 'theirs'],
    ['they removed', 'mine', undefined],
    ['I removed', undefined, 'theirs'],
  ]);
});

const someVouchers = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), text: fc.constantFrom('1', '2', '3') }),
  { selector: ({ id }) => id },
);

it('changes nothing when only one has worked, whoever it was', () => {
  fc.assert(
    fc.property(someVouchers, someVouchers, (base, changed) => {
      const byId = (vouchers: readonly Voucher[]) => vouchers.toSorted((x, y) => (x.id < y.id ? -1 : 1));
      const iDid = merge(base, changed, base);
      const theyDid = merge(base, base, changed);
      expect(byId(iDid.vouchers)).toEqual(byId(changed));
      expect(byId(theyDid.vouchers)).toEqual(byId(changed));
      expect([...iDid.conflicts, ...theyDid.conflicts, ...iDid.taken]).toEqual([]);
    }),
  );
});

it('settles by itself once a conflict is answered with theirs', () => {
  fc.assert(
    fc.property(someVouchers, someVouchers, someVouchers, (base, mine, theirs) => {
      const { vouchers, conflicts } = merge(base, mine, theirs);
      const answered = new Map(conflicts.map(({ id, theirs: other }) => [id, other]));
      const settled = [
        ...vouchers.filter(({ id }) => !answered.has(id)),
        ...[...answered.values()].filter((one) => one !== undefined),
      ];
      const again = merge(base, settled, theirs);
      expect(again.conflicts).toEqual([]);
      expect(again.vouchers).toEqual(settled);
    }),
  );
});

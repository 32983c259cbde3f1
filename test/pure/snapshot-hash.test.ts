import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SnapshotHash } from '../../db/stores/snapshot-hash.ts';

interface Named {
  readonly kind: string;
  readonly key: string;
  /** SHA-256, in hexadecimal digits. */
  readonly hash: string;
}

/** As it is written down: by the names' bytes, and those of one name by hash. */
function byTheBook(header: string, records: readonly Named[]): string {
  const sorted = records.toSorted((a, b) => order(a, b) || order({ key: a.hash }, { key: b.hash }));
  const nth = new Map<string, number>();
  const named = sorted.map(({ kind, key, hash }) => {
    const n = (nth.get(`${kind}\t${key}`) ?? 0) + 1;
    nth.set(`${kind}\t${key}`, n);
    return { kind, key: n === 1 ? key : `${key}~${n}`, hash };
  });
  const lines = named.toSorted(order).map(({ kind, key, hash }) => `${kind}\t${key}\t${hash}\n`);
  return createHash('sha256').update(`${header}\n`).update(lines.join('')).digest('hex');
}

type Name = Pick<Named, 'key'> & Partial<Named>;
const bytesOf = ({ kind = '', key }: Name): Buffer => Buffer.from(`${kind}\t${key}`);
const order = (a: Name, b: Name): number => Buffer.compare(bytesOf(a), bytesOf(b));

function hashOf(header: string, records: readonly Named[]): string {
  const sum = new SnapshotHash();
  for (const { kind, key, hash } of records) {
    const bytes = Buffer.concat([Buffer.from('…'), Buffer.from(key), Buffer.from(hash, 'hex')]);
    sum.add(kind, bytes, 3, bytes.length - 32, bytes.length - 32);
  }
  return sum.digest(header);
}

const key = fc.oneof(
  fc.constantFrom('2025-01-01/A/1', '2025-01-01/A/10', '2025-01-01/A/2', 'Ö/1', '\u{e000}', '\u{10000}'),
  // Postgres stores no zero character.
  fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => text.replaceAll('\0', '0')),
);
const record: fc.Arbitrary<Named> = fc.record({
  kind: fc.constantFrom('account', 'series', 'voucher'),
  key,
  hash: fc.nat(3).map((n) => createHash('sha256').update(String(n)).digest('hex')),
});

test('is the one that is written down, whatever the names, the order and the twins', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 60 }), fc.string(), (records, header) => {
      expect(hashOf(header, records)).toBe(byTheBook(header, records));
      expect(hashOf(header, records.toReversed())).toBe(byTheBook(header, records));
    }),
  );
});

test('of more records than a page holds is the same', () => {
  const records = Array.from({ length: 40_000 }, (_, n) => ({
    kind: 'voucher',
    key: `2025-01-01/${n % 3 === 0 ? 'A' : 'Ö'}/${n % 39_990}`,
    hash: createHash('sha256').update(String(n)).digest('hex'),
  }));
  expect(hashOf('{}', records)).toBe(byTheBook('{}', records));
});

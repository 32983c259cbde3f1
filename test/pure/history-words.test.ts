import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { historyEntry } from '../../documents/history-entry.ts';

const root = path.resolve(import.meta.dirname, '../..');

const sources = ['activities', 'client', 'db', 'fortnox'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(path.join(root, folder, name), 'utf8')),
);

/** Events that lines of history are written with; those of no single close stand in no close's history. */
const events = [
  ...new Set(
    sources.flatMap((source) =>
      [...source.matchAll(/recordHistory\(\w+, \{[^}]{0,400}?event: '([\w.-]+)'/g)].map(
        ([, event]) => event!,
      ),
    ),
  ),
].filter((event) => !/^(webhook|firm|user)\./.test(event));

const lineOf = (event: string, details: object = {}) =>
  historyEntry({ at: new Date('2026-01-14T09:12:00Z'), event, details }, 'Anna Exempel');

it('has Swedish words for every event that the program writes', () => {
  expect(events.length).toBeGreaterThan(10);
  expect(events.filter((event) => lineOf(event).what === event)).toEqual([]);
});

it.each([
  [{ accountGroup: '1510', version: 2 }, 'bilaga 1510, version 2'],
  [{ accountGroup: '19' }, 'huvudbilaga 19'],
  [{ accountGroup: 'own-1930' }, 'egen bilaga 1930'],
  [{ seq: 2, written: 3, source: 'fortnox' }, 'import 2, från Fortnox, 3 nya eller ändrade poster'],
  [{ beforeOre: 100_00, materialityOre: 5_000_00 }, 'från 100,00 kr, till 5\u00a0000,00 kr'],
  [{ reason: 'expired' }, 'orsak: gick ut'],
  [{ snapshotId: 'x', hash: 'y' }, undefined],
])('says what a line concerns: %o', (details, concerns) => {
  expect(lineOf('books.imported', details).concerns).toBe(concerns);
});

import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { binderBytes, indexName, indexSheetName, manifestName } from '../../documents/binder.ts';
import { verifyBinder } from '../../documents/verify-binder.ts';
import { frame } from '../parts/documents.ts';
import type { BinderFile } from '../../documents/binder.ts';

const files: readonly BinderFile[] = [
  { name: 'bilagor/1510.pdf', title: 'Bilaga 1510', bytes: Buffer.from('%PDF-1.7 pretend') },
  { name: 'underlag/bokföring.se', title: 'Bokföringen', bytes: Buffer.from('#FLAGGA 0\r\n'.repeat(500)) },
  { name: 'underlag/1510.json', title: 'Data', bytes: Buffer.from('{}') },
  { name: 'underlag/tom.txt', title: 'Tom', bytes: new Uint8Array() },
];

const make = (some = files) => binderBytes({ ...frame, keptUntilYear: 2032, files: some });

test('holds every document as it was, an index and a manifest', async () => {
  const { bytes, manifestSha256 } = await make();
  const held = unzipSync(bytes);
  expect(Object.keys(held)).toEqual([
    manifestName,
    indexName,
    indexSheetName,
    ...files.map(({ name }) => name),
  ]);
  for (const { name, bytes: content } of files)
    expect(Buffer.from(content).equals(held[name] ?? Buffer.of(1))).toBe(true);
  expect(verifyBinder(bytes)).toEqual({ ok: true, faults: [], files: 6, manifestSha256 });
});

test('the same documents give the same bytes', async () => {
  const [first, second] = [await make(), await make()];
  expect(Buffer.from(first.bytes).equals(second.bytes)).toBe(true);
});

test('a change in one document changes the seal', async () => {
  const other = files.map((file, index) => (index === 2 ? { ...file, bytes: Buffer.from('[]') } : file));
  expect((await make(other)).manifestSha256).not.toBe((await make()).manifestSha256);
});

test('any changed byte is found, in any bit, and a document is named', async () => {
  const { bytes } = await make();
  const names = new Set([manifestName, indexName, indexSheetName, '', ...files.map(({ name }) => name)]);
  for (let at = 0; at < bytes.length; at += 1) {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at % 8)), at);
    const { ok, faults } = verifyBinder(damaged);
    expect(ok, `byte ${at}`).toBe(false);
    expect(faults.length, `byte ${at}`).toBe(1);
    expect(names.has(faults[0]?.file ?? '?'), `byte ${at}`).toBe(true);
  }
}, 120_000);

test('the fault is in the document that was changed', async () => {
  const { bytes } = await make();
  const whole = Buffer.from(bytes);
  const damaged = Buffer.from(bytes);
  damaged.write('X', whole.indexOf('pretend'));
  expect(verifyBinder(damaged).faults).toEqual([
    { file: 'bilagor/1510.pdf', what: 'Dokumentets innehåll är ändrat: kontrollsumman stämmer inte.' },
  ]);
  const header = whole.indexOf('underlag/1510.json', whole.indexOf('underlag/tom.txt') - 200);
  const central = whole.lastIndexOf('underlag/1510.json');
  expect(header).toBeLessThan(central);
  const renamed = Buffer.from(bytes);
  renamed.write('2', central + 'underlag/'.length);
  expect(verifyBinder(renamed).faults.map(({ file }) => file)).toEqual(['underlag/1510.json']);
});

describe('other damage', () => {
  test('cut short at any length', async () => {
    const { bytes } = await make();
    for (let length = 0; length < bytes.length; length += 97) {
      expect(verifyBinder(bytes.subarray(0, length)).ok, `length ${length}`).toBe(false);
    }
  });

  test('something after the end', async () => {
    const { bytes } = await make();
    expect(verifyBinder(Buffer.concat([bytes, Buffer.of(0)])).faults[0]?.what).toContain(
      'efter arkivets slut',
    );
  });

  test.each(['', 'PK', 'hello', '<html></html>'])('%j is no binder', (text) => {
    const { ok, faults } = verifyBinder(Buffer.from(text));
    expect([ok, faults.length]).toEqual([false, 1]);
  });
});

test.each(['../up.pdf', '/root.pdf', 'a//b.pdf', 'a\\b.pdf', '', manifestName, indexName])(
  'the name %j is refused',
  async (name) => {
    await expect(make([{ name, title: 'x', bytes: new Uint8Array() }])).rejects.toThrow(RangeError);
  },
);

test('two documents cannot have one name, whatever the case', async () => {
  const [first] = files;
  if (first === undefined) throw new Error('no files');
  await expect(make([first, { ...first, name: 'BILAGOR/1510.pdf' }])).rejects.toThrow('one name');
});

import { Buffer } from 'node:buffer';
import * as iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeCp437, encodeCp437 } from '../../accounting/cp437.ts';
import { TextSource } from '../../accounting/sie/encoding.ts';

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe('code page 437', () => {
  it('decodes every byte as iconv does', () => {
    expect(decodeCp437(everyByte)).toBe(iconv.decode(Buffer.from(everyByte), 'cp437'));
  });

  it('encodes every character that it has as iconv does', () => {
    const text = iconv.decode(Buffer.from(everyByte), 'cp437');
    expect(encodeCp437(text)).toEqual({ bytes: everyByte, exact: true });
  });

  it.each([
    ['Łukasz Đ Ø Š', 'Lukasz D O S'],
    ['20–30 €', '20-30 EUR'],
    ['”citat”…', '"citat"...'],
    ['漢字 😀', '?? ?'],
    ['\u0301', '?'],
  ])('gives %s the nearest it has', (text, nearest) => {
    const { bytes, exact } = encodeCp437(text);
    expect(decodeCp437(bytes)).toBe(nearest);
    expect(exact).toBe(false);
  });
});

it('a letter and its accent apart are one letter', () => {
  expect(encodeCp437('Cafe\u0301')).toEqual({ bytes: Uint8Array.of(67, 97, 102, 0x82), exact: true });
});

it('Windows-1252 decodes as iconv does', () => {
  const source = new TextSource();
  source.encoding = 'windows-1252';
  const assigned = everyByte.filter((byte) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte));
  expect(source.decode(assigned, 0, assigned.length)).toBe(iconv.decode(Buffer.from(assigned), 'win1252'));
});

import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../accounting/problem.ts';
import { fortnoxConfig } from '../../fortnox/config.ts';
import { createSealer } from '../../fortnox/seal.ts';
import type { Sealed } from '../../fortnox/seal.ts';
import { Secret } from '../../fortnox/secret.ts';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('a seal', () => {
  const sealer = createSealer(key('a'));

  it('opens for the connection it was made for, and for no other', () => {
    const sealed = sealer.seal(new Secret('räksmörgås'), 'connection-1');
    expect(sealer.open(sealed, 'connection-1').reveal()).toBe('räksmörgås');
    expect(codeOf(() => sealer.open(sealed, 'connection-2'))).toBe('login.seal-broken');
  });

  it('hides the text, and differs each time', () => {
    const [one, two] = [sealer.seal(new Secret('token'), 'x'), sealer.seal(new Secret('token'), 'x')];
    expect(Buffer.from(one.bytes).includes('token')).toBe(false);
    expect(Buffer.from(one.bytes).equals(Buffer.from(two.bytes))).toBe(false);
  });

  it('refuses every changed byte, a cut one and a renamed key', () => {
    const rotated = createSealer(`${key('a')},${key('b')}`);
    const sealed = rotated.seal(new Secret('token'), 'x');
    for (let index = 0; index < sealed.bytes.length; index += 1) {
      const bytes = Uint8Array.from(sealed.bytes);
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      expect(codeOf(() => rotated.open({ ...sealed, bytes }, 'x'))).toBe('login.seal-broken');
    }
    expect(codeOf(() => rotated.open({ ...sealed, bytes: sealed.bytes.subarray(0, 20) }, 'x'))).toBe(
      'login.seal-broken',
    );
    expect(codeOf(() => rotated.open({ ...sealed, keyId: 'b' }, 'x'))).toBe('login.seal-broken');
  });

  it('survives a rotation until its key is dropped', () => {
    const [old, fresh] = [key('old'), key('new')];
    const sealed: Sealed = createSealer(old).seal(new Secret('token'), 'x');
    const both = createSealer(`${fresh},${old}`);
    expect(both.open(sealed, 'x').reveal()).toBe('token');
    expect(both.seal(new Secret('token'), 'x').keyId).toBe('new');
    expect(both.currentKeyId).toBe('new');
    expect(codeOf(() => createSealer(fresh).open(sealed, 'x'))).toBe('login.seal-key-unknown');
  });

  it.each([
    '',
    'a',
    'a:',
    'a:c2hvcnQ=',
    `${key('a')},`,
    `${key('a')},${key('a')}`,
    `a b:${randomBytes(32).toString('base64')}`,
  ])('is not made with the keys %j', (keys) => {
    expect(codeOf(() => createSealer(keys))).toBe('config.token-keys');
  });
});

describe('a secret', () => {
  const secret = new Secret('canary');

  it('shows itself on demand alone', () => {
    const shown = [
      JSON.stringify({ deep: { er: [secret] } }),
      String(secret),
      inspect({ secret }, { depth: 9, showHidden: true }),
    ];
    for (const text of shown) expect(text).not.toContain('canary');
    expect(secret.reveal()).toBe('canary');
    expect(secret.equals(new Secret('canary'))).toBe(true);
    expect(secret.equals(new Secret('other'))).toBe(false);
  });
});

describe('the configuration', () => {
  it('defaults to the real Fortnox', () => {
    const config = fortnoxConfig({ FORTNOX_CLIENT_ID: 'id', FORTNOX_CLIENT_SECRET: 'canary' });
    expect(config.baseUrl.href).toBe('https://api.fortnox.se/');
    expect(config.authUrl.href).toBe('https://apps.fortnox.se/');
    expect(JSON.stringify(config)).not.toContain('canary');
  });

  it('names all that is missing at once', () => {
    expect(() => fortnoxConfig({})).toThrow(/FORTNOX_CLIENT_ID, FORTNOX_CLIENT_SECRET/);
  });

  it('refuses what is no web address', () => {
    const environment = {
      FORTNOX_CLIENT_ID: 'id',
      FORTNOX_CLIENT_SECRET: 's',
      FORTNOX_BASE_URL: 'file:///etc',
    };
    expect(codeOf(() => fortnoxConfig(environment))).toBe('config.invalid');
  });
});

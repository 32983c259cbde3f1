import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Problem } from '../accounting/problem.ts';
import { Secret } from './secret.ts';

/** A secret as it lies in the database. */
export interface Sealed {
  readonly keyId: string;
  /** iv (12) + ciphertext + tag (16). */
  readonly bytes: Uint8Array;
}

/** Encrypts and decrypts secrets at rest, each bound to the row that it belongs to. */
export interface Sealer {
  /** The id of the key that new seals are made with; a seal with another one is to be made again (`keys rotate`). */
  readonly currentKeyId: string;
  /** `boundTo` is the connection's id: a seal copied to another connection's row cannot be opened there. */
  seal(secret: Secret, boundTo: string): Sealed;
  /** Throws Problem `login.seal-key-unknown` when its key is gone, `login.seal-broken` when it was changed or moved. */
  open(sealed: Sealed, boundTo: string): Secret;
}

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/**
 * A sealer from TOKEN_KEYS: `keyId:base64[,keyId2:base64…]`, each key 32 bytes (`openssl rand -base64 32`).
 * The first seals, all open; so a key is rotated by putting a new one first, sealing again, and dropping the old one.
 * AES-256-GCM with a random 96-bit iv for each seal; the key's id and `boundTo` are its associated data.
 * Throws Problem `config.token-keys` for a text that is no such list.
 */
export function createSealer(tokenKeys: string): Sealer {
  const keys = parseKeys(tokenKeys);
  const [currentKeyId, currentKey] = [...keys][0] ?? [];
  if (currentKeyId === undefined || currentKey === undefined) throw invalidKeys('listan är tom');

  return {
    currentKeyId,
    seal(secret, boundTo) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, currentKey, iv).setAAD(associatedData(currentKeyId, boundTo));
      const bytes = Buffer.concat([
        iv,
        cipher.update(secret.reveal(), 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return { keyId: currentKeyId, bytes };
    },
    open({ keyId, bytes }, boundTo) {
      const key = keys.get(keyId);
      if (!key)
        throw sealProblem('login.seal-key-unknown', `Krypteringsnyckeln "${keyId}" finns inte i TOKEN_KEYS.`);
      if (bytes.length < ivBytes + tagBytes) throw brokenSeal();
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes))
        .setAAD(associatedData(keyId, boundTo))
        .setAuthTag(bytes.subarray(-tagBytes));
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]);
        return new Secret(text.toString('utf8'));
      } catch {
        throw brokenSeal();
      }
    },
  };
}

const associatedData = (keyId: string, boundTo: string): Buffer =>
  Buffer.from(`${keyId}\n${boundTo}`, 'utf8');

function parseKeys(tokenKeys: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const part of tokenKeys.split(',')) {
    const [, keyId, base64] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(part.trim()) ?? [];
    if (keyId === undefined || base64 === undefined) throw invalidKeys('varje del ska vara nyckelid:base64');
    const key = Buffer.from(base64, 'base64');
    if (key.length !== keyBytes) throw invalidKeys(`nyckeln "${keyId}" är inte ${keyBytes} byte`);
    if (keys.has(keyId)) throw invalidKeys(`nyckelid "${keyId}" förekommer två gånger`);
    keys.set(keyId, key);
  }
  return keys;
}

const invalidKeys = (why: string): Problem =>
  new Problem({
    code: 'config.token-keys',
    what: `TOKEN_KEYS kan inte läsas: ${why}.`,
    advice:
      'Ange nyckelid:base64, flera skilda med komma, den som gäller först. Skapa en nyckel med: openssl rand -base64 32',
  });

const sealProblem = (code: string, what: string): Problem =>
  new Problem({
    code,
    what,
    advice: 'Låt driften lägga tillbaka den nyckel som användes, eller logga in på nytt i Fortnox.',
  });

const brokenSeal = (): Problem =>
  sealProblem(
    'login.seal-broken',
    'Den sparade inloggningen kan inte dekrypteras: den är ändrad eller hör till en annan anslutning.',
  );

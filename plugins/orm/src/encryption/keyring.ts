/**
 * Encrypts what encrypted fields store: AES-256-GCM with a random nonce for each value, written as `v1.<key>.<nonce>.<data and
 * tag>`. The place of a value is authenticated with it, so that nobody moves it to another column. The first key encrypts, all
 * of them decrypt. The nonces come from node:crypto and not from the kernel: a nonce that repeats under a seed would give values away.
 * Source: NIST SP 800-38D, sections 5.2.1.1 and 8.2.2.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const ID_LENGTH = 8;
const STORED = /^v1\.([\da-f]{8})\.([\w-]{16})\.([\w-]+)$/;

/** Encrypts and decrypts texts. */
export interface Keyring {
  /** What begins what the first key has encrypted. */
  readonly newest: string;
  /** @param place what the value cannot be taken away from. */
  encrypt(text: string, place: string): string;
  /**
   * Decrypts what was encrypted for a place.
   * @throws {Error} when there is no such key, the place is another one, or it was changed.
   */
  decrypt(stored: string, place: string): string;
}

/** Tells whether a text is a key: 32 bytes in base64. */
export function isEncryptionKey(text: string): boolean {
  return /^[A-Za-z\d+/_-]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length === KEY_BYTES;
}

/** Creates the keyring of an application; `undefined` when it has no keys. */
export function createKeyring(texts: readonly string[]): Keyring | undefined {
  const keys = texts.map((text) => Buffer.from(text, 'base64'));
  const byId = new Map(keys.map((key) => [toId(key), key]));
  const [key] = keys;
  if (key === undefined) return undefined;
  const newest = `v1.${toId(key)}.`;
  return {
    newest,
    encrypt(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(place));
      const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${newest}${nonce.toString('base64url')}.${data.toString('base64url')}`;
    },
    decrypt(stored, place) {
      const [, id = '', nonce = '', text = ''] = STORED.exec(stored) ?? [];
      if (id === '') throw new Error('what is stored was not encrypted');
      const found = byId.get(id);
      if (found === undefined) throw new Error(`the key ${id} is not one of the option "encryptionKeys"`);
      const data = Buffer.from(text, 'base64url');
      if (data.length < TAG_BYTES) throw new Error('what is stored is too short');
      const decipher = createDecipheriv(ALGORITHM, found, Buffer.from(nonce, 'base64url'), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(place)).setAuthTag(data.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(data.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        throw new Error(`it was changed, or encrypted for another column, or with another key of the id ${id}`);
      }
    },
  };
}

/** The key cannot be found from its id. */
function toId(key: Buffer): string {
  return createHash('sha256').update('oxidite.orm.key').update(key).digest('hex').slice(0, ID_LENGTH);
}

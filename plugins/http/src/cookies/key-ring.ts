/**
 * The keys by which the server recognises what it once gave to clients. Each purpose has keys of its own, derived from the
 * secrets, so that what was signed for one purpose means nothing for another. The first secret signs and encrypts; all of
 * them verify and decrypt, so that a secret can be replaced while what it signed is still about.
 * Source: RFC 5869 (HKDF), RFC 2104 (HMAC), NIST SP 800-38D (GCM; a random 96-bit nonce is good for 2^32 messages of a key).
 */
import type { Env, Logger, Random } from '@oxidite/plugin-sdk';
import type * as Crypto from 'node:crypto';
import { KeysInvalidError, KeysMissingError } from './errors.ts';

/** A secret of at least 32 bytes, with an optional name for people. */
export type KeyOption = string | { readonly id?: string | undefined; readonly secret: string };

/** Whether the first key was used, or one that is kept only for what it once signed. */
export type KeyAge = 'current' | 'former';

/** What was decrypted, and by which key. */
export interface Decrypted {
  readonly text: string;
  readonly age: KeyAge;
}

/** Signs and encrypts. Each method throws a {@link KeysMissingError} when there are no keys. */
export interface KeyRing {
  /** Does nothing but throw when there are no keys. */
  assertUsable(): void;
  /** Returns a signature in base64url (43 characters). Purposes are constants of the code, never data. */
  sign(purpose: string, data: string): string;
  /** Tells whether any key made the signature. */
  verify(purpose: string, data: string, signature: string): boolean;
  /** Tells which key made the signature; `undefined` when none did. */
  identify(purpose: string, data: string, signature: string): KeyAge | undefined;
  /** Returns the text in base64url so that only the server can read it, and only together with the same `context`. */
  encrypt(purpose: string, text: string, context: string): string;
  /** Returns what {@link KeyRing.encrypt} was given; `undefined` when anything of it was changed. */
  decrypt(purpose: string, sealed: string, context: string): Decrypted | undefined;
}

/** What a key ring needs of the application. */
export interface KeyRingOptions {
  readonly env: Env;
  readonly random: Random;
  readonly logger: Logger;
  readonly isDevelopment: boolean;
}

const MIN_SECRET_BYTES = 32;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Creates the key ring of an application. OXI_HTTP_KEYS (comma separated) wins over `keys`. Without any, development gets
 * a random key that dies with the process, and is warned; production fails at the first use.
 * @throws {KeysInvalidError} when a secret is too short or given twice.
 */
export function createKeyRing(keys: readonly KeyOption[] | undefined, options: KeyRingOptions): KeyRing {
  const configured = readSecrets(keys ?? [], options.env);
  let ephemeral: Uint8Array | undefined;
  const derived = new Map<string, readonly Buffer[]>();

  const secretsOf = (): readonly (string | Uint8Array)[] => (configured.length > 0 ? configured : [(ephemeral ??= createEphemeralSecret(options))]);
  const keysOf = (purpose: string): readonly Buffer[] => {
    let found = derived.get(purpose);
    if (found === undefined) {
      found = secretsOf().map((secret) => Buffer.from(crypto().hkdfSync('sha256', secret, 'oxidite', purpose, KEY_BYTES)));
      derived.set(purpose, found);
    }
    return found;
  };
  const identify = (purpose: string, data: string, signature: string): KeyAge | undefined => {
    return toAge(keysOf(`sign:${purpose}`).findIndex((key) => isEqual(mac(key, data), signature)));
  };

  return {
    assertUsable: () => void secretsOf(),
    sign: (purpose, data) => mac(firstOf(keysOf(`sign:${purpose}`)), data),
    verify: (purpose, data, signature) => identify(purpose, data, signature) !== undefined,
    identify,
    encrypt: (purpose, text, context) => seal(firstOf(keysOf(`encrypt:${purpose}`)), { text, context, nonce: options.random.bytes(NONCE_BYTES) }),
    decrypt(purpose, sealed, context) {
      const all = keysOf(`encrypt:${purpose}`);
      const bytes = decodeExactly(sealed);
      if (bytes === undefined) return undefined;
      for (const [index, key] of all.entries()) {
        const text = open(key, bytes, context);
        const age = toAge(index);
        if (text !== undefined && age !== undefined) return { text, age };
      }
      return undefined;
    },
  };
}

function readSecrets(keys: readonly KeyOption[], env: Env): readonly string[] {
  const { OXI_HTTP_KEYS: variable } = env;
  const fromEnv = variable === undefined ? [] : variable.split(',').flatMap((part) => (part.trim() === '' ? [] : part.trim()));
  const [name, given]: [string, readonly KeyOption[]] = fromEnv.length > 0 ? ['the variable OXI_HTTP_KEYS', fromEnv] : ['the option "keys"', keys];
  const secrets: string[] = [];
  for (const [index, key] of given.entries()) {
    const { id, secret } = typeof key === 'string' ? { id: undefined, secret: key } : key;
    const place = `Key ${id === undefined ? index + 1 : JSON.stringify(id)} of ${name}`;
    const bytes = Buffer.byteLength(secret);
    if (bytes < MIN_SECRET_BYTES) throw new KeysInvalidError(place, `it has ${bytes} bytes, but at least ${MIN_SECRET_BYTES} are needed`);
    if (secrets.includes(secret)) throw new KeysInvalidError(place, 'it is the same as an earlier one');
    secrets.push(secret);
  }
  return secrets;
}

function createEphemeralSecret({ isDevelopment, logger, random }: KeyRingOptions): Uint8Array {
  if (!isDevelopment) throw new KeysMissingError();
  logger.warn({}, 'OXI_HTTP_KEYS is not set: cookies and links that are signed or encrypted end with this process');
  return random.bytes(KEY_BYTES);
}

function mac(key: Buffer, data: string): string {
  return crypto().createHmac('sha256', key).update(data).digest('base64url');
}

/** Compares the texts, not the bytes they decode to: several texts decode to the same bytes. */
function isEqual(expected: string, found: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(found);
  return left.length === right.length && crypto().timingSafeEqual(left, right);
}

/** Nonce, ciphertext and tag in one. */
function seal(key: Buffer, { text, context, nonce }: { text: string; context: string; nonce: Uint8Array }): string {
  const cipher = crypto().createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

function open(key: Buffer, sealed: Buffer, context: string): string | undefined {
  const tagStart = sealed.length - TAG_BYTES;
  const decipher = crypto().createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(tagStart));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, tagStart)), decipher.final()]).toString('utf8');
  } catch {
    return undefined; // another key, another context, or changed on its way
  }
}

/** Several texts decode to the same bytes; only the one we would write is taken. */
function decodeExactly(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length >= NONCE_BYTES + TAG_BYTES && bytes.toString('base64url') === text ? bytes : undefined;
}

function toAge(index: number): KeyAge | undefined {
  return index === -1 ? undefined : index === 0 ? 'current' : 'former';
}

function firstOf(keys: readonly Buffer[]): Buffer {
  const [first] = keys;
  if (first === undefined) throw new KeysMissingError();
  return first;
}

/** Loaded on its first use: it is slow to load, and many applications sign nothing. */
function crypto(): typeof Crypto {
  return process.getBuiltinModule('node:crypto');
}

/**
 * Signs and verifies HS256 tokens synchronously with node:crypto. jose goes through WebCrypto's thread pool, which costs
 * about 120 us a call; a guard runs on every request, and this takes about 4 us. A property test holds it equal to jose.
 * Source: RFC 7515 (JWS, compact serialization), RFC 7518 section 3.2 (HS256).
 */
import { isUtf8 } from 'node:buffer';
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { TokenInvalidError, WeakSecretError } from '../errors.ts';

const LEAST_SECRET_BYTES = 32;
const MAX_TOKEN_LENGTH = 8_192;
const BASE64URL = /^[A-Za-z0-9_-]*$/;

/** What other programs write, mostly: no key is named, so any may have signed. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([encode({ alg: 'HS256', typ: 'JWT' }), encode({ typ: 'JWT', alg: 'HS256' }), encode({ alg: 'HS256' })]);

/** A secret with the name that tokens carry as `kid`. */
export interface SigningKey {
  readonly id: string;
  readonly secret: KeyObject;
  /** The encoded header of the tokens it signs: most tokens have it, so it need not be read. */
  readonly header: string;
}

/** The keys of an application: the first one signs, all verify, so that keys can be rotated without signing anyone out. */
export type KeyRing = readonly [SigningKey, ...SigningKey[]];

/**
 * Creates a key ring from secrets, the current one first.
 * @throws {WeakSecretError} when a secret has less than 32 bytes.
 */
export function createKeyRing(secrets: readonly [string, ...string[]]): KeyRing {
  const [current, ...former] = secrets;
  return [toKey(current), ...former.map(toKey)];
}

/** Returns the signed token. */
export function signHs256(claims: object, [key]: KeyRing): string {
  const signed = `${key.header}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', key.secret).update(signed).digest('base64url')}`;
}

/**
 * Verifies the signature of a token and returns its claims, unchecked.
 * @throws {TokenInvalidError}
 */
export function verifyHs256(token: string, keys: KeyRing): unknown {
  const parts = token.length > MAX_TOKEN_LENGTH ? [] : token.split('.');
  const [header, payload, signature] = parts;
  if (header === undefined || payload === undefined || signature === undefined || parts.length !== 3) throw new TokenInvalidError('malformed');
  if (!BASE64URL.test(signature)) throw new TokenInvalidError('malformed');
  const given = Buffer.from(signature, 'base64url');
  const signed = token.slice(0, header.length + 1 + payload.length);
  if (!findCandidates(header, keys).some((key) => isSignature(given, signed, key))) throw new TokenInvalidError('signature');
  return decode(payload);
}

/** The keys that may have signed a token with this header. */
function findCandidates(header: string, keys: KeyRing): readonly SigningKey[] {
  const known = keys.find((key) => key.header === header);
  if (known !== undefined) return [known];
  if (PLAIN_HEADERS.has(header)) return keys;
  const { alg, kid, crit, b64 } = decode(header);
  if (alg !== 'HS256') throw new TokenInvalidError('algorithm');
  if (crit !== undefined || b64 !== undefined) throw new TokenInvalidError('malformed'); // extensions that must be understood, and are not
  return kid === undefined ? keys : keys.filter(({ id }) => id === kid);
}

function isSignature(given: Buffer, signed: string, key: SigningKey): boolean {
  const expected = createHmac('sha256', key.secret).update(signed).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function toKey(secret: string): SigningKey {
  const bytes = Buffer.from(secret);
  if (bytes.length < LEAST_SECRET_BYTES) throw new WeakSecretError(bytes.length, LEAST_SECRET_BYTES);
  const id = createHmac('sha256', bytes).update('oxidite key id').digest('base64url').slice(0, 8); // says nothing of the secret
  return { id, secret: createSecretKey(bytes), header: encode({ alg: 'HS256', typ: 'JWT', kid: id }) };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Record<string, unknown> {
  const bytes = Buffer.from(part, 'base64url');
  if (part === '' || part.length % 4 === 1 || !BASE64URL.test(part) || !isUtf8(bytes)) throw new TokenInvalidError('malformed');
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>; // a JSON object
  } catch (error) {
    throw new TokenInvalidError('malformed', error);
  }
  throw new TokenInvalidError('malformed');
}

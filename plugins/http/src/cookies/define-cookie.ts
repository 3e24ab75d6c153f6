/**
 * Declares cookies: plain, signed or encrypted, of text or of JSON that a schema describes. What a client sends can be
 * anything, so reading never throws because of it: a value that was changed, has expired or does not fit is no value.
 * Source: RFC 6265bis.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { isPromise } from '../compile/maybe-promise.ts';
import { type HttpRequest, RoutedRequest } from '../request/http-request.ts';
import { requestContextOf } from '../request/request-context.ts';
import { CookieDefinitionError, CookieValueError } from './errors.ts';
import type { KeyAge, KeyRing } from './key-ring.ts';
import { decodeCookieValue, findCookie } from './parse-cookies.ts';
import { decryptValue, encryptValue, signValue, type Unsealed, verifyValue } from './seal.ts';
import { assertAttributes, assertCookieName, type CookieAttributes, encodeCookieValue, putCookie, serializeCookie } from './set-cookie.ts';

/** Options of {@link defineCookie}. */
export interface CookieOptions<Schema extends StandardSchemaV1 | undefined = undefined> extends CookieAttributes {
  /** The client can read the value, but not change it. Default: `false`. */
  readonly signed?: boolean;
  /** The client can neither read nor change the value. Default: `false`. */
  readonly encrypted?: boolean;
  /**
   * Lets browsers enforce what the name promises. `host`: set by this very host over HTTPS, for all of its paths; `secure`: set
   * over HTTPS. Default: none.
   */
  readonly prefix?: 'host' | 'secure';
  /** The schema of a value that is kept as JSON; it must validate without waiting. Default: the value is text. */
  readonly schema?: Schema;
}

/** A request of a handler, a guard or a middleware. */
export type CookieRequest = Pick<HttpRequest, 'responseHeaders'>;

/** What single uses of a cookie may change. */
export type CookieOverrides = Pick<CookieAttributes, 'path' | 'domain' | 'maxAgeSeconds'>;

/** A declared cookie. */
export interface Cookie<Input = string, Output = Input> {
  /** Its name on the wire, with its prefix. */
  readonly name: string;
  /**
   * Returns the value the client sent; `undefined` when there is none, or it cannot be trusted. What `set` has set is not seen.
   * @throws {KeysMissingError} when the cookie is signed or encrypted and there are no keys.
   */
  get(request: CookieRequest): Output | undefined;
  /** Tells whether the value the client sent is protected by a former key; setting it again changes that. */
  isStale(request: CookieRequest): boolean;
  /**
   * Sets the cookie with the response, whatever that will be; the last set of one name counts.
   * @throws {CookieValueError} when the value cannot be written.
   * @throws {CookieTooLargeError} when name and value have more than 4,096 bytes.
   * @throws {KeysMissingError} when the cookie is signed or encrypted and there are no keys.
   */
  set(request: CookieRequest, value: Input, overrides?: CookieOverrides): void;
  /** Deletes the cookie with the response. Path and domain must be those it was set with. */
  delete(request: CookieRequest, overrides?: Omit<CookieOverrides, 'maxAgeSeconds'>): void;
}

/** A value that was read. */
interface ReadValue {
  readonly value: unknown;
  readonly age: KeyAge;
}

type AnyOptions = CookieOptions<StandardSchemaV1 | undefined>;

/**
 * Declares a cookie. Defaults: `Path=/; SameSite=Lax; Secure; HttpOnly`, until the browser is closed. `Secure` is left out
 * only where it could not work: for a request over plain HTTP, in development, when nothing else asks for it.
 * With `maxAgeSeconds` the server itself refuses signed and encrypted values that are older, whatever the client keeps.
 * @throws {CookieDefinitionError} when browsers would refuse the cookie.
 */
export function defineCookie(name: string, options?: CookieOptions): Cookie;
export function defineCookie<Schema extends StandardSchemaV1>(
  name: string,
  options: CookieOptions<Schema> & { readonly schema: Schema },
): Cookie<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>>;
export function defineCookie(name: string, options: AnyOptions = {}): Cookie<unknown> {
  assertCookieName(name);
  assertOptions(name, options);
  const wireName = toWireName(name, options.prefix);
  const read = (request: CookieRequest): ReadValue | undefined => readCookie(request, wireName, options);

  return {
    name: wireName,
    get: (request) => read(request)?.value,
    isStale: (request) => read(request)?.age === 'former',
    set(request, value, overrides = {}) {
      const attributes = { ...options, ...overrides };
      assertOptions(name, attributes);
      const { clock, keys } = requestContextOf(request);
      const text = toText(wireName, value, options);
      const { maxAgeSeconds } = attributes;
      const expiresAtSeconds = maxAgeSeconds === undefined ? undefined : Math.floor(clock.now() / 1_000) + maxAgeSeconds;
      const sealed = seal(keys, { name: wireName, value: text, expiresAtSeconds }, options);
      putCookie(request.responseHeaders, wireName, serializeCookie(wireName, sealed, { ...attributes, secure: isSecure(request, attributes) }));
    },
    delete(request, overrides = {}) {
      const { maxAgeSeconds: _unused, ...attributes } = { ...options, ...overrides };
      assertOptions(name, attributes);
      const cookie = serializeCookie(wireName, '', { ...attributes, secure: isSecure(request, attributes) });
      putCookie(request.responseHeaders, wireName, `${cookie}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`);
    },
  };
}

function assertOptions(name: string, options: AnyOptions): void {
  const { prefix, secure, domain, path, signed, encrypted } = options;
  assertAttributes(name, options);
  if (signed === true && encrypted === true) throw new CookieDefinitionError(name, 'it is signed and encrypted; what is encrypted needs no signature');
  if (prefix !== undefined && secure === false) throw new CookieDefinitionError(name, `prefix: '${prefix}' needs secure`);
  if (prefix === 'host' && domain !== undefined) throw new CookieDefinitionError(name, "prefix: 'host' allows no domain");
  if (prefix === 'host' && path !== undefined && path !== '/') throw new CookieDefinitionError(name, 'prefix: \'host\' needs the path "/"');
}

function toWireName(name: string, prefix: AnyOptions['prefix']): string {
  return prefix === undefined ? name : prefix === 'host' ? `__Host-${name}` : `__Secure-${name}`;
}

/** The header itself is read: a schema for the cookies of a route may have dropped this one. */
function readCookie(request: CookieRequest, name: string, options: AnyOptions): ReadValue | undefined {
  const { clock, keys, logger } = requestContextOf(request);
  const refuse = (reason: string): undefined => logger.debug({ cookie: name, reason }, 'a cookie was refused') as undefined;
  if (options.signed === true || options.encrypted === true) keys.assertUsable();
  const raw = findCookie(RoutedRequest.exchangeOf(request as RoutedRequest).headers.cookie, name); // requestContextOf has checked it
  if (raw === undefined) return undefined;
  const unsealed = unseal(keys, name, raw, options);
  if (unsealed === undefined) return refuse('changed');
  if (unsealed.expiresAtSeconds !== undefined && unsealed.expiresAtSeconds * 1_000 <= clock.now()) return refuse('expired');
  if (options.schema === undefined) return { value: unsealed.value, age: unsealed.age };
  const result = validate(name, unsealed.value, options.schema);
  return result.issues === undefined ? { value: result.value, age: unsealed.age } : refuse('invalid');
}

function unseal(keys: KeyRing, name: string, raw: string, { signed, encrypted }: AnyOptions): Unsealed | undefined {
  if (signed === true) return verifyValue(keys, name, raw);
  if (encrypted === true) return decryptValue(keys, name, raw);
  return { value: decodeCookieValue(raw), age: 'current', expiresAtSeconds: undefined };
}

function seal(keys: KeyRing, sealable: Parameters<typeof signValue>[1], { signed, encrypted }: AnyOptions): string {
  if (signed === true) return signValue(keys, sealable);
  return encrypted === true ? encryptValue(keys, sealable) : encodeCookieValue(sealable.value);
}

function validate(name: string, text: string, schema: StandardSchemaV1): StandardSchemaV1.Result<unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { issues: [{ message: 'Expected JSON.' }] };
  }
  const result = schema['~standard'].validate(json);
  if (isPromise(result)) throw new CookieValueError(name, 'its schema validates asynchronously; use one that does not');
  return result;
}

function toText(name: string, value: unknown, { schema }: AnyOptions): string {
  if (schema === undefined) {
    if (typeof value !== 'string') throw new CookieValueError(name, `it is ${typeof value}, not text; declare a schema for JSON`);
    if (!value.isWellFormed()) throw new CookieValueError(name, 'it holds half of a surrogate pair');
    return value;
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new CookieValueError(name, 'it cannot be written as JSON', error);
  }
  if (text === undefined) throw new CookieValueError(name, 'it cannot be written as JSON');
  return text;
}

function isSecure(request: CookieRequest, { secure, prefix, sameSite, partitioned }: AnyOptions): boolean {
  if (secure !== undefined) return secure;
  if (prefix !== undefined || sameSite === 'none' || partitioned === true) return true;
  return !requestContextOf(request).isDevelopment || (request as RoutedRequest).isSecure; // requestContextOf has checked it
}

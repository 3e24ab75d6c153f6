/**
 * Writes Set-Cookie headers. Whatever could end a header or an attribute early is encoded in values and refused elsewhere.
 * Source: RFC 6265bis, sections 4.1.1 (syntax), 4.1.3 (name prefixes), 5.6 and 5.7 (limits of browsers); CHIPS (Partitioned).
 */
import type { ResponseHeaders } from '../reply/response-headers.ts';
import { CookieDefinitionError, CookieTooLargeError } from './errors.ts';

/** Which requests of other sites carry a cookie. */
export type SameSite = 'strict' | 'lax' | 'none';

/** Where a cookie goes, and for how long. */
export interface CookieAttributes {
  /** Default: `/`. */
  readonly path?: string | undefined;
  /** The domain whose subdomains get the cookie as well. Default: only the host that set it. */
  readonly domain?: string | undefined;
  /** How long the cookie lives; at most 400 days, which is what browsers keep. Default: until the browser is closed. */
  readonly maxAgeSeconds?: number | undefined;
  /** Default: `lax`. */
  readonly sameSite?: SameSite | undefined;
  /** Only over HTTPS. Default: `true`, except for requests over plain HTTP in development. */
  readonly secure?: boolean | undefined;
  /** Out of reach for scripts. Default: `true`. */
  readonly httpOnly?: boolean | undefined;
  /** Kept apart for each site that embeds this one. Default: `false`. */
  readonly partitioned?: boolean | undefined;
}

const MAX_COOKIE_BYTES = 4_096;
const MAX_ATTRIBUTE_BYTES = 1_024;
const MAX_AGE_SECONDS = 34_560_000;

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const PATH = /^\/[\u0020-\u003a\u003c-\u007e]*$/;
const DOMAIN = /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
/** What is not a cookie-octet, and the sign of the encoding itself. */
const ENCODED = /[^\u0021\u0023\u0024\u0026-\u002b\u002d-\u003a\u003c-\u005b\u005d-\u007e]+/g;
const RESERVED = /^__(?:host|secure|http|host-http)-/i;
const SAME_SITE: Readonly<Record<SameSite, string>> = { strict: 'Strict', lax: 'Lax', none: 'None' };

/**
 * Checks the name of a cookie, without its prefix.
 * @throws {CookieDefinitionError} when browsers would refuse it, or take it for one with a prefix.
 */
export function assertCookieName(name: string): void {
  if (!TOKEN.test(name)) throw new CookieDefinitionError(name, "a name is made of letters, digits and !#$%&'*+-.^_`|~");
  if (RESERVED.test(name)) throw new CookieDefinitionError(name, "names that begin like this are reserved; use the option prefix: 'host' or 'secure'");
}

/**
 * Checks attributes against the rules of browsers.
 * @throws {CookieDefinitionError} when browsers would refuse the cookie or shorten its life.
 */
export function assertAttributes(name: string, { path, domain, maxAgeSeconds, sameSite, secure, partitioned }: CookieAttributes): void {
  const fail = (reason: string): never => {
    throw new CookieDefinitionError(name, reason);
  };
  if (path !== undefined && (!PATH.test(path) || path.length > MAX_ATTRIBUTE_BYTES))
    fail('a path begins with "/", and holds neither ";" nor control characters');
  if (domain !== undefined && !DOMAIN.test(domain)) fail('the domain is no host name; write it without a leading dot');
  if (maxAgeSeconds !== undefined && !(Number.isInteger(maxAgeSeconds) && maxAgeSeconds > 0 && maxAgeSeconds <= MAX_AGE_SECONDS)) {
    fail(`maxAgeSeconds is a whole number from 1 to ${MAX_AGE_SECONDS} (400 days, which is what browsers keep)`);
  }
  if (secure === false && sameSite === 'none') fail("sameSite: 'none' needs secure");
  if (secure === false && partitioned === true) fail('partitioned needs secure');
}

/** Encodes a well-formed value. What cookies cannot hold is percent-encoded, the rest stays readable. */
export function encodeCookieValue(value: string): string {
  return value.replaceAll(ENCODED, encodeURIComponent);
}

/**
 * Serializes a cookie whose name, encoded value and attributes were checked. `secure` decides; there is no default here.
 * @throws {CookieTooLargeError} when name and value have more than 4,096 bytes.
 */
export function serializeCookie(name: string, value: string, attributes: CookieAttributes): string {
  const bytes = name.length + value.length;
  if (bytes > MAX_COOKIE_BYTES) throw new CookieTooLargeError(name, bytes, MAX_COOKIE_BYTES);
  const { path = '/', domain, maxAgeSeconds, sameSite = 'lax', secure, httpOnly = true, partitioned } = attributes;
  let text = `${name}=${value}; Path=${path}`;
  if (domain !== undefined) text += `; Domain=${domain}`;
  if (maxAgeSeconds !== undefined) text += `; Max-Age=${maxAgeSeconds}`;
  text += `; SameSite=${SAME_SITE[sameSite]}`;
  if (secure === true) text += '; Secure';
  if (httpOnly) text += '; HttpOnly';
  if (partitioned === true) text += '; Partitioned';
  return text;
}

/** Puts a cookie into the response in the place of a former one of its name. Source: RFC 6265bis, section 4.1.1 (one per name). */
export function putCookie(headers: ResponseHeaders, name: string, cookie: string): void {
  const former: string[] = [];
  for (const [header, value] of headers) if (header === 'set-cookie') former.push(value);
  if (former.some((value) => value.startsWith(`${name}=`))) {
    headers.delete('set-cookie');
    for (const value of former) if (!value.startsWith(`${name}=`)) headers.append('set-cookie', value);
  }
  headers.append('set-cookie', cookie);
}

/**
 * Tokens against forged requests: a signed cookie holds a secret, and a page sends the same secret in a header, which no
 * page of another site can do. Each token is masked anew, so that it cannot be guessed from the sizes of compressed
 * responses. Source: OWASP, "Signed Double-Submit Cookie"; the BREACH attack.
 */
import { type Cookie, defineCookie, defineRequestValue, type HttpRequest } from '@oxidite/http';
import { timingSafeEqual } from 'node:crypto';
import { applicationOf } from '../application-context.ts';

const SECRET_BYTES = 24;
const SECRET = /^[\w-]{32}$/;
const TOKEN = /^[\w-]{64}$/;

/** Tied to this very host by its name, so that no subdomain can set it. */
const secretCookie: Cookie = defineCookie('csrf', { signed: true, prefix: 'host', sameSite: 'strict' });

/** A secret that was made for this request. */
const madeSecret = defineRequestValue<string>('csrfSecret');

/** What is used of a request. */
type TokenRequest = Pick<HttpRequest, 'responseHeaders' | 'route'>;

/** Gives tokens for pages. */
export interface CsrfToken {
  /**
   * Returns a token for the header `x-csrf-token` of requests that the answered page makes; sets the cookie when there is none.
   * @throws {PluginMissingError} when the plugin is not listed.
   * @throws {KeysMissingError} when the application has no keys.
   */
  get(request: TokenRequest): string;
}

/** The token of a page: `<meta name="csrf-token" content="${csrfToken.get(request)}">`. */
export const csrfToken: CsrfToken = {
  get(request) {
    const { random } = applicationOf(request.route, 'csrf');
    let secret = readSecret(request) ?? madeSecret.get(request);
    if (secret === undefined) {
      secret = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
      madeSecret.set(request, secret);
      secretCookie.set(request, secret);
    }
    const mask = Buffer.from(random.bytes(SECRET_BYTES));
    return Buffer.concat([mask, xor(mask, Buffer.from(secret, 'base64url'))]).toString('base64url');
  },
};

/** Tells whether a token belongs to the cookie of a request. */
export function isTokenValid(request: TokenRequest, token: string | undefined): boolean {
  if (token === undefined || !TOKEN.test(token)) return false;
  const secret = readSecret(request);
  if (secret === undefined) return false;
  const bytes = Buffer.from(token, 'base64url');
  return timingSafeEqual(xor(bytes.subarray(0, SECRET_BYTES), bytes.subarray(SECRET_BYTES)), Buffer.from(secret, 'base64url'));
}

function readSecret(request: TokenRequest): string | undefined {
  const secret = secretCookie.get(request);
  return secret !== undefined && SECRET.test(secret) ? secret : undefined;
}

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}

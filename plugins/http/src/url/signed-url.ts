/**
 * Signed URLs: addresses that only the application can write. The signature is over path, query and expiry, over the host too
 * when the route is bound to one, and over no method, so that a link can be opened and its form be sent.
 * Source: HMAC after RFC 2104; the comparison takes constant time, see the key ring.
 */
import { SignatureExpiredError, SignatureInvalidError } from '../problem/request-errors.ts';
import { defineGuard, type Guard } from '../request/guard.ts';
import { type HttpRequest, RoutedRequest } from '../request/http-request.ts';

/** What the keys sign here; a signature for another purpose does not fit. */
export const SIGNED_URL_PURPOSE = 'http:signed-url';

/** A name of a query and one of its values. */
export type QueryPair = readonly [name: string, value: string];

/** The guard of all routes with signed URLs: it keeps no state. */
const GUARD: Guard = defineGuard({ name: 'signedUrl', check: checkSignature });

/**
 * Returns the guard that lets only URLs of `http.signedUrl()` pass. It answers with 403: `OXI_HTTP_SIGNATURE_INVALID` when
 * the URL is unsigned or was changed, `OXI_HTTP_SIGNATURE_EXPIRED` when it was valid once.
 */
export function signedUrl(): Guard {
  return GUARD;
}

/** The parts that are signed. */
export interface SignedParts {
  readonly host: string | undefined;
  /** Percent-encoded in any way. */
  readonly path: string;
  /** Without the signature. */
  readonly pairs: readonly QueryPair[];
}

/** Writes what is signed in one way, however clients and proxies encode it and order the names; the values of a name keep their order. */
export function toCanonical({ host = '', path, pairs }: SignedParts): string {
  const segments = path.split('/').map((segment) => encodeURIComponent(decodeURIComponent(segment)));
  const query = pairs
    .map(([name, value]) => [encodeURIComponent(name.toWellFormed()), encodeURIComponent(value.toWellFormed())] as const)
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return `${host.toLowerCase()}${segments.join('/')}?${query}`;
}

function checkSignature(request: HttpRequest): void {
  const { signature, ...query } = request.query;
  const { keys, clock } = RoutedRequest.contextOf(request as RoutedRequest); // guards are handed no other requests
  if (typeof signature !== 'string') throw new SignatureInvalidError();
  const pairs = Object.entries(query).flatMap(([name, value]) => [value ?? ''].flat().map((item): QueryPair => [name, item]));
  const host = request.route.host === undefined ? undefined : request.url.hostname;
  if (!keys.verify(SIGNED_URL_PURPOSE, toCanonical({ host, path: request.path, pairs }), signature)) throw new SignatureInvalidError();
  const { expires } = query;
  if (expires !== undefined && !(Number(expires) * 1_000 > clock.now())) throw new SignatureExpiredError();
}

/** A request as it goes to one address: the first, or one that a redirect leads to. */
import type { ClientSettings } from '../client-settings.ts';
import { HttpClientRequestInvalidError } from '../errors.ts';
import type { CallOptions } from './call-options.ts';
import { HeaderInvalidError, mergeHeaders } from './merge-headers.ts';
import { BodyInvalidError, type OutgoingBody, toOutgoingBody } from './outgoing-body.ts';
import { resolveUrl, toPublicUrl } from './resolve-url.ts';

/** A request. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: OutgoingBody | undefined;
}

/** Source: RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
const ACCEPT = 'application/json, text/*;q=0.9, */*;q=0.8';
const CODINGS = 'gzip, deflate, br, zstd';

/** What a caller names: a method and a URL. */
export interface RequestTarget {
  readonly method: string;
  readonly url: string | URL;
}

/**
 * Creates the first request of a call.
 * @throws {HttpClientUrlRefusedError} when the URL may not be requested.
 * @throws {HttpClientRequestInvalidError} when the options name no request that can be sent.
 */
export function createRequest(settings: ClientSettings, target: RequestTarget, options: CallOptions): OutgoingRequest {
  const url = resolveUrl(settings, target.url, options.query);
  const method = target.method.toUpperCase();
  const refuse = (reason: string): HttpClientRequestInvalidError => new HttpClientRequestInvalidError({ method, url: toPublicUrl(url), attempts: 0, reason });
  if (!TOKEN.test(method) || method === 'CONNECT') throw refuse('its method cannot be sent');
  try {
    const headers = mergeHeaders({ accept: ACCEPT, 'user-agent': settings.userAgent }, settings.headers, options.headers);
    if (options.idempotencyKey !== undefined) headers.set('idempotency-key', options.idempotencyKey);
    if (!headers.has('accept-encoding')) headers.set('accept-encoding', headers.has('range') ? 'identity' : CODINGS); // a part of compressed bytes is of no use
    return { method, url, headers, body: toOutgoingBody(options) };
  } catch (error) {
    if (error instanceof HeaderInvalidError || error instanceof BodyInvalidError) throw refuse(error.message);
    throw refuse('a header is not valid');
  }
}

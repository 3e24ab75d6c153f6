/** Where a redirect leads, and what may go there. Source: RFC 9110, 15.4; WHATWG Fetch, "HTTP-redirect fetch". */
import type { ClientSettings } from '../client-settings.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { isHttp } from './resolve-url.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What holds credentials, by its name: `authorization`, `cookie`, `x-api-key`, `x-auth-token` … */
const CREDENTIALS = /auth|cookie|credential|key|passw|secret|session|signature|token/;
const OF_BODIES = ['content-type', 'content-length', 'content-encoding', 'content-language', 'content-location'] as const;

/** A response, as far as it redirects. */
export interface RedirectResponse {
  readonly status: number;
  readonly headers: Headers;
}

/** Tells whether a response leads elsewhere. */
export function isRedirect({ status, headers }: RedirectResponse): boolean {
  return REDIRECTS.has(status) && headers.has('location');
}

/** Returns the request that a redirect leads to, or the reason for which it must not be followed. */
export function toRedirected(request: OutgoingRequest, { status, headers }: RedirectResponse, settings: ClientSettings): OutgoingRequest | string {
  const url = URL.parse(headers.get('location') ?? '', request.url.href);
  if (url === null || !isHttp(url)) return 'it leads to no URL of http or https';
  if (url.username !== '' || url.password !== '') return 'it leads to a URL with credentials';
  if (request.url.protocol === 'https:' && url.protocol === 'http:') return 'it leads from https to http';
  url.hash = '';
  const own = new Headers(request.headers);
  const isForeign = url.origin !== request.url.origin;
  const isWithheld = (name: string): boolean => CREDENTIALS.test(name) || Object.keys(settings.headers).some((configured) => configured.toLowerCase() === name);
  for (const name of isForeign ? [...own.keys()].filter(isWithheld) : []) own.delete(name);
  const method = toMethod(request.method, status);
  if (method === request.method) {
    return request.body?.isReplayable === false ? 'its body is a stream, which cannot be sent again' : { ...request, url, headers: own };
  }
  for (const name of OF_BODIES) own.delete(name);
  return { method, url, headers: own, body: undefined };
}

/** 303 asks for a GET; 301 and 302 make one of a POST, as all browsers do. */
function toMethod(method: string, status: number): string {
  const isChanged = status === 303 ? method !== 'HEAD' : method === 'POST' && status < 303;
  return isChanged ? 'GET' : method;
}

/** Makes the URL of a request, and refuses those that no request should go to. */
import type { ClientSettings } from '../client-settings.ts';
import { HttpClientUrlRefusedError } from '../errors.ts';
import type { QueryInput } from './call-options.ts';
import { toSearchParams } from './search-params.ts';

const ABSOLUTE = /^https?:\/\//i;

/**
 * Resolves the URL of a call. With a base, a path is appended to it, and an absolute URL must lie below it, so that neither
 * credentials of the client nor the client itself go astray.
 * @throws {HttpClientUrlRefusedError} when it is not an absolute http or https URL, holds credentials, or leaves the base.
 */
export function resolveUrl({ baseUrl }: Pick<ClientSettings, 'baseUrl'>, input: string | URL, query?: QueryInput): URL {
  const text = String(input);
  const url = URL.parse(baseUrl === undefined || ABSOLUTE.test(text) ? text : join(baseUrl.href, text));
  if (url === null || !isHttp(url)) throw refuse(text, 'it is not an absolute URL of http or https, and the client has no baseUrl');
  if (url.username !== '' || url.password !== '') throw refuse(text, 'it holds credentials. Send them in a header');
  if (baseUrl !== undefined && !isBelow(url, baseUrl)) throw refuse(text, `it leaves ${baseUrl.href}, the baseUrl of this client. Use httpClient itself`);
  for (const [name, value] of query === undefined ? [] : toSearchParams(query)) url.searchParams.append(name, value);
  url.hash = '';
  return url;
}

/** Tells whether a URL is one of http or https. */
export function isHttp(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

/** Returns what of a URL may be seen in errors and logs: neither credentials, nor query, nor fragment. */
export function toPublicUrl(url: URL): string {
  return url.origin + url.pathname;
}

function join(base: string, path: string): string {
  const start = base.replace(/\/$/, '');
  return path === '' || path.startsWith('/') || path.startsWith('?') ? start + path : `${start}/${path}`;
}

/** Dots in a path are resolved by now, encoded ones as well. Source: WHATWG URL, "double-dot path segment". */
function isBelow(url: URL, base: URL): boolean {
  const directory = base.pathname.replace(/\/$/, '');
  return url.origin === base.origin && (url.pathname === directory || url.pathname.startsWith(`${directory}/`));
}

function refuse(text: string, reason: string): HttpClientUrlRefusedError {
  const visible = text.replace(/[?#][\s\S]*$/, '').replace(/^[\s\S]*@/, '…@');
  return new HttpClientUrlRefusedError({ url: visible.slice(0, 200), reason });
}

/**
 * Finds out whether a page of this application sent a request, from what the browser says and no page can change.
 * Source: W3C Fetch Metadata, section 2.3 (Sec-Fetch-Site); Fetch Standard, section 3.2 (Origin).
 */
import type { HttpRequest } from '@oxidite/http';

/** `unknown`: nothing is said, so it is hardly a browser that sent it. */
export type RequestSource = 'own' | 'foreign' | 'unknown';

/** Whose pages are taken for own ones. */
export interface TrustedPages {
  readonly trustedOrigins: ReadonlySet<string>;
  readonly allowSameSite: boolean;
}

/** Finds the source. `none` is the user, by typing an address for example. */
export function findSource(request: HttpRequest, { trustedOrigins, allowSameSite }: TrustedPages): RequestSource {
  const { rawHeaders: headers } = request;
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none' || (allowSameSite && site === 'same-site')) return 'own';
  const { origin } = headers;
  if (origin !== undefined && trustedOrigins.has(origin)) return 'own';
  if (site !== undefined) return 'foreign';
  const claimed = origin ?? toOrigin(headers.referer);
  if (claimed === undefined) return 'unknown';
  return trustedOrigins.has(claimed) || isOwnOrigin(claimed, request.url) ? 'own' : 'foreign';
}

/**
 * The host decides. A page by HTTPS may send to what looks like HTTP here, because a proxy may have unwrapped it; a page by
 * HTTP, which anyone on its way can change, may not send to HTTPS.
 */
function isOwnOrigin(origin: string, url: URL): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (page.protocol === url.protocol) return page.host === url.host;
  return page.protocol === 'https:' && url.protocol === 'http:' && (page.host === url.host || page.host === url.host.replace(/:443$/, ''));
}

function toOrigin(referer: string | undefined): string | undefined {
  if (referer === undefined) return undefined;
  return URL.canParse(referer) ? new URL(referer).origin : 'null';
}

/**
 * Decides at boot which requests of a route are checked. Forged requests are those for which a browser adds by itself what
 * authenticates its user: cookies above all. A token that a script puts into a header is added by nobody else.
 */
import type { Guard, GuardSecurity, Route } from '@oxidite/http';
import type { Services } from '@oxidite/plugin-sdk';
import { CsrfUndecidedError } from '../errors.ts';
import type { CsrfOptions } from './options.ts';

/** Which requests of a route are checked. */
export type CsrfMode = 'never' | 'always' | 'without-authorization' | 'with-cookie';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Browsers add these by themselves, once their user has given them. */
const AMBIENT_HTTP_SCHEMES = new Set(['basic', 'digest', 'negotiate', 'ntlm', 'mutual']);

/** Tells whether requests of this method change nothing. Source: RFC 9110, section 9.2.1. */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/**
 * Decides for a route.
 * @throws {CsrfUndecidedError} when its guards accept both kinds, and the options do not say what that means.
 */
export function findCsrfMode(route: Route, { protect, mixed }: Pick<CsrfOptions, 'protect' | 'mixed'>, services: Services): CsrfMode {
  if (isSafeMethod(route.method) && route.isFallback !== true) return 'never';
  if (protect === 'always') return 'always';
  const security = route.guards.flatMap((guard) => listSecurity(guard, services));
  if (security.length === 0) return 'with-cookie'; // whatever authenticates here, if anything does, is not known
  const ambient = security.filter(isAmbient);
  if (ambient.length === 0) return 'never';
  if (ambient.length === security.length) return 'always';
  if (mixed === undefined) throw new CsrfUndecidedError(route, [...new Set(security.map(({ scheme }) => scheme))]);
  return mixed;
}

function listSecurity({ security }: Guard, services: Services): readonly GuardSecurity[] {
  if (security === undefined) return [];
  return typeof security === 'function' ? security(services) : [security];
}

/** What is not known to be safe is taken for the worse. Source: OpenAPI 3.1, section 4.8.27 (Security Scheme Object). */
function isAmbient({ definition }: GuardSecurity): boolean {
  const { type, scheme } = definition;
  switch (type) {
    case 'apiKey':
      return definition['in'] !== 'header' && definition['in'] !== 'query';
    case 'http':
      return typeof scheme !== 'string' || AMBIENT_HTTP_SCHEMES.has(scheme.toLowerCase());
    case 'oauth2':
    case 'openIdConnect':
      return false;
    default:
      return true;
  }
}

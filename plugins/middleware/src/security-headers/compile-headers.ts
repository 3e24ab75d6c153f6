/** Writes the headers of a route once, at boot. */
import { type CompiledCsp, compileCsp } from '../csp/compile-csp.ts';
import { API_DIRECTIVES, PAGE_DIRECTIVES } from '../csp/directives.ts';
import { PermissionSourceError } from '../errors.ts';
import type { SecurityHeadersOptions } from './options.ts';

/** What a route answers with: data or pages. */
export type Profile = 'api' | 'page';

/** The headers of a profile, over TLS or not. */
export interface CompiledHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** The name of the header that holds the policy. */
  readonly cspName: string;
  /** The policy of pages, into which a nonce can be put. */
  readonly pageCsp: CompiledCsp | undefined;
}

/** For which responses headers are written. */
export interface HeaderPurpose {
  readonly profile: Profile;
  /** Some headers are obeyed over TLS only; those for reports would even keep browsers from obeying others. */
  readonly isSecure: boolean;
}

/** Nobody's pages need these by default, and an injected script has no use of them. */
const DENIED_FEATURES = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
] as const;

const REPORT_GROUP = 'csp';

/**
 * Compiles headers.
 * @throws {CspSourceError} when a source of the policy breaks the syntax.
 */
export function compileHeaders(options: SecurityHeadersOptions, { profile, isSecure }: HeaderPurpose): CompiledHeaders {
  const { csp, hsts, headers: further } = options;
  const isApi = profile === 'api';
  const reporting = csp === false || csp.reportTo === undefined ? undefined : { uri: csp.reportTo, group: isSecure ? REPORT_GROUP : undefined };
  const pageCsp = csp === false ? undefined : compileCsp({ ...PAGE_DIRECTIVES, ...csp.directives }, reporting);
  const ownCsp = isApi && pageCsp !== undefined ? compileCsp(API_DIRECTIVES, reporting) : pageCsp;
  const cspName = csp !== false && csp.reportOnly ? 'content-security-policy-report-only' : 'content-security-policy';

  const all: Readonly<Record<string, string | false | undefined>> = {
    [cspName]: ownCsp?.value,
    'reporting-endpoints': reporting?.group === undefined ? undefined : `${reporting.group}="${reporting.uri}"`,
    'cross-origin-embedder-policy': options.embedderPolicy,
    'cross-origin-opener-policy': options.openerPolicy,
    'cross-origin-resource-policy': options.resourcePolicy,
    'origin-agent-cluster': options.originAgentCluster ? '?1' : undefined,
    'permissions-policy': toPermissions(options.permissions),
    'referrer-policy': options.referrerPolicy,
    'strict-transport-security': hsts !== false && (isSecure || hsts.always) ? toHsts(hsts) : undefined,
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': options.frameOptions ?? (isApi ? 'DENY' : 'SAMEORIGIN'),
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0', // the filter of old browsers could be turned against pages
    ...further,
  };
  const headers = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  return { headers, cspName, pageCsp };
}

/** Source: RFC 6797, section 6.1. */
function toHsts({ maxAgeSeconds, includeSubDomains, preload }: Exclude<SecurityHeadersOptions['hsts'], false>): string {
  return [`max-age=${maxAgeSeconds}`, ...(includeSubDomains ? ['includeSubDomains'] : []), ...(preload ? ['preload'] : [])].join('; ');
}

/** Source: W3C Permissions Policy, section 5.2; RFC 9651 for the syntax. */
function toPermissions(permissions: SecurityHeadersOptions['permissions']): string | undefined {
  if (permissions === false) return undefined;
  const features: Record<string, readonly string[] | false> = { ...Object.fromEntries(DENIED_FEATURES.map((name) => [name, []])), ...permissions };
  const parts = Object.entries(features).flatMap(([name, sources]) => (sources === false ? [] : `${name}=${toAllowlist(name, sources)}`));
  return parts.length === 0 ? undefined : parts.join(', ');
}

function toAllowlist(feature: string, sources: readonly string[]): string {
  if (sources.length === 1 && sources[0] === '*') return '*';
  return `(${sources
    .map((source) => {
      if (source === 'self' || source === 'src') return source;
      if (!/^https?:\/\/[^\s"\\]+$/.test(source)) throw new PermissionSourceError(feature, source);
      return `"${source}"`;
    })
    .join(' ')})`;
}

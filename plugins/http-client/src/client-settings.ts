/** What one client works with: its own options, over those of the top level, over the defaults. */
import type { HttpClientOptions, SharedOptions } from './options.ts';

const DEFAULTS = {
  timeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  retries: 2,
  retryDelayMs: 200,
  retryMaxDelayMs: 10_000,
  retryAfterMaxMs: 30_000,
  followRedirects: false,
  maxResponseBytes: 16 * 1024 * 1024,
  connections: 50,
  keepAliveTimeoutMs: 4_000,
  userAgent: 'oxidite',
} as const;

type Defaulted = { readonly [Name in keyof typeof DEFAULTS]: NonNullable<SharedOptions[Name]> };

/** Which addresses that are not public a client may reach: all, none, or just those of its own base URL. */
export type PrivateAddresses = 'all' | 'none' | 'base';

/** The settings of one client. */
export interface ClientSettings extends Defaulted, Pick<SharedOptions, 'tls' | 'proxy' | 'lookup' | 'dispatcher'> {
  /** What relative URLs are appended to; without a slash at its end. */
  readonly baseUrl: URL | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly privateAddresses: PrivateAddresses;
  /** Origins, or patterns of them, that get the ambient headers. */
  readonly propagateTo: readonly string[];
}

/** Returns the settings of the service itself: no base and no headers. */
export function toPlainSettings(options: HttpClientOptions): ClientSettings {
  const { clients, allowPrivateAddresses, propagateTo, shutdownGraceMs: _shutdownGraceMs, ...shared } = options;
  const ofClients = Object.values(clients).flatMap(({ baseUrl, propagate }) => (propagate ? [new URL(baseUrl).origin] : []));
  return {
    ...DEFAULTS,
    ...withoutUndefined(shared),
    baseUrl: undefined,
    headers: {},
    privateAddresses: allowPrivateAddresses ? 'all' : 'none',
    propagateTo: [...propagateTo, ...ofClients],
  };
}

/** Returns the settings for URLs that others chose: public addresses only, seen by no proxy, told of nothing. */
export function toExternalSettings(options: HttpClientOptions): ClientSettings {
  return { ...toPlainSettings(options), proxy: undefined, privateAddresses: 'none', propagateTo: [] };
}

/** Returns the settings of a configured client. */
export function toClientSettings(options: HttpClientOptions, own: HttpClientOptions['clients'][string]): ClientSettings {
  const { baseUrl, headers, allowPrivateAddresses, propagate, ...shared } = own;
  const base = new URL(baseUrl);
  base.pathname = base.pathname.replace(/\/+$/, '');
  const merged = { ...toPlainSettings(options), ...withoutUndefined(shared) };
  const proxy = allowPrivateAddresses === false ? undefined : merged.proxy;
  const fallback = proxy === undefined ? 'base' : 'all'; // a proxy resolves names itself
  return {
    ...merged,
    proxy,
    baseUrl: base,
    headers,
    privateAddresses: allowPrivateAddresses === undefined ? fallback : allowPrivateAddresses ? 'all' : 'none',
    propagateTo: propagate ? [base.origin] : [],
  };
}

/** What was given as `undefined` must not hide a default. */
function withoutUndefined<Value extends object>(value: Value): { [Key in keyof Value]: NonNullable<Value[Key]> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never; // the keys that are left have values
}

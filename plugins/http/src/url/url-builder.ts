/** Builds the URLs of named routes, plain and signed. */
import type { Clock } from '@oxidite/plugin-sdk';
import { BaseUrlError, RouteNameUnknownError, UrlParamsError } from '../errors.ts';
import type { KeyRing } from '../cookies/key-ring.ts';
import type { Route } from '../routes/route.ts';
import { compareVersions } from '../routes/versioning.ts';
import { buildHost, buildPath, type ParamValues } from './build-path.ts';
import { type QueryPair, SIGNED_URL_PURPOSE, toCanonical } from './signed-url.ts';
import type { UrlValue } from './route-names.ts';

/** Options of {@link UrlBuilder.url}. */
export interface UrlOptions {
  /** Names with values; an array gives a name several times, and `undefined` leaves it out. */
  readonly query?: Readonly<Record<string, UrlValue | boolean | readonly (UrlValue | boolean)[] | undefined>>;
  /** `true`: with scheme and host, which come from the option `baseUrl`. Routes that are bound to a host always have them. Default: `false`. */
  readonly absolute?: boolean;
  /** Of a name that several versions of the API have, the route of this one. Default: the newest. */
  readonly version?: string;
}

/** Options of {@link UrlBuilder.signedUrl}. */
export interface SignedUrlOptions extends UrlOptions {
  /** How long the URL is valid. Default: for ever. */
  readonly expiresInSeconds?: number;
}

/** What a builder needs. */
export interface UrlBuilderOptions {
  readonly routes: () => readonly Route[];
  /** Where the application is reached from outside. */
  readonly baseUrl: () => string | undefined;
  readonly keys: KeyRing;
  readonly clock: Clock;
}

/** Builds URLs by the names of routes. */
export class UrlBuilder {
  readonly #options: UrlBuilderOptions;
  #routes: readonly Route[] = [];
  #named: ReadonlyMap<string, readonly Route[]> = new Map();

  constructor(options: UrlBuilderOptions) {
    this.#options = options;
  }

  /**
   * Builds the URL of a route.
   * @throws {RouteNameUnknownError} when there is no such route.
   * @throws {UrlParamsError} when a parameter is missing, unknown, or does not fit its constraint.
   * @throws {BaseUrlError} when an absolute URL is asked for, but nothing tells where the application is.
   */
  url(name: string, params: ParamValues = {}, options: UrlOptions = {}): string {
    const route = this.#get(name, options.version);
    return this.#assemble(route, params, { ...options, pairs: toPairs(options.query) });
  }

  /**
   * Builds a URL that the guard `signedUrl()` lets pass, unless it was changed or has expired.
   * @throws as {@link url} does.
   */
  signedUrl(name: string, params: ParamValues = {}, { expiresInSeconds, ...options }: SignedUrlOptions = {}): string {
    const { keys, clock } = this.#options;
    const route = this.#get(name, options.version);
    const expiry: QueryPair[] = expiresInSeconds === undefined ? [] : [['expires', String(Math.floor(clock.now() / 1_000 + expiresInSeconds))]];
    const own = toPairs(options.query);
    const pairs = [...own, ...expiry];
    if (own.some(([key]) => key === 'signature' || key === 'expires')) {
      throw new UrlParamsError(route, 'the names "signature" and "expires" of its query belong to the signature');
    }
    const canonical = toCanonical({ host: buildHost(route, params), path: buildPath(route, params), pairs });
    return this.#assemble(route, params, { ...options, pairs: [...pairs, ['signature', keys.sign(SIGNED_URL_PURPOSE, canonical)]] });
  }

  #assemble(route: Route, params: ParamValues, { absolute = false, pairs }: UrlOptions & { readonly pairs: readonly QueryPair[] }): string {
    const host = buildHost(route, params);
    const query = pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
    const relative = buildPath(route, params) + (query === '' ? '' : `?${query}`);
    if (!absolute && host === undefined) return relative;
    const base = this.#options.baseUrl();
    if (base === undefined) throw new BaseUrlError(route.name ?? route.path);
    const url = new URL(base);
    if (host !== undefined) url.hostname = host;
    return url.origin + url.pathname.replace(/\/$/, '') + relative;
  }

  #get(name: string, version: string | undefined): Route {
    const candidates = this.#index().get(name) ?? [];
    const route = version === undefined ? candidates.at(-1) : candidates.find((candidate) => candidate.version === version);
    if (route === undefined) throw new RouteNameUnknownError(name, version, candidates.length === 0 ? [...this.#named.keys()] : undefined);
    return route;
  }

  /** Routes change when plugins join or leave; the list is another one then. */
  #index(): ReadonlyMap<string, readonly Route[]> {
    const routes = this.#options.routes();
    if (routes !== this.#routes) {
      const ordered = routes.toSorted((left, right) => compareVersions(left.version ?? '', right.version ?? ''));
      this.#named = Map.groupBy(ordered.filter(hasName), ({ name }) => name);
      this.#routes = routes;
    }
    return this.#named;
  }
}

function hasName(route: Route): route is Route & { readonly name: string } {
  return route.name !== undefined;
}

function toPairs(query: UrlOptions['query'] = {}): readonly QueryPair[] {
  return Object.entries(query).flatMap(([key, value]): readonly QueryPair[] => {
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((item: UrlValue | boolean) => [key.toWellFormed(), String(item).toWellFormed()]);
  });
}

/** All routes of an application, ready to answer; refuses, while it is built, what could never answer or could answer in two ways. */
import type { CompiledRoute } from '../compile/compile-route.ts';
import { RouteDuplicateError, RouteNameError } from '../errors.ts';
import { VersionUnsupportedError } from '../problem/request-errors.ts';
import { MethodTrees } from './method-trees.ts';
import { proveRoutes } from './prove-routes.ts';
import { type RoutedExchange, RouteSelector } from './route-selector.ts';
import type { RouteMatch } from './route-tree.ts';
import type { Route } from './route.ts';
import { SegmentLanguages, toSegmentKey } from './segment-languages.ts';
import { createVersionProbe, type VersionProbe } from './version-probe.ts';
import { createVersionReader, PATH_VERSIONING, toVaryHeader, type Versioning } from './versioning.ts';

/** A route and what answers for it. */
export interface TableEntry {
  readonly route: Route;
  readonly answer: CompiledRoute;
}

/** What becomes of a slash at the end of a path: nothing; another path; or a redirect (308) to the path without it. */
export type TrailingSlash = 'ignore' | 'strict' | 'redirect';

/** Options of a {@link RouteTable}. */
export interface RouteTableOptions<Exchange extends RoutedExchange = RoutedExchange> {
  readonly trailingSlash?: TrailingSlash;
  readonly versioning?: Versioning;
  /** Finds the host a request is for. Default: its header. */
  readonly hostOf?: (exchange: Exchange) => string | undefined;
}

/** What is known of a request that no route answers. */
export interface OtherRoutes {
  /** The methods that the path answers; empty when there are none. */
  readonly methods: readonly string[];
  /** One of the routes of the path. */
  readonly entry: TableEntry | undefined;
  /** The path without its slash at the end, when it is to be redirected there. */
  readonly redirect: string | undefined;
}

/** The routes of an application. */
export class RouteTable<Exchange extends RoutedExchange = RoutedExchange> {
  /** In the order of their registration. */
  readonly routes: readonly Route[];
  /** Without hosts and versions in headers, what answers is found by method and path alone. */
  readonly #trees: MethodTrees<TableEntry>;
  readonly #selector: RouteSelector<TableEntry, Exchange> | undefined;
  readonly #probe: VersionProbe | undefined;
  readonly #options: RouteTableOptions<Exchange>;

  /**
   * @throws {RouteDuplicateError} when two routes answer the same requests; names both places.
   * @throws {RouteConflictError} when two routes fit the same paths, or their groups the same hosts, and neither is narrower.
   * @throws {RouteUnreachableError} when others answer all requests of a route.
   * @throws {RouteNameError} when two routes have one name.
   */
  constructor(routes: readonly Route[], compile: (route: Route) => CompiledRoute, options: RouteTableOptions<Exchange> = {}) {
    this.routes = Object.freeze([...routes]);
    this.#options = options;
    assertNames(routes);
    const { trailingSlash = 'ignore', versioning = PATH_VERSIONING, hostOf = ({ headers }) => headers.host } = options;
    const languages = new SegmentLanguages();
    const tree = { languages, isStrict: trailingSlash !== 'ignore' };
    const readVersion = createVersionReader(versioning);
    const isSelecting = routes.some(({ host, version }) => host !== undefined || (readVersion !== undefined && version !== undefined));
    this.#trees = new MethodTrees(tree);
    this.#selector = isSelecting ? new RouteSelector({ tree, readVersion, hostOf }) : undefined;
    const collection = this.#selector ?? this.#trees;
    for (const route of routes) {
      const former = collection.add({ route, answer: compile(route) });
      if (former !== undefined) throw new RouteDuplicateError(route.method, route.path, former.route.place, route.place);
    }
    const selector = this.#selector;
    selector?.proveHosts(languages);
    proveRoutes(routes, {
      languages,
      toScope,
      ...(readVersion === undefined ? {} : { toInnerScope: (route) => JSON.stringify([toScope(route), route.version]) }), // no part of their paths
      find: (route, path) =>
        selector === undefined ? [this.#trees.find(route.method, path)?.value.route] : selector.findIn(route, path).map((entry) => entry?.route),
    });
    collection.complete();
    this.#probe = versioning.by === 'path' ? createVersionProbe(routes, versioning.prefix) : undefined;
  }

  /**
   * Finds the route for a path as it was sent. A HEAD request finds the route of GET.
   * @throws {MalformedUrlError} 400 when its percent-encoding is malformed.
   */
  find(exchange: Exchange, path: string): RouteMatch<TableEntry> | undefined {
    return this.#selector === undefined ? this.#trees.find(exchange.method, path) : this.#selector.find(exchange, path);
  }

  /**
   * Tells what there is for a path that has no route for a request.
   * @throws {VersionUnsupportedError} when the path exists, but not in the version that is asked for.
   */
  findOthers(exchange: Exchange, path: string): OtherRoutes {
    const found = this.#selector === undefined ? this.#trees.findAll(path) : this.#selector.findAll(exchange, path);
    const [entry] = found.values();
    const redirect = entry === undefined ? this.#findRedirect(exchange, path) : undefined;
    if (entry === undefined && redirect === undefined) this.#assertVersion(exchange, path);
    return { methods: entry === undefined ? [] : [...new Set([...found.keys(), 'OPTIONS'])].toSorted(), entry, redirect };
  }

  /** A path that browsers would take for another host is redirected nowhere. */
  #findRedirect(exchange: Exchange, path: string): string | undefined {
    if (this.#options.trailingSlash !== 'redirect' || path.length < 2 || !path.endsWith('/') || /^\/[/\\]/.test(path)) return undefined;
    const shorter = path.slice(0, -1);
    return this.find(exchange, shorter) === undefined ? undefined : shorter;
  }

  #assertVersion(exchange: Exchange, path: string): void {
    const { versioning = PATH_VERSIONING } = this.#options;
    const asked = createVersionReader(versioning)?.(exchange.headers) ?? this.#probe?.askedIn(path);
    const supported = this.#selector?.listVersions(exchange, path) ?? [];
    const all = supported.length > 0 ? supported : (this.#probe?.listVersions(path) ?? []);
    if (all.length === 0) return;
    const isKnown = versioning.by === 'path' || (asked !== undefined && this.routes.some(({ version }) => version === asked));
    throw new VersionUnsupportedError({ asked, supported: all, status: isKnown ? 404 : 400, vary: toVaryHeader(versioning) });
  }
}

function toScope({ method, hostSegments }: Route): string {
  return JSON.stringify([method, hostSegments?.map(toSegmentKey)]);
}

/** A name belongs to one route, or to one in each version. */
function assertNames(routes: readonly Route[]): void {
  const named = new Map<string, Route>();
  for (const route of routes) {
    if (route.name === undefined) continue;
    const key = JSON.stringify([route.name, route.version]);
    const namesake = named.get(key);
    if (namesake !== undefined) throw new RouteNameError(route.name, namesake.place, route.place);
    named.set(key, route);
  }
}

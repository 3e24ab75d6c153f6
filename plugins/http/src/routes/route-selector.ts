/**
 * Chooses among routes by host and by version, before their paths are matched. An application without hosts and without
 * versions in headers has no selector. The host is matched first; what it does not answer goes on to the routes without a
 * host. There a route of the version wins over one that answers for every version.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { RoutePathError } from '../errors.ts';
import { toHostPath } from './host-pattern.ts';
import { MethodTrees } from './method-trees.ts';
import { listNames } from './path-pattern.ts';
import { proveRoutes } from './prove-routes.ts';
import type { Route } from './route.ts';
import { type RouteMatch, RouteTree, type RouteTreeOptions } from './route-tree.ts';
import { type SegmentLanguages, toSegmentKey } from './segment-languages.ts';
import { compareVersions, type VersionReader } from './versioning.ts';

/** The part of a request that routes are selected by. */
export interface RoutedExchange {
  readonly method: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
}

/** What a selector needs. */
export interface RouteSelectorOptions<Exchange extends RoutedExchange> {
  readonly tree: RouteTreeOptions;
  /** Finds the version a request asks for; `undefined` when paths hold it. */
  readonly readVersion: VersionReader | undefined;
  /** Finds the host a request is for. */
  readonly hostOf: (exchange: Exchange) => string | undefined;
}

/** Routes of one host, or of none. */
class Branch<Entry extends { readonly route: Route }> {
  /** The first of them. */
  readonly route: Route | undefined;
  readonly neutral: MethodTrees<Entry>;
  readonly versions = new Map<string, MethodTrees<Entry>>();
  readonly #options: RouteTreeOptions;

  constructor(options: RouteTreeOptions, route?: Route) {
    this.route = route;
    this.#options = options;
    this.neutral = new MethodTrees(options);
  }

  add(entry: Entry, version: string | undefined): Entry | undefined {
    if (version === undefined) return this.neutral.add(entry);
    let trees = this.versions.get(version);
    if (trees === undefined) this.versions.set(version, (trees = new MethodTrees(this.#options)));
    return trees.add(entry);
  }

  find(method: string, path: string, version: string | undefined): RouteMatch<Entry> | undefined {
    const trees = version === undefined ? undefined : this.versions.get(version);
    return trees?.find(method, path) ?? this.neutral.find(method, path);
  }

  findAll(path: string, version: string | undefined): ReadonlyMap<string, Entry> {
    const trees = version === undefined ? undefined : this.versions.get(version);
    return new Map([...this.neutral.findAll(path), ...(trees?.findAll(path) ?? [])]);
  }

  complete(): void {
    for (const trees of [this.neutral, ...this.versions.values()]) trees.complete();
  }
}

/** Finds routes by host, version, method and path. */
export class RouteSelector<Entry extends { readonly route: Route }, Exchange extends RoutedExchange> {
  readonly #options: RouteSelectorOptions<Exchange>;
  readonly #general: Branch<Entry>;
  readonly #hosts: RouteTree<Branch<Entry>>;
  readonly #branches = new Map<string, { readonly branch: Branch<Entry>; readonly names: string }>();
  /** Those of routes, and the default, which routes for every version answer as well. */
  readonly #versions = new Set<string>();

  constructor(options: RouteSelectorOptions<Exchange>) {
    this.#options = options;
    this.#general = new Branch(options.tree);
    this.#hosts = new RouteTree({ ...options.tree, isStrict: true });
    const fallback = options.readVersion?.({});
    if (fallback !== undefined) this.#versions.add(fallback);
  }

  /**
   * Adds a route, or returns the one that already answers some of its requests.
   * @throws {RoutePathError} when another route has the same hosts, but names their labels otherwise.
   */
  add(entry: Entry): Entry | undefined {
    const version = this.#options.readVersion === undefined ? undefined : entry.route.version;
    if (version !== undefined) this.#versions.add(version);
    return this.#branchOf(entry.route).add(entry, version);
  }

  /** Called once, when all routes were added. */
  complete(): void {
    for (const branch of [this.#general, ...[...this.#branches.values()].map(({ branch }) => branch)]) branch.complete();
  }

  /**
   * Finds the route of a request. One that asks for a version there is not finds nothing where other versions have the path.
   * @throws {MalformedUrlError} 400 when its percent-encoding is malformed.
   */
  find(exchange: Exchange, path: string): RouteMatch<Entry> | undefined {
    const version = this.#options.readVersion?.(exchange.headers);
    if (version !== undefined && !this.#versions.has(version) && this.listVersions(exchange, path).length > 0) return undefined;
    const host = this.#findHost(exchange);
    const match = host?.value.find(exchange.method, path, version);
    if (match === undefined || host === undefined) return this.#general.find(exchange.method, path, version);
    return { value: match.value, params: { ...host.params, ...match.params } };
  }

  /** Lists what answers a path, by method. */
  findAll(exchange: Exchange, path: string): ReadonlyMap<string, Entry> {
    const version = this.#options.readVersion?.(exchange.headers);
    if (version !== undefined && !this.#versions.has(version) && this.listVersions(exchange, path).length > 0) return new Map();
    return new Map([...this.#general.findAll(path, version), ...(this.#findHost(exchange)?.value.findAll(path, version) ?? [])]);
  }

  /** Lists the versions that have a path, in their order, whatever the request asks for. */
  listVersions(exchange: Exchange, path: string): readonly string[] {
    const branches = [this.#general, this.#findHost(exchange)?.value];
    const found = branches.flatMap((branch) => [...(branch?.versions ?? [])].filter(([, trees]) => trees.findAll(path).size > 0).map(([version]) => version));
    return [...new Set(found)].toSorted(compareVersions);
  }

  /** Finds a route among those of the same hosts, for the proof that each can be reached. */
  findIn(route: Route, path: string): readonly (Entry | undefined)[] {
    const branch = this.#branchOf(route);
    const asked = route.version === undefined || this.#options.readVersion === undefined ? this.#listAskable() : [route.version];
    return asked.map((version) => branch.find(route.method, path, version)?.value);
  }

  /**
   * Proves that no host fits two patterns equally well, and that each pattern is matched by some host. The first route of a
   * pattern stands for it.
   * @throws {RouteConflictError} or {RouteUnreachableError} when it is otherwise.
   */
  proveHosts(languages: SegmentLanguages): void {
    const routes = new Map<Branch<Entry>, Route>();
    for (const { branch } of this.#branches.values()) {
      const { route } = branch;
      if (route?.hostSegments === undefined) continue;
      routes.set(branch, { ...route, path: `//${route.host ?? ''}${route.path}`, segments: route.hostSegments });
    }
    proveRoutes([...routes.values()], {
      languages,
      toScope: () => '',
      show: (path) => `the host ${path.slice(1).replaceAll('/', '.')}`,
      find: (_, path) => {
        const branch = this.#hosts.find(path)?.value;
        return [branch === undefined ? undefined : routes.get(branch)];
      },
    });
  }

  /** What requests may ask for: the default, which may be none; then all versions there are. */
  #listAskable(): readonly (string | undefined)[] {
    return [this.#options.readVersion?.({}), ...this.#versions];
  }

  #findHost(exchange: Exchange): RouteMatch<Branch<Entry>> | undefined {
    if (this.#branches.size === 0) return undefined;
    const path = toHostPath(this.#options.hostOf(exchange));
    return path === undefined ? undefined : this.#hosts.find(path);
  }

  #branchOf(route: Route): Branch<Entry> {
    const { host, hostSegments, place } = route;
    if (host === undefined || hostSegments === undefined) return this.#general;
    const key = hostSegments.map(toSegmentKey).join('.');
    const names = hostSegments.flatMap(listNames).join(', ');
    let found = this.#branches.get(key);
    if (found === undefined) {
      this.#branches.set(key, (found = { branch: new Branch(this.#options.tree, route), names }));
      this.#hosts.add(hostSegments, found.branch);
    }
    if (found.names !== names) {
      const former = found.branch.route?.place ?? '';
      throw new RoutePathError(host, `the route at ${former} calls the labels of the same hosts "${found.names}", that at ${place} "${names}"; use one name`);
    }
    return found.branch;
  }
}

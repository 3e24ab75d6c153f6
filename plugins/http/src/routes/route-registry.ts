/**
 * The routes of the running application. They are collected once, at boot; when a plugin that declares routes joins or
 * leaves a running application, they are collected again before the next request.
 */
import { type Logger, toMessage } from '@oxidite/plugin-sdk';
import type { SyncHook } from 'tapable';
import type { CompiledRoute } from '../compile/compile-route.ts';
import type { Middleware, MiddlewareStack } from '../request/middleware.ts';
import type { RouteGroup } from './route-group.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { RouteTable, type RouteTableOptions } from './route-table.ts';
import type { Route } from './route.ts';
import { createRouter, type Router } from './router.ts';
import { createDefaultRouting, type Routing } from './to-routes.ts';
import { TapWatch } from './tap-watch.ts';

/** The routes of an application, as exchanges find them. */
export type ApplicationRoutes = RouteTable<Exchange>;

/** What a registry needs. */
export interface RouteRegistryOptions {
  /** The hook on which plugins declare routes. */
  readonly routesHook: SyncHook<[routes: Router]>;
  /** The hook on which plugins add middleware to every request. */
  readonly middlewareHook: SyncHook<[stack: MiddlewareStack]>;
  /** Compiles a route with the application's middleware around it. */
  readonly compile: (route: Route, middleware: readonly Middleware[]) => CompiledRoute;
  /** What answers where no route does. */
  readonly unmatched: Route;
  /** The options of the application that concern paths. */
  readonly routing?: Routing & Omit<RouteTableOptions<Exchange>, 'versioning'>;
  readonly logger: Logger;
}

/** What was collected at one time. */
interface Collected {
  readonly table: ApplicationRoutes | undefined;
  readonly unmatched: CompiledRoute;
  readonly middleware: readonly Middleware[];
}

/** Collects routes and the application's middleware, and keeps them current. */
export class RouteRegistry {
  readonly #options: RouteRegistryOptions;
  readonly #watch: TapWatch;
  #groups: readonly RouteGroup[] = [];
  #collected: Collected;

  constructor(options: RouteRegistryOptions) {
    this.#options = options;
    this.#watch = new TapWatch([options.routesHook, options.middlewareHook]);
    this.#collected = { table: undefined, unmatched: options.compile(options.unmatched, []), middleware: [] };
  }

  /** The current routes; `undefined` before {@link load}. */
  get table(): ApplicationRoutes | undefined {
    return this.#current.table;
  }

  /** What answers where no route does. */
  get unmatched(): CompiledRoute {
    return this.#current.unmatched;
  }

  /** The application's middleware. */
  get middleware(): readonly Middleware[] {
    return this.#current.middleware;
  }

  /**
   * Collects all routes: those of `groups`, then those of the hook's taps.
   * @throws {RouteDuplicateError} and the other errors of declarations.
   */
  load(groups: readonly RouteGroup[]): void {
    this.#groups = groups;
    this.#collected = this.#collect();
  }

  get #current(): Collected {
    if (this.#collected.table !== undefined && this.#watch.hasChanged) this.#reload();
    return this.#collected;
  }

  #collect(): Collected {
    const { routesHook, middlewareHook, compile, unmatched } = this.#options;
    this.#watch.mark();
    const middleware: Middleware[] = [];
    middlewareHook.call({ use: (...added) => void middleware.push(...added) });
    const routing = this.#options.routing ?? createDefaultRouting();
    const routes = collectGroups(this.#groups, routing);
    routesHook.call(createRouter({ routing, add: (route) => void routes.push(route) }));
    return { table: new RouteTable(routes, (route) => compile(route, middleware), routing), unmatched: compile(unmatched, middleware), middleware };
  }

  /** A running application keeps the routes it has rather than none. */
  #reload(): void {
    try {
      this.#collected = this.#collect();
    } catch (error) {
      this.#options.logger.error({ error }, `the routes changed, but could not be collected again: ${toMessage(error)}`);
    }
  }
}

/** Collects the routes of exported groups. A group that another one uses belongs there, below its guards, and nowhere else. */
function collectGroups(groups: readonly RouteGroup[], routing: Routing): Route[] {
  const nested = new Set<RouteGroup>();
  const collected = groups.map((group) => {
    const routes: Route[] = [];
    const { prefix, options, define } = group;
    createRouter({ routing, add: (route) => void routes.push(route), onUse: (used) => void nested.add(used) }).group(prefix, options, define);
    return { group, routes };
  });
  return collected.filter(({ group }) => !nested.has(group)).flatMap(({ routes }) => routes);
}

/**
 * The routes of the running application. They are collected once, at boot; when a plugin that declares routes joins or
 * leaves a running application, they are collected again before the next request.
 */
import { type Logger, toMessage } from '@oxidite/plugin-sdk';
import type { SyncHook } from 'tapable';
import type { CompiledRoute } from '../compile/compile-route.ts';
import type { RouteGroup } from './route-group.ts';
import { RouteTable } from './route-table.ts';
import type { Route } from './route.ts';
import { createRouter, type Router } from './router.ts';

/** What a registry needs. */
export interface RouteRegistryOptions {
  /** The hook on which plugins declare routes. */
  readonly hook: SyncHook<[routes: Router]>;
  readonly compile: (route: Route) => CompiledRoute;
  readonly logger: Logger;
}

/** Collects routes and keeps them current. */
export class RouteRegistry {
  readonly #options: RouteRegistryOptions;
  #groups: readonly RouteGroup[] = [];
  #table: RouteTable | undefined;
  #tapCount = 0;
  #isStale = false;

  constructor(options: RouteRegistryOptions) {
    this.#options = options;
    options.hook.intercept({
      register: (tap) => {
        this.#isStale = true;
        return tap;
      },
    });
  }

  /** The current routes; `undefined` before {@link load}. */
  get table(): RouteTable | undefined {
    if (this.#table !== undefined && (this.#isStale || this.#options.hook.taps.length !== this.#tapCount)) this.#reload();
    return this.#table;
  }

  /**
   * Collects all routes: those of `groups`, then those of the hook's taps.
   * @throws {RouteDuplicateError} and the other errors of declarations.
   */
  load(groups: readonly RouteGroup[]): void {
    this.#groups = groups;
    this.#table = this.#collect();
  }

  #collect(): RouteTable {
    const { hook, compile } = this.#options;
    this.#isStale = false;
    this.#tapCount = hook.taps.length;
    const routes = collectGroups(this.#groups);
    hook.call(createRouter({ add: (route) => void routes.push(route) }));
    return new RouteTable(routes, compile);
  }

  /** A running application keeps the routes it has rather than none. */
  #reload(): void {
    try {
      this.#table = this.#collect();
    } catch (error) {
      this.#options.logger.error({ error }, `the routes changed, but could not be collected again: ${toMessage(error)}`);
    }
  }
}

/** Collects the routes of exported groups. A group that another one uses belongs there, below its guards, and nowhere else. */
function collectGroups(groups: readonly RouteGroup[]): Route[] {
  const nested = new Set<RouteGroup>();
  const collected = groups.map((group) => {
    const routes: Route[] = [];
    const { prefix, options, define } = group;
    createRouter({ add: (route) => void routes.push(route), onUse: (used) => void nested.add(used) }).group(prefix, options, define);
    return { group, routes };
  });
  return collected.filter(({ group }) => !nested.has(group)).flatMap(({ routes }) => routes);
}

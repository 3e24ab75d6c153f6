/** All routes of an application by method, ready to answer; finds duplicates while it is built. */
import type { CompiledRoute } from '../compile/compile-route.ts';
import { RouteDuplicateError, RouteNameError } from '../errors.ts';
import { type RouteMatch, RouteTree } from './route-tree.ts';
import type { Route } from './route.ts';

/** A route and what answers for it. */
export interface TableEntry {
  readonly route: Route;
  readonly answer: CompiledRoute;
}

/** The routes of an application. */
export class RouteTable {
  /** In the order of their registration. */
  readonly routes: readonly Route[];
  readonly #trees = new Map<string, RouteTree<TableEntry>>();

  /**
   * @throws {RouteDuplicateError} when two routes answer the same requests; names both places.
   * @throws {RouteNameError} when two routes have one name.
   */
  constructor(routes: readonly Route[], compile: (route: Route) => CompiledRoute) {
    this.routes = Object.freeze([...routes]);
    const names = new Map<string, Route>();
    for (const route of routes) {
      const former = this.#treeOf(route.method).add(route.segments, { route, answer: compile(route) });
      if (former !== undefined) throw new RouteDuplicateError(route.method, route.path, former.route.place, route.place);
      if (route.name === undefined) continue;
      const namesake = names.get(route.name);
      if (namesake !== undefined) throw new RouteNameError(route.name, namesake.place, route.place);
      names.set(route.name, route);
    }
    const gets = this.#trees.get('GET');
    if (gets !== undefined) this.#trees.set('HEAD', gets);
  }

  /** Finds the route for a path as it was sent. A HEAD request finds the route of GET. */
  find(method: string, path: string): RouteMatch<TableEntry> | undefined {
    return this.#trees.get(method)?.find(path);
  }

  /** Lists the methods that a path answers, and finds one of its routes. Empty when it has none. */
  findOthers(path: string): { readonly methods: readonly string[]; readonly entry: TableEntry | undefined } {
    const methods: string[] = [];
    let entry: TableEntry | undefined;
    for (const [method, tree] of this.#trees) {
      const match = tree.find(path);
      if (match === undefined) continue;
      methods.push(method);
      entry ??= match.value;
    }
    return { methods: methods.length === 0 ? methods : [...methods, 'OPTIONS'].toSorted(), entry };
  }

  #treeOf(method: string): RouteTree<TableEntry> {
    let tree = this.#trees.get(method);
    if (tree === undefined) this.#trees.set(method, (tree = new RouteTree()));
    return tree;
  }
}

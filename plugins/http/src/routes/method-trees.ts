/** The routes of one host and one version, by method. */
import type { Route } from './route.ts';
import { type RouteMatch, RouteTree, type RouteTreeOptions } from './route-tree.ts';
import { listVariants } from './path-pattern.ts';

/** Trees by method; a HEAD request finds the route of GET, unless one of HEAD fits. */
export class MethodTrees<Entry extends { readonly route: Route }> {
  readonly #options: RouteTreeOptions;
  readonly #trees = new Map<string, RouteTree<Entry>>();
  readonly #gets: Entry[] = [];

  constructor(options: RouteTreeOptions) {
    this.#options = options;
  }

  /** Adds a route, or returns the one that already answers some of its requests. */
  add(entry: Entry): Entry | undefined {
    const { route } = entry;
    let tree = this.#trees.get(route.method);
    if (tree === undefined) this.#trees.set(route.method, (tree = new RouteTree(this.#options)));
    if (route.method === 'GET') this.#gets.push(entry);
    for (const segments of listVariants(route.segments)) {
      const former = tree.add(segments, entry);
      if (former !== undefined) return former;
    }
    return undefined;
  }

  /** Lets HEAD requests find the routes of GET. Called once, when all routes were added. */
  complete(): void {
    const gets = this.#trees.get('GET');
    const heads = this.#trees.get('HEAD');
    if (gets === undefined) return;
    if (heads === undefined) {
      this.#trees.set('HEAD', gets);
      return;
    }
    for (const entry of this.#gets) {
      for (const segments of listVariants(entry.route.segments)) heads.add(segments, entry); // a route of HEAD that has the path stays
    }
  }

  /**
   * Finds the route for a path as it was sent.
   * @throws {MalformedUrlError} 400 when its percent-encoding is malformed.
   */
  find(method: string, path: string): RouteMatch<Entry> | undefined {
    return this.#trees.get(method)?.find(path);
  }

  /** Lists what answers a path, by method. */
  findAll(path: string): ReadonlyMap<string, Entry> {
    const found = new Map<string, Entry>();
    for (const [method, tree] of this.#trees) {
      const match = tree.find(path);
      if (match !== undefined) found.set(method, match.value);
    }
    return found;
  }
}

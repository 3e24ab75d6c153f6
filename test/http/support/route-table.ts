/** Tables of routes without an application around them. */
import type { Route, Router } from '@oxidite/http';
import { ConstraintRegistry } from '../../../plugins/http/src/routes/param-types.ts';
import { RouteTable, type RouteTableOptions } from '../../../plugins/http/src/routes/route-table.ts';
import { createRouter } from '../../../plugins/http/src/routes/router.ts';
import { PATH_VERSIONING } from '../../../plugins/http/src/routes/versioning.ts';

/** Collects the routes that a function declares. */
export function collectRoutes(
  define: (routes: Router) => void,
  { versioning = PATH_VERSIONING, paramTypes = {} }: Pick<RouteTableOptions, 'versioning'> & { readonly paramTypes?: Record<string, RegExp> } = {},
): readonly Route[] {
  const routes: Route[] = [];
  define(createRouter({ add: (route) => void routes.push(route), routing: { versioning, constraints: new ConstraintRegistry(paramTypes) } }));
  return routes;
}

/** Makes a table of the routes that a function declares. */
export function createTable(define: (routes: Router) => void, options: RouteTableOptions & { readonly paramTypes?: Record<string, RegExp> } = {}): RouteTable {
  return new RouteTable(collectRoutes(define, options), () => () => undefined, options);
}

/** Finds the path of the route for a request, and its parameters. */
export function find(table: RouteTable, path: string, { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {}): unknown {
  const match = table.find({ method, headers }, path);
  return match === undefined ? undefined : [match.value.route.path, match.params];
}

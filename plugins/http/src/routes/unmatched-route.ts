/**
 * What answers where no route does: h3 handlers, then OPTIONS, 405 and 404. It is compiled like any other route, so the
 * application's middleware sees these requests too.
 */
import type { H3 } from 'h3';
import { answerWithH3 } from '../h3/h3-handlers.ts';
import { MalformedUrlError, MethodNotAllowedError, RouteNotFoundError, UrlTooLongError } from '../problem/request-errors.ts';
import { redirect, reply } from '../reply/reply.ts';
import { RoutedRequest } from '../request/http-request.ts';
import type { OtherRoutes } from './route-table.ts';
import type { ApplicationRoutes } from './route-registry.ts';
import type { Route } from './route.ts';

/** What the unmatched route needs. */
export interface UnmatchedOptions {
  readonly h3: H3;
  /** Gives the current routes; `undefined` before the application has booted. */
  readonly table: () => ApplicationRoutes | undefined;
  /** The greatest length of path and query. */
  readonly urlLength: number;
}

const NOTHING: OtherRoutes = { methods: [], entry: undefined, redirect: undefined };

/** Creates the route; it stands in no table. */
export function createUnmatchedRoute({ h3, table, urlLength }: UnmatchedOptions): Route {
  async function answer(request: RoutedRequest): Promise<unknown> {
    const { target } = RoutedRequest.exchangeOf(request);
    if (target.length > urlLength) throw new UrlTooLongError(urlLength);
    assertDecodable(request.path);
    const response = await answerWithH3(h3, request);
    if (response !== undefined) return response;
    const exchange = RoutedRequest.exchangeOf(request);
    const { methods, entry, redirect: shorter } = table()?.findOthers(exchange, request.path) ?? NOTHING;
    if (shorter !== undefined) return redirect(shorter + exchange.target.slice(request.path.length), 308);
    if (entry === undefined) throw new RouteNotFoundError(request.method, request.path);
    const allow = methods.join(', ');
    if (request.method === 'OPTIONS') return reply(undefined, { status: 204, headers: { allow } });
    RoutedRequest.reroute(request, entry.route);
    throw new MethodNotAllowedError(request.method, request.path, allow);
  }

  return {
    method: 'GET',
    path: '/**',
    segments: [{ kind: 'rest', name: '_' }],
    name: undefined,
    declaration: { documented: false },
    guards: [],
    middleware: [],
    problem: undefined,
    handler: (request) => answer(request as RoutedRequest), // the dispatcher makes no other requests
    isFallback: true,
    place: 'the HTTP plugin',
  };
}

function assertDecodable(path: string): void {
  if (!path.includes('%')) return;
  try {
    decodeURIComponent(path);
  } catch {
    throw new MalformedUrlError('its path holds malformed percent-encoding');
  }
}

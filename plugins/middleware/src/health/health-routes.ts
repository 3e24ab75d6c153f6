/**
 * The endpoints that a load balancer or an orchestrator asks. They take no unit of work, and no limit, log line or document
 * counts them.
 */
import { type AnyHandler, reply, type Reply, type Route, type Router } from '@oxidite/http';
import type { HealthReporter, HealthReport } from './health-report.ts';
import type { HealthOptions } from './options.ts';

const HEADERS = { 'cache-control': 'no-store' };
const HEALTH = Symbol('oxidite.middleware.health');

/** What the routes need. */
export interface HealthRoutesOptions extends Pick<HealthOptions, 'livePath' | 'readyPath'> {
  readonly showsDetails: boolean;
  readonly isDraining: () => boolean;
  readonly report: HealthReporter;
}

/** Tells whether a route is one of these, for whoever counts or logs requests. */
export function isHealthRoute({ handler }: Pick<Route, 'handler'>): boolean {
  return HEALTH in handler;
}

/** Declares the routes. */
export function addHealthRoutes(routes: Router, { livePath, readyPath, showsDetails, isDraining, report }: HealthRoutesOptions): void {
  const declaration = { documented: false };
  const live = (): Reply => reply({ status: 'live' }, { headers: HEADERS });
  const ready = (): Reply | Promise<Reply> => {
    if (isDraining()) return reply({ status: 'draining' }, { status: 503, headers: HEADERS });
    const reported = report();
    return reported instanceof Promise ? reported.then(answer) : answer(reported);
  };
  const answer = ({ status, checks }: HealthReport): Reply =>
    reply(showsDetails ? { status, checks } : { status }, { status: status === 'failing' ? 503 : 200, headers: HEADERS });
  routes.get(livePath, declaration, mark(live));
  routes.get(readyPath, declaration, mark(ready));
}

function mark<Handler extends AnyHandler>(handler: Handler): Handler {
  return Object.assign(handler, { [HEALTH]: true });
}

/** The route that collects violations of the Content-Security-Policy: logs them, and tells plugins. */
import { badRequest, noContent, type Router, text } from '@oxidite/http';
import type { Clock, Logger } from '@oxidite/plugin-sdk';
import { csrf } from '../csrf/csrf.ts';
import { type CspReport, tryParseCspReports } from './report.ts';
import type { CspReportOptions } from './report-options.ts';

const TYPES = ['application/csp-report', 'application/reports+json', 'application/json'];
const MINUTE_MS = 60_000;

/** What the route needs. */
export interface CspReportContext {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells plugins. */
  readonly onReport: (report: CspReport) => void;
}

/** Declares the route. */
export function collectCspReports(routes: Router, { path, maxBytes, maxPerMinute }: CspReportOptions, context: CspReportContext): void {
  const take = createTake({ ...context, maxPerMinute });
  routes.post(path, { documented: false, body: text({ types: TYPES }), bodyLimitBytes: maxBytes, middleware: [csrf(false)] }, ({ body }) => {
    const reports = tryParseCspReports(body);
    if (reports === undefined) throw badRequest('This is no report of a violation of a Content-Security-Policy.');
    for (const report of reports) take(report);
    return noContent();
  });
}

/** Passes on as many reports a minute as are wanted: one page with a mistake, or one attacker, sends any number. */
function createTake({ clock, logger, onReport, maxPerMinute }: CspReportContext & Pick<CspReportOptions, 'maxPerMinute'>): (report: CspReport) => void {
  let startMs = clock.monotonicMs();
  let taken = 0;
  let dropped = 0;
  return (report) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - startMs >= MINUTE_MS) {
      if (dropped > 0) logger.warn({ dropped }, 'reports of violations of the content security policy were dropped');
      startMs = nowMs;
      taken = 0;
      dropped = 0;
    }
    if (taken >= maxPerMinute) {
      dropped++;
      return;
    }
    taken++;
    logger.warn({ ...report }, 'a browser reported a violation of the content security policy');
    try {
      onReport(report);
    } catch (error) {
      logger.error({ error }, 'a plugin failed to take a report of the content security policy');
    }
  };
}

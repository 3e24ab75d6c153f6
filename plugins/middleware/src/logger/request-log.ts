/**
 * The request log: one line for each request, when it is over, with all that is known of it then. Handlers and plugins add
 * what they know through `request.logFields`. Client errors are `info`: they are the business of the client.
 */
import { defineRequestValue, type MiddlewareDefinition, type MiddlewareParts, type ResponseDraft, type Route } from '@oxidite/http';
import type { z } from 'zod';
import type { ApplicationContext } from '../application-context.ts';
import { defineModule } from '../define-module.ts';
import { isHealthRoute } from '../health/health-routes.ts';
import { parseOptions } from '../parse-options.ts';
import { traceContext } from '../request-id/trace-context.ts';
import { addCleanFields, type CleanOptions, shorten } from './clean-fields.ts';
import { describeError, findCode } from './describe-error.ts';
import { type LogSink, openLogSink } from './log-sink.ts';
import { RequestLogOptions } from './options.ts';
import { createSecretTest } from './redaction.ts';

/** What is known of a request before it is over. */
interface Course {
  readonly startMs: number;
  readonly userAgent: string | undefined;
  response: ResponseDraft | undefined;
}

const course = defineRequestValue<Course>('requestLog');

/** A share is drawn in millionths. */
const WHOLE = 1_000_000;

/**
 * Logs requests; `false` logs none of a route or group.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 */
export function requestLog(options: z.input<typeof RequestLogOptions> | false = {}): MiddlewareDefinition {
  const settings = options === false ? undefined : parseOptions('requestLog', RequestLogOptions, options);
  return defineModule({
    name: 'requestLog',
    phase: 'edge',
    create(application) {
      if (settings === undefined) return () => undefined;
      const sink = openLogSink(settings, application);
      const cleaning: CleanOptions = { ...settings, isSecret: createSecretTest(settings.redact) };
      const isIgnored = (route: Route): boolean => settings.ignore.includes(route.path) || (!settings.health && isHealthRoute(route));
      return (route) => (isIgnored(route) ? undefined : createParts(route, settings, { application, sink, cleaning }));
    },
  });
}

interface LogContext {
  readonly application: ApplicationContext;
  readonly sink: LogSink;
  readonly cleaning: CleanOptions;
}

function createParts(route: Route, settings: RequestLogOptions, { application, sink, cleaning }: LogContext): MiddlewareParts {
  const { clock, random } = application;
  const { sample, slowMs, ip, userAgent, maxTextLength } = settings;
  const isPathSecret = hasSecretParams(route, cleaning);
  const isUnmatched = route.isFallback === true;
  const isChosen = (): boolean => sample === 1 || (sample > 0 && random.integer(1, WHOLE) <= sample * WHOLE);

  return {
    logsErrors: true,
    onRequest(request) {
      course.set(request, { startMs: clock.monotonicMs(), userAgent: userAgent ? request.rawHeaders['user-agent'] : undefined, response: undefined });
      return undefined;
    },
    onResponse(request, response) {
      const known = course.get(request);
      if (known !== undefined) known.response = response;
    },
    onFinish(request, { status, error, isAborted }) {
      const known = course.get(request);
      const durationMs = known === undefined ? undefined : Math.round((clock.monotonicMs() - known.startMs) * 100) / 100;
      const isFailed = status >= 500;
      if (!isFailed && !(durationMs !== undefined && durationMs >= slowMs) && !isChosen()) return;
      const trace = traceContext.get(request);
      const line: Record<string, unknown> = {
        method: request.method,
        route: isUnmatched && request.route.isFallback === true ? undefined : request.route.path,
        path: isPathSecret ? undefined : shorten(request.path, maxTextLength),
        status,
        durationMs,
        requestId: request.id,
        traceId: trace?.traceId,
        spanId: trace?.spanId,
        ip: ip ? request.ip : undefined,
        bytes: findBytes(known?.response),
        userAgent: known?.userAgent === undefined ? undefined : shorten(known.userAgent, maxTextLength),
        aborted: isAborted ? true : undefined,
        code: error === undefined ? undefined : (known?.response?.problem?.code ?? findCode(error)),
        error: isFailed && error !== undefined ? describeError(error) : undefined,
      };
      addCleanFields(line, request.logFields, cleaning);
      sink(isFailed ? 'error' : 'info', line);
    },
  };
}

/** The length of a whole body, as it left: counted, and compressed. A stream has none. */
function findBytes(response: ResponseDraft | undefined): number | undefined {
  const length = response?.headers.get('content-length');
  return length === undefined ? undefined : Number(length);
}

/** A path that holds a secret, `/reset/:token`, is not logged; its pattern is. */
function hasSecretParams({ segments }: Route, { isSecret }: CleanOptions): boolean {
  return segments.some((segment) => {
    if (segment.kind === 'param' || segment.kind === 'rest') return isSecret(segment.name);
    return segment.kind === 'mixed' && segment.parts.some((part) => part.kind === 'param' && isSecret(part.name));
  });
}

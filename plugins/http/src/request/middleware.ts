/**
 * Middleware: what surrounds routes. A definition names the phase it belongs to and the parts of a request's way it takes
 * part in; a plain function wraps the guards. The parts are compiled into each route at boot; what a route does not have
 * costs it nothing.
 */
import type { Services } from '@oxidite/plugin-sdk';
import type { ResponseDraft } from '../reply/response-draft.ts';
import type { Route } from '../routes/route.ts';
import type { HttpRequest } from './http-request.ts';

/** The phases, from the outermost to the innermost; guards run at the end of `policy`. */
export const PHASES = ['egress', 'edge', 'identity', 'policy', 'cache', 'handler'] as const;

/**
 * Where a middleware stands. On the way in: `edge` (ids, logs, limits), `identity` (who is it), `policy` (may they), `cache`
 * (is there an answer already), `handler`. On the way out the reverse, and `egress` (compression, headers) last of all.
 */
export type Phase = (typeof PHASES)[number];

/** Runs the inner part: what is further in. Call it once. */
export type Next = () => unknown;

/**
 * Wraps the guards, inputs and handler of a route. Return what `next()` returned (a value or a promise), or something else
 * to answer with. When it returns `undefined` after calling `next()`, the inner result stays as it is.
 * Response headers are set through `request.responseHeaders`; they stay on error responses.
 */
export type MiddlewareFunction = (request: HttpRequest, services: Services, next: Next) => unknown;

/** How a response ended. */
export interface ResponseOutcome {
  readonly status: number;
  /** What was thrown, if anything was. */
  readonly error: unknown;
  /** `true` when the response could not be sent to its end. */
  readonly isAborted: boolean;
}

/** What a middleware does on a request's way; each part is optional. */
export interface MiddlewareParts {
  /** Headers of every response, written at boot. Whatever is set while a request is answered replaces them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** On the way in: return `undefined` to go on, or a result to answer with; throw to refuse. */
  readonly onRequest?: (request: HttpRequest, services: Services) => unknown;
  /** Around everything further in, whose result and errors it sees. Return as {@link MiddlewareFunction} says. */
  readonly around?: (request: HttpRequest, next: Next) => unknown;
  /** On the way out, after errors have become responses: may change status, headers and body. */
  readonly onResponse?: (request: HttpRequest, response: ResponseDraft) => void | Promise<void>;
  /** `true` when {@link onFinish} logs what was thrown, so that nobody else has to. Default: `false`. */
  readonly logsErrors?: boolean;
  /** After the response has left, or was broken off. What it throws is logged. */
  readonly onFinish?: (request: HttpRequest, outcome: ResponseOutcome) => void;
}

/** A middleware with a name and a phase. */
export interface MiddlewareDefinition extends MiddlewareParts {
  /** Shown in `oxidite routes --verbose`: `cors`. */
  readonly name: string;
  readonly phase: Phase;
  /**
   * Decides once for each route, at boot, what runs there: the parts, or `undefined` for nothing. Replaces the parts above.
   * The services are those of the application. What answers where no route does is a route here too: `route.isFallback`.
   */
  readonly forRoute?: (route: Route, services: Services) => MiddlewareParts | undefined;
}

/** A middleware of a route, a group or the application. */
export type Middleware = MiddlewareDefinition | MiddlewareFunction;

/** Declares a middleware. */
export function defineMiddleware(definition: MiddlewareDefinition): MiddlewareDefinition {
  return definition;
}

/** Collects the middleware of the application: what taps of `http:middleware` are handed. */
export interface MiddlewareStack {
  /** Adds middleware to every request: to routes, and to what no route answers. In one phase the first is the outermost. */
  use(...middleware: readonly Middleware[]): void;
}

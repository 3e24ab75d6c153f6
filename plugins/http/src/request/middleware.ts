/** Middleware: what wraps a route. It runs before the guards and sees every outcome, errors included. */
import type { Services } from '@oxidite/plugin-sdk';
import type { HttpRequest } from './http-request.ts';

/** Runs the inner part: the next middleware, or guards, inputs and handler. Call it once. */
export type Next = () => unknown;

/**
 * Wraps a route. Return what `next()` returned (a value or a promise), or something else to answer with.
 * A middleware that returns `undefined` after calling `next()` leaves the inner result as it is.
 * Response headers are set through `request.responseHeaders`; they stay on error responses.
 */
export type Middleware = (request: HttpRequest, services: Services, next: Next) => unknown;

/**
 * The user's own h3 handlers: `services.http.h3` is a complete H3 application that is asked when no own route matches.
 * Its results, errors included, are what h3 makes of them; the application's middleware stands around them.
 */
import type { Logger } from '@oxidite/plugin-sdk';
import { H3, toResponse } from 'h3';
import { RoutedRequest } from '../request/http-request.ts';

/** What an h3 application returns when it has no route. Source: h3 2.0.8, src/utils/internal; a test holds it. */
const NOT_FOUND = Symbol.for('h3.notFound');

/** Creates the application for h3 handlers. What they throw by accident is logged, and not written to the console. */
export function createH3(logger: Logger): H3 {
  return new H3({
    silent: true,
    onError(error, event) {
      if (error.unhandled)
        logger.error({ error: error.cause ?? error, method: event.req.method, path: event.url.pathname }, 'a request to an h3 handler failed');
    },
  });
}

/** Lets the h3 handlers answer. Returns `undefined` when they have no route for the request. */
export async function answerWithH3(h3: H3, request: RoutedRequest): Promise<Response | undefined> {
  const { event } = request;
  let result: unknown;
  try {
    result = await h3.handler(event);
  } catch (error) {
    result = error instanceof Error ? error : new Error('An h3 handler threw something that is no error.', { cause: error });
  }
  if (result === NOT_FOUND) return undefined;
  const response = await toResponse(result, event, h3.config);
  RoutedRequest.markEventSent(request);
  return response;
}

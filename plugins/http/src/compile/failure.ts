/** Makes the response of a request that failed: logs what is ours, maps it as the route's group wants it, and never leaks. */
import type { Logger } from '@oxidite/plugin-sdk';
import { PROBLEM_TYPE, type Problem } from '../problem/problem.ts';
import { findErrorHeaders, toProblem } from '../problem/to-problem.ts';
import type { ResponseDraft } from '../reply/response-draft.ts';
import type { FlatHeaders } from '../reply/response-headers.ts';
import { toDraft } from '../reply/to-draft.ts';
import type { RoutedRequest } from '../request/http-request.ts';

/** What answering failures needs of the application. */
export interface FailureOptions {
  readonly isDevelopment: boolean;
  readonly logger: Logger;
}

/** What is known of the route of a failure. */
export interface FailureContext {
  /** The headers of all responses of the route. */
  readonly base: Readonly<FlatHeaders>;
  /** `true` when a middleware logs what was thrown. */
  readonly isLogged: boolean;
}

/** Makes the response of one failed request. Never throws. */
export type Failure = (request: RoutedRequest, error: unknown, context: FailureContext) => ResponseDraft;

/** Creates the function that makes responses of failures. */
export function createFailure({ isDevelopment, logger }: FailureOptions): Failure {
  return (request, error, { base, isLogged }) => {
    const problem = toProblem(error, { isDevelopment });
    const facts = { method: request.method, path: request.path, route: request.route.path };
    if (problem.status >= 500 && !isLogged) logger.error({ error, ...facts }, 'a request failed');
    try {
      return draftProblem(request, { error, problem }, base);
    } catch (mapperError) {
      logger.error({ error: mapperError, ...facts }, 'a problem could not be sent as its group maps it');
      const own = toProblem(mapperError, { isDevelopment });
      return toDraft(undefined, own, { status: own.status, base, jsonType: PROBLEM_TYPE, failure: { error: mapperError, problem: own } });
    }
  };
}

function draftProblem(request: RoutedRequest, failure: { readonly error: unknown; readonly problem: Problem }, base: Readonly<FlatHeaders>): ResponseDraft {
  const { problem, error } = failure;
  const options = { status: problem.status, base, headers: findErrorHeaders(error), failure };
  const mapper = request.route.problem;
  if (mapper === undefined) return toDraft(request, problem, { ...options, jsonType: PROBLEM_TYPE });
  return toDraft(request, mapper(problem, request), options);
}

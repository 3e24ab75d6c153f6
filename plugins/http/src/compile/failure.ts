/** Answers a request that failed: logs what is ours, maps it as the route's group wants it, and never leaks. */
import type { Logger } from '@oxidite/plugin-sdk';
import type { Exchange } from '../exchange/exchange.ts';
import { PROBLEM_TYPE, type Problem } from '../problem/problem.ts';
import type { ProblemMapper } from '../problem/problem-mapper.ts';
import { RequestAbortedError } from '../problem/request-errors.ts';
import { findErrorHeaders, toProblem } from '../problem/to-problem.ts';
import type { RoutedRequest } from '../request/http-request.ts';
import { sendResult } from '../reply/send-result.ts';

/** What answering failures needs of the application. */
export interface FailureOptions {
  readonly isDevelopment: boolean;
  readonly logger: Logger;
}

/** Answers one failed request. Returns a promise only when the answer is a stream. Never throws. */
export type Failure = (exchange: Exchange, request: RoutedRequest | undefined, error: unknown, mapper?: ProblemMapper) => Promise<void> | undefined;

/** Creates the function that answers failures. */
export function createFailure({ isDevelopment, logger }: FailureOptions): Failure {
  return (exchange, request, error, mapper) => {
    if (error instanceof RequestAbortedError) {
      exchange.destroy();
      return undefined;
    }
    const problem = toProblem(error, { isDevelopment });
    if (problem.status >= 500) logger.error({ error, method: exchange.method, path: pathOf(exchange), route: request?.route.path }, 'a request failed');
    if (exchange.isSent) {
      exchange.destroy(); // the status is out; an incomplete body is the only way left to say it
      return undefined;
    }
    try {
      const sent = sendProblem(exchange, request, problem, findErrorHeaders(error), mapper);
      return sent?.catch((streamError: unknown) => logger.error({ error: streamError, path: pathOf(exchange) }, 'the stream of a mapped problem failed'));
    } catch (mapperError) {
      logger.error({ error: mapperError, method: exchange.method, path: pathOf(exchange) }, 'a problem could not be sent as its group maps it');
      return sendProblem(exchange, undefined, toProblem(mapperError, { isDevelopment }), undefined, undefined);
    }
  };
}

function sendProblem(
  exchange: Exchange,
  request: RoutedRequest | undefined,
  problem: Problem,
  headers: Readonly<Record<string, string>> | undefined,
  mapper: ProblemMapper | undefined,
): Promise<void> | undefined {
  if (mapper === undefined || request === undefined) return sendResult(exchange, request, problem, { status: problem.status, headers, jsonType: PROBLEM_TYPE });
  return sendResult(exchange, request, mapper(problem, request), { status: problem.status, headers });
}

/** Queries stay out of logs: they may hold secrets. */
function pathOf(exchange: Exchange): string {
  return exchange.target.split('?', 1)[0] ?? '';
}

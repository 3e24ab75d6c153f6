/**
 * Limits the time of requests. Everything further in runs within the signal of the request, which aborts when the time is
 * up or the client leaves: SQL, outgoing HTTP and whatever else looks for `ambientSignal()` stops. The client is answered
 * at once; what the handler still does has no effect on the response.
 */
import type { HttpRequest, MiddlewareDefinition, MiddlewareParts, Next } from '@oxidite/http';
import { withAmbientSignal } from '@oxidite/plugin-sdk';
import type { z } from 'zod';
import type { ApplicationContext } from '../application-context.ts';
import { defineModule } from '../define-module.ts';
import { TimeLimitError } from '../errors.ts';
import { parseOptions } from '../parse-options.ts';
import { discardResult } from './discard-result.ts';
import { TimeLimitOptions } from './options.ts';

/**
 * Answers 503 when a request takes longer: `timeLimit({ ms: 5_000 })`. On a route it replaces the limit of the application;
 * `false` takes it away.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 */
export function timeLimit(options: z.input<typeof TimeLimitOptions> | false = {}): MiddlewareDefinition {
  const settings = options === false ? undefined : parseOptions('timeLimit', TimeLimitOptions, options);
  return defineModule({
    name: 'timeLimit',
    phase: 'edge',
    create(application) {
      const parts = settings === undefined ? undefined : createParts(settings.ms, application);
      return () => parts;
    },
  });
}

function createParts(limitMs: number, { clock, logger }: ApplicationContext): MiddlewareParts {
  return {
    around(request, next) {
      const result = withAmbientSignal(request, next);
      return isPromise(result) ? withDeadline(request, result) : result; // what is done cannot be late
    },
  };

  function withDeadline(request: HttpRequest, result: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = clock.setTimeout(() => {
        isLate = true;
        const error = new TimeLimitError(limitMs);
        request.abort(error);
        reject(error);
      }, limitMs);
      result.then(
        (value) => {
          timer.cancel();
          if (isLate) discardResult(value);
          else resolve(value);
        },
        (error: unknown) => {
          timer.cancel();
          if (isLate) logger.debug({ error, method: request.method, path: request.path }, 'a request failed after its time was up');
          else reject(error);
        },
      );
    });
  }
}

function isPromise(value: ReturnType<Next>): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Runs a call from its options to its result. */
import { ambientSignal } from '@oxidite/plugin-sdk';
import { HttpClientClosedError } from '../errors.ts';
import type { CallOptions } from '../request/call-options.ts';
import { createRequest, type RequestTarget } from '../request/outgoing-request.ts';
import { toPublicUrl } from '../request/resolve-url.ts';
import type { IncomingResponse } from '../response/incoming-response.ts';
import { openCallScope } from './call-scope.ts';
import { repeat } from './repeat.ts';
import type { RunningCall, Sender } from './running-call.ts';

/** What is called. */
export interface CallDescription {
  readonly target: RequestTarget;
  readonly options: CallOptions;
}

/** Makes the result of a call. It may leave the body to be read later: limits and signals hold until its end. */
export type ConsumeCall<Result> = (response: IncomingResponse, call: RunningCall) => Promise<Result>;

/**
 * Runs a call.
 * @throws An error of this package, before anything is sent or after.
 */
export async function runCall<Result>(sender: Sender, { target, options }: CallDescription, consume: ConsumeCall<Result>): Promise<Result> {
  const { settings, clock, scopes, closing } = sender;
  const request = createRequest(settings, target, options);
  const progress: RunningCall['progress'] = { method: request.method, url: toPublicUrl(request.url), attempts: 0 };
  if (closing.aborted) throw new HttpClientClosedError({ ...progress });
  const scope = openCallScope({
    clock,
    timeoutMs: options.timeoutMs ?? settings.timeoutMs,
    signals: { signal: options.signal, ambient: ambientSignal() },
    facts: () => ({ ...progress }),
    scopes,
  });
  const limits = {
    connectTimeoutMs: settings.connectTimeoutMs,
    headersTimeoutMs: options.headersTimeoutMs ?? settings.headersTimeoutMs,
    bodyTimeoutMs: options.bodyTimeoutMs ?? settings.bodyTimeoutMs,
    maxResponseBytes: options.maxResponseBytes ?? settings.maxResponseBytes,
  };
  const call: RunningCall = { sender, options, request, limits, scope, progress };
  try {
    scope.signal.throwIfAborted();
    return await repeat(call, async (response) => {
      const result = await consume(response, call);
      response.body.onClose(() => scope.close());
      return result;
    });
  } catch (error) {
    scope.close();
    throw error;
  }
}

/**
 * Repeats what failed in passing. A request is repeated only if that cannot do its work twice: its method is idempotent
 * (RFC 9110, 9.2.2), or the caller says so; never when its body was a stream; never past the time limit of the call; and no
 * more often than the budget of its origin allows.
 */
import { HttpClientClosedError } from '../errors.ts';
import type { IncomingResponse } from '../response/incoming-response.ts';
import { drawBackoffMs } from './backoff.ts';
import { onAbort } from './call-scope.ts';
import { follow } from './follow.ts';
import { tryParseRetryAfter } from './retry-after.ts';
import type { RunningCall } from './running-call.ts';
import { isTransient } from './to-client-error.ts';

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']);
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/** Makes the result of a call from its response; a failure to read the body may be repeated as well. */
export type Consume<Result> = (response: IncomingResponse) => Promise<Result>;

/** Runs a call to its result, over as many attempts as it may take. */
export async function repeat<Result>(call: RunningCall, consume: Consume<Result>): Promise<Result> {
  call.sender.retryBudget.noteCall(call.request.url.origin);
  for (;;) {
    call.progress.attempts += 1;
    let delayMs: number | undefined;
    try {
      const response = await follow(call);
      delayMs = TRANSIENT_STATUSES.has(response.status) ? pickDelayMs(call, response.headers.get('retry-after')) : undefined;
      if (delayMs === undefined) return await consume(response);
      await response.body.discard();
    } catch (error) {
      delayMs = isTransient(error) ? pickDelayMs(call, null) : undefined;
      if (delayMs === undefined) throw error;
    }
    await pause(call, delayMs);
  }
}

/** How long to wait for the next attempt; `undefined` when there must be none. */
function pickDelayMs({ sender, options, request, scope, progress }: RunningCall, retryAfter: string | null): number | undefined {
  const { settings, clock, random, closing } = sender;
  const isAllowed = options.retry ?? (IDEMPOTENT.has(request.method) || request.headers.has('idempotency-key'));
  if (!isAllowed || request.body?.isReplayable === false || closing.aborted) return undefined;
  if (progress.attempts > (options.retries ?? settings.retries)) return undefined;
  const askedMs = tryParseRetryAfter(retryAfter, clock.now());
  const delayMs = askedMs === undefined ? drawBackoffMs(progress.attempts, settings, random) : Math.min(askedMs, settings.retryAfterMaxMs);
  return delayMs < scope.remainingMs() && sender.retryBudget.take(request.url.origin) ? delayMs : undefined;
}

async function pause({ sender, scope }: RunningCall, delayMs: number): Promise<void> {
  const removeListener = onAbort(sender.closing, () => scope.abort((facts) => new HttpClientClosedError(facts)));
  try {
    await sender.clock.sleep(delayMs, scope.signal);
  } finally {
    removeListener();
  }
}

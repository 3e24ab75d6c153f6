/** The life of one call: its total time limit, and the signals that end it. It lasts until the body has been read. */
import type { Clock } from '@oxidite/plugin-sdk';
import { type AbortSource, type CallFacts, HttpClientAbortedError, HttpClientTimeoutError } from '../errors.ts';

/** A running call. */
export interface CallScope {
  /** Aborts when the call must end; its reason is the error of the call. */
  readonly signal: AbortSignal;
  /** Returns how much of the time is left, in milliseconds. */
  remainingMs(): number;
  /** Ends the call with an error, made of how far it is. */
  abort(create: (facts: CallFacts) => Error): void;
  /** The call is over: gives back timer and listeners. */
  close(): void;
}

/** What a scope is made of. */
export interface CallScopeParts {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The signals that end the call, by whose they are. */
  readonly signals: Readonly<Record<AbortSource, AbortSignal | undefined>>;
  readonly facts: () => CallFacts;
  /** The calls that run; this one is among them until it is over. */
  readonly scopes: Set<CallScope>;
}

/** Opens a scope. */
export function openCallScope({ clock, timeoutMs, signals, facts, scopes }: CallScopeParts): CallScope {
  const controller = new AbortController();
  const endMs = clock.monotonicMs() + timeoutMs;
  const cleanups: (() => void)[] = [];
  let isClosed = false;

  const scope: CallScope = {
    signal: controller.signal,
    remainingMs: () => endMs - clock.monotonicMs(),
    abort(create) {
      if (isClosed) return;
      scope.close();
      controller.abort(create(facts()));
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      for (const cleanup of cleanups) cleanup();
      scopes.delete(scope);
    },
  };
  scopes.add(scope);
  if (Number.isFinite(timeoutMs)) {
    const timer = clock.setTimeout(() => scope.abort((found) => new HttpClientTimeoutError({ ...found, limit: 'total', timeoutMs })), timeoutMs);
    cleanups.push(() => timer.cancel());
  }
  for (const source of ['signal', 'ambient'] as const) {
    const signal = signals[source];
    if (signal === undefined || isClosed) continue;
    cleanups.push(onAbort(signal, () => scope.abort((found) => new HttpClientAbortedError({ ...found, source }, signal.reason))));
  }
  return scope;
}

/** Runs a function when a signal aborts, at once when it has already; returns the removal. */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  if (signal.aborted) {
    run();
    return () => undefined;
  }
  signal.addEventListener('abort', run, { once: true });
  return () => signal.removeEventListener('abort', run);
}

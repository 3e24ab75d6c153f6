/**
 * The only door to time and timers. Everything in Oxidite that waits, expires or stamps takes a `Clock`,
 * so that a test can replace it by a virtual one (see the test kit of the SDK) and be exact.
 */

/** Node fires a timer with a longer delay at once. Source: Node.js, "Timers", setTimeout. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** A timer that was started through a {@link Clock}. */
export interface Timer {
  /** Stops the timer; calling it again, or after the timer fired, does nothing. */
  cancel(): void;
}

/** Reads time and starts timers. Durations are milliseconds. */
export interface Clock {
  /** Returns the wall time in milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Returns a time in milliseconds that never goes back; only differences have a meaning. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs`. */
  setTimeout(task: () => void, delayMs: number): Timer;
  /** Runs `task` every `intervalMs`, first after one interval. */
  setInterval(task: () => void, intervalMs: number): Timer;
  /**
   * Resolves after `delayMs`.
   * @throws The signal's reason when `signal` aborts first; the timer is then cancelled.
   */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** Creates the clock of the real machine. */
export function createSystemClock(): Clock {
  const clock: Clock = {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    setTimeout(task, delayMs) {
      let handle: NodeJS.Timeout;
      const wait = (restMs: number): void => {
        handle = restMs <= LONGEST_DELAY_MS ? setTimeout(task, restMs) : setTimeout(wait, LONGEST_DELAY_MS, restMs - LONGEST_DELAY_MS);
      };
      wait(delayMs);
      return { cancel: () => clearTimeout(handle) };
    },
    setInterval(task, intervalMs) {
      const again = (): void => {
        timer = clock.setTimeout(again, intervalMs);
        task();
      };
      let timer = clock.setTimeout(again, intervalMs);
      return { cancel: () => timer.cancel() };
    },
    sleep: (delayMs, signal) => sleepOn(clock, delayMs, signal),
  };
  return clock;
}

/** Implements {@link Clock.sleep} on a clock's own `setTimeout`; for authors of clocks. */
export async function sleepOn(clock: Pick<Clock, 'setTimeout'>, delayMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = clock.setTimeout(resolve, delayMs);
  const onAbort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  await promise.finally(() => {
    timer.cancel();
    signal?.removeEventListener('abort', onAbort);
  });
}

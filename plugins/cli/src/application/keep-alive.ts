/** Keeps a process alive that may have nothing else to do, such as an application that only serves other processes' files. */
import type { Clock } from '@oxidite/kernel';

const TICK_MS = 60_000;

/** Resolves when `signal` aborts. */
export function keepAliveUntil(signal: AbortSignal, clock: Pick<Clock, 'setInterval'>): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = clock.setInterval(() => undefined, TICK_MS);
    signal.addEventListener(
      'abort',
      () => {
        timer.cancel();
        resolve();
      },
      { once: true },
    );
  });
}

/** Watches a stream for silence. Time counts only while something is waited for: a slow reader is not the fault of the service. */
import type { Clock, Timer } from '@oxidite/plugin-sdk';
import type { Readable } from 'node:stream';

/** What a watch is made of. */
export interface IdleWatch {
  readonly clock: Clock;
  /** How long nothing may come; `Infinity` for ever. */
  readonly timeoutMs: number;
  /** Runs when nothing has come for so long. */
  readonly onIdle: () => void;
}

/** Yields what `source` yields. One timer serves the whole stream; it ends with the stream, also when nobody reads on. */
export async function* watchIdle(source: Readable, { clock, timeoutMs, onIdle }: IdleWatch): AsyncGenerator<Uint8Array, void, undefined> {
  let timer: Timer | undefined;
  let waitingSinceMs: number | undefined;
  const arm = (delayMs: number): void => {
    if (Number.isFinite(delayMs) && !source.closed) timer = clock.setTimeout(check, delayMs);
  };
  const check = (): void => {
    const waitedMs = waitingSinceMs === undefined ? 0 : clock.monotonicMs() - waitingSinceMs;
    if (waitedMs >= timeoutMs) onIdle();
    else arm(timeoutMs - waitedMs);
  };
  waitingSinceMs = clock.monotonicMs();
  arm(timeoutMs);
  source.once('close', () => timer?.cancel());
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      waitingSinceMs = undefined;
      yield chunk;
      waitingSinceMs = clock.monotonicMs();
    }
  } finally {
    timer?.cancel();
  }
}

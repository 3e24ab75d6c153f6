/** Warns of a transaction that stays open: it holds a connection, and locks that others wait for. */
import type { Clock, Logger } from '@oxidite/plugin-sdk';
import { type Callers, findApplicationLine } from '../application-line.ts';

/** What is needed to warn. */
export interface LeakWatchParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** After this time, in milliseconds; 0: never. */
  readonly leakWarningMs: number;
}

/** Warns once, with the line that has begun it, unless the returned function is called before. */
export function watchTransaction({ clock, logger, leakWarningMs }: LeakWatchParts, callers: Callers | undefined): () => void {
  if (leakWarningMs === 0 || callers === undefined) return () => undefined;
  const timer = clock.setTimeout(() => {
    const facts = { line: findApplicationLine(callers), openMs: leakWarningMs };
    logger.warn(facts, 'a transaction is open for a long time; do what waits for others before or after it, or raise the option leakWarningMs');
  }, leakWarningMs);
  return () => timer.cancel();
}

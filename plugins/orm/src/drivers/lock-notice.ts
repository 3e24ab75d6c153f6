/** Says that a process waits until another one has finished changing the tables, and which one, as far as the server tells. */
import type { Logger } from '@oxidite/plugin-sdk';

/** How long is waited before it is said, in milliseconds. */
export const LOCK_NOTICE_MS = 2_000;

/** Says it. */
export function tellOfWaiting(logger: Logger, holder: Readonly<Record<string, unknown>>): void {
  logger.warn({ holder }, 'waiting for another process that changes the tables; this one goes on when that one has ended');
}

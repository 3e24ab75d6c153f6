/** Warns of what holds a connection for long: others wait for it, and for the locks of its transaction. */
import type { EventSubscriber } from '@mikro-orm/core';
import type { Clock, Logger } from '@oxidite/plugin-sdk';
import { captureCallers, findApplicationLine } from '../application-line.ts';

/** What is needed to warn. */
export interface LeakWatchParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** After this time, in milliseconds; 0: never. */
  readonly leakWarningMs: number;
}

/** Warns once of what is begun now, with the line of the application that begins it, unless the returned function is called before. */
export type LeakWatch = (held: 'connection' | 'transaction') => () => void;

const MESSAGES = {
  connection: 'a connection is held for a long time; give it back before waiting for others, or raise the option leakWarningMs',
  transaction: 'a transaction is open for a long time; do what waits for others before or after it, or raise the option leakWarningMs',
} as const;

/** Creates the watch of one database. */
export function createLeakWatch({ clock, logger, leakWarningMs }: LeakWatchParts): LeakWatch {
  if (leakWarningMs === 0) return () => () => undefined;
  return (held) => {
    const callers = captureCallers();
    const timer = clock.setTimeout(() => logger.warn({ line: findApplicationLine(callers), openMs: leakWarningMs }, MESSAGES[held]), leakWarningMs);
    return () => timer.cancel();
  };
}

/** Creates the subscriber that watches transactions where MikroORM begins them all. */
export function createTransactionWatch(watch: LeakWatch): EventSubscriber {
  const ends = new WeakMap<object, () => void>();
  const end = async ({ transaction }: { readonly transaction?: object }): Promise<void> => {
    if (transaction !== undefined) ends.get(transaction)?.();
  };
  return {
    async afterTransactionStart({ transaction }: { readonly transaction?: object }) {
      if (transaction !== undefined) ends.set(transaction, watch('transaction'));
    },
    afterTransactionCommit: end,
    afterTransactionRollback: end,
  };
}

/** Notes which entity managers have written, for those who have to know: replicas, and flushes over several connections. */
import type { EventSubscriber } from '@mikro-orm/core';

/** Who has written. */
export interface WriterNotes {
  readonly subscriber: EventSubscriber;
  /** Tells whether an entity manager has found something to write since it was forgotten. */
  has(em: object): boolean;
  forget(em: object): void;
}

/** Creates the notes of one database. */
export function createWriterNotes(): WriterNotes {
  const writers = new WeakSet<object>();
  return {
    subscriber: {
      async onFlush({ em, uow }) {
        if (uow.getChangeSets().length + uow.getCollectionUpdates().length > 0) writers.add(em);
      },
    },
    has: (em) => writers.has(em),
    forget: (em) => void writers.delete(em),
  };
}

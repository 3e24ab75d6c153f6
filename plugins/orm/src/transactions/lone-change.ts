/**
 * A flush that writes one row begins no transaction: its one statement happens as a whole or not at all, and to begin and to
 * commit would be two more round trips to the server.
 */
import { ChangeSetType, type EventSubscriber, type UnitOfWork as MikroUnit } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { ModelLayout } from '../model/model-layout.ts';

/** Creates the subscriber. It comes after all that may begin a transaction or refuse. */
export function createLoneChanges(layouts: ReadonlyMap<string, ModelLayout>): EventSubscriber {
  return {
    async onFlush({ em, uow }) {
      if (em.isInTransaction() || !isLoneChange(uow, layouts)) return;
      // MikroORM takes it for a transaction, runs the statement on it, and forgets it after the flush; every driver here is an SQL driver
      em.setTransactionContext((em as SqlEntityManager).getConnection('write').getClient());
    },
  };
}

/** Rows with a version are locked before they are written, see `version-checks.ts`. */
function isLoneChange(uow: MikroUnit, layouts: ReadonlyMap<string, ModelLayout>): boolean {
  const [changeSet, ...others] = uow.getChangeSets();
  if (changeSet === undefined || others.length > 0 || uow.getCollectionUpdates().length > 0 || uow.getExtraUpdates().size > 0) return false;
  return changeSet.type === ChangeSetType.CREATE || layouts.get(changeSet.meta.className)?.versioned === false;
}

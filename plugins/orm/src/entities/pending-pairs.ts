/**
 * Keeps what waits for a flush in many-to-many collections while others are loaded. MikroORM settles both sides of what it loads;
 * it goes on from there to every collection that leads to the same entities, and takes for written what that was to change.
 */
import { type Collection, Utils } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database.ts';

/** A collection that waits, and what it was before others were loaded. */
interface PendingCollection {
  readonly collection: Collection<object>;
  readonly isLoaded: boolean;
  readonly items: ReadonlySet<object>;
  /** What the database has of it; `undefined` when it was replaced without being loaded. */
  readonly known: readonly object[] | undefined;
}

/** Does what loads collections. */
export async function withPendingPairs<Result>(database: Database, em: SqlEntityManager, work: () => Promise<Result>): Promise<Result> {
  const pending = listPending(database, em);
  for (const { collection } of pending) collection.setDirty(false); // what is not dirty is passed by
  try {
    return await work();
  } finally {
    for (const each of pending) restore(each);
  }
}

function listPending(database: Database, em: SqlEntityManager): PendingCollection[] {
  const uow = em.getUnitOfWork();
  const pending: PendingCollection[] = [];
  for (const entity of new Set<object>([...uow.getIdentityMap().values(), ...uow.getPersistStack()])) {
    for (const { kind, name } of database.layoutOfEntity(entity)?.relations.values() ?? []) {
      const value = kind === 'manyToMany' ? (entity as Readonly<Record<string, unknown>>)[name] : undefined;
      if (!Utils.isCollection(value) || !value.isDirty()) continue;
      const collection: Collection<object> = value;
      const snapshot = collection.getSnapshot();
      const known = snapshot === undefined ? undefined : [...snapshot];
      pending.push({ collection, isLoaded: collection.isInitialized(), items: new Set(collection.getItems(false)), known });
    }
  }
  return pending;
}

/** What was taken out is out again, what was put in is in, and both count as changes. */
function restore({ collection, isLoaded, items, known }: PendingCollection): void {
  if (isLoaded) {
    for (const item of known ?? []) if (!items.has(item) && collection.contains(item, false)) collection.remove(item);
    const snapshot = collection.getSnapshot();
    if (known !== undefined && snapshot !== undefined) {
      const found = snapshot.filter((item) => !items.has(item) && !known.includes(item));
      snapshot.splice(0, snapshot.length, ...known, ...found);
    }
  } else if (collection.isInitialized()) {
    for (const item of items) collection.add(item);
  }
  collection.setDirty();
}

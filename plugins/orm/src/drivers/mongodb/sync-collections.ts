/** Writes what has changed in the collections of entities: pairs of many-to-many relations, and references of what was not loaded. */
import { type Collection, type EntityProperty, helper, ReferenceKind } from '@mikro-orm/core';
import type { AnyBulkWriteOperation, ClientSession, Db } from 'mongodb';
import { type PairDocument, pairsOf, toAttach } from './pairs.ts';
import { inSession } from './session.ts';

/** A collection that has changed, by keys; `known` is `undefined` when nobody has read what was in it. */
interface ChangedCollection {
  readonly owner: unknown;
  readonly current: readonly unknown[];
  readonly known: readonly unknown[] | undefined;
  readonly session: ClientSession | undefined;
}

/** Writes the changes, in the transaction that is open. */
export async function syncCollections<Row extends object, Owner extends object>(
  db: Db,
  collections: Iterable<Collection<Row, Owner>>,
  session: ClientSession | undefined,
): Promise<void> {
  for (const collection of collections) {
    const { property } = collection;
    const [owner] = helper(collection.owner).getPrimaryKeys(true) ?? [];
    const current = toKeys(collection.getItems(false));
    const before = collection.getSnapshot();
    const changed = { owner, current, known: before === undefined ? undefined : toKeys(before), session };
    if (property.kind === ReferenceKind.MANY_TO_MANY) await writePairs(db, property, changed);
    else if (property.kind === ReferenceKind.ONE_TO_MANY) await writeOwner(db, property, changed);
  }
}

async function writePairs(db: Db, property: EntityProperty, { owner, current, known, session }: ChangedCollection): Promise<void> {
  const [source = '', target = ''] = [property.joinColumns[0], property.inverseJoinColumns[0]];
  const toDocument = (key: unknown): PairDocument => {
    const _id = property.owner ? { [source]: owner, [target]: key } : { [target]: key, [source]: owner };
    return { _id, [source]: owner, [target]: key };
  };
  const operations: AnyBulkWriteOperation<PairDocument>[] = current
    .filter((key) => known?.includes(key) !== true)
    .map((key) => toAttach(toDocument(key), undefined));
  const removed = known === undefined ? { $nin: current } : { $in: known.filter((key) => !current.includes(key)) };
  operations.unshift({ deleteMany: { filter: { [source]: { $eq: owner }, [target]: removed } } });
  await pairsOf(db, property.pivotTable).bulkWrite(operations, inSession(session));
}

async function writeOwner(db: Db, property: EntityProperty, { owner, current, known, session }: ChangedCollection): Promise<void> {
  const meta = property.targetMeta;
  const field = meta?.properties[property.mappedBy as never]?.fieldNames[0];
  if (meta === undefined || field === undefined) return;
  const collection = db.collection<PairDocument>(meta.collection);
  if (known === undefined)
    await collection.updateMany({ [field]: { $eq: owner }, _id: { $nin: current as never[] } }, { $set: { [field]: null } }, inSession(session));
  else
    await collection.updateMany({ _id: { $in: current.filter((key) => !known.includes(key)) as never[] } }, { $set: { [field]: owner } }, inSession(session));
}

function toKeys(entities: readonly object[]): unknown[] {
  return entities.map((entity) => (helper(entity).getPrimaryKeys(true) as readonly unknown[] | null)?.[0]);
}

/**
 * The pairs of many-to-many relations: documents of a collection of their own, as on SQL they are rows. The key of a pair is made
 * of its two ends, so that there is never a second one; they also stand beside it, to be looked for.
 */
import type { AnyBulkWriteOperation, ClientSession, Collection as MongoCollection, Db, Document, Filter } from 'mongodb';
import type { LinkChange, PairChange } from '../../entities/flush-links.ts';
import type { ManyToManyLayout, StoredPair } from '../../entities/pivot-values.ts';
import type { ModelLayout } from '../../model/model-layout.ts';
import { inSession } from './session.ts';

/** A pair, as its document. */
export interface PairDocument extends Document {
  readonly _id: Readonly<Record<string, unknown>>;
}

/** Returns the document of a pair; the order of its key is that of the side that owns the pairs. */
export function toPair({ inverse, pivot: { sourceColumn, targetColumn } }: ManyToManyLayout, source: unknown, target: unknown): PairDocument {
  const ends = { [sourceColumn]: source, [targetColumn]: target };
  const key = inverse === undefined ? ends : { [targetColumn]: target, [sourceColumn]: source };
  return { _id: key, ...ends };
}

/** Returns the collection of pairs. */
export function pairsOf(db: Db, table: string): MongoCollection<PairDocument> {
  return db.collection<PairDocument>(table);
}

/** Writes pairs, in the order in which they were asked for. */
export async function writeLinks(db: Db, links: readonly LinkChange[], session: ClientSession | undefined): Promise<void> {
  const operations = new Map<string, AnyBulkWriteOperation<PairDocument>[]>();
  for (const link of links) {
    const { table } = link.relation.pivot;
    operations.set(table, [...(operations.get(table) ?? []), toOperation(link)]);
  }
  for (const [table, list] of operations) await pairsOf(db, table).bulkWrite(list, inSession(session));
}

/** Adds a pair; one that is there already gets the values that were given for it. */
export function toAttach(pair: PairDocument, stored: StoredPair | undefined): AnyBulkWriteOperation<PairDocument> {
  const { values = {}, changes = {} } = stored ?? {};
  const { _id: _key, ...ends } = pair;
  const added = Object.fromEntries(Object.entries({ ...ends, ...values }).filter(([name]) => !(name in changes)));
  return {
    updateOne: {
      filter: toFilter(pair),
      update: { $setOnInsert: added, ...(Object.keys(changes).length === 0 ? {} : { $set: changes }) },
      upsert: true,
    },
  };
}

/** Deletes the pairs of documents that are deleted: there is no foreign key that does it. */
export async function deletePairsOf(db: Db, layout: ModelLayout, keys: readonly unknown[], session: ClientSession | undefined): Promise<void> {
  for (const relation of layout.relations.values())
    if (relation.kind === 'manyToMany')
      await pairsOf(db, relation.pivot.table).deleteMany({ [relation.pivot.sourceColumn]: { $in: keys } }, inSession(session));
}

function toOperation(link: LinkChange): AnyBulkWriteOperation<PairDocument> {
  const { relation, source } = link;
  const { sourceColumn, targetColumn } = relation.pivot;
  const sourceKey = keyOf(source, relation.source.key.name);
  if (link.action === 'keep') {
    const kept = link.targets.map((target) => keyOf(target, relation.target.key.name));
    return { deleteMany: { filter: { [sourceColumn]: { $eq: sourceKey }, [targetColumn]: { $nin: kept } } } };
  }
  const pair = toPair(relation, sourceKey, keyOf((link satisfies PairChange).target, relation.target.key.name));
  return link.action === 'attach' ? toAttach(pair, link.pair) : { deleteOne: { filter: toFilter(pair) } };
}

function toFilter({ _id }: PairDocument): Filter<PairDocument> {
  return { _id: { $eq: _id } } as unknown as Filter<PairDocument>; // the types of the package know no keys that are documents
}

function keyOf(entity: object, name: string): unknown {
  return (entity as Readonly<Record<string, unknown>>)[name]; // an entity's fields have the names of its layout
}

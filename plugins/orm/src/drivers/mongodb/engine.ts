/** The engine of a unit of work on MongoDB: its queries, and what is written past the entities. */
import { isDeepStrictEqual } from 'node:util';
import type { Collection } from '@mikro-orm/core';
import type { AnyBulkWriteOperation, ClientSession, Document } from 'mongodb';
import { type StoredRows, toStoredRows } from '../../bulk/model-rows.ts';
import { assertDistinct, toUniqueColumns, toUpdatedColumns, versionOf } from '../../bulk/upsert-rows.ts';
import type { SyncResult, WantedPairs } from '../../entities/sync-links.ts';
import type { ColumnLayout, ModelLayout } from '../../model/model-layout.ts';
import type { DocumentAccess, UnitEngine } from '../../unit-engine.ts';
import { pairsOf, toAttach, toPair } from './pairs.ts';
import { type MongoPlace, MongoQuerySource } from './query-source.ts';
import { reencryptDocuments } from './reencrypt.ts';
import { inSession, inTransaction, toSession } from './session.ts';
import { isDecimal128, toPlainDecimal } from './values.ts';

/** So many documents are written at once. */
const CHUNK = 1_000;

/** Creates the engine. */
export function createMongoEngine(access: DocumentAccess, place: MongoPlace): UnitEngine {
  const source = new MongoQuerySource(access, place);
  const { db } = place;
  const atomically = <Result>(work: (session: ClientSession | undefined) => Promise<Result>): Promise<Result> =>
    access.write((transaction) => inTransaction(place, toSession(transaction), work));
  return {
    source,
    primary: source,
    async insertMany(layout, rows) {
      if (rows.length === 0) return [];
      const documents = toDocuments(toStoredRows(access.parts, layout, rows));
      await atomically(async (session) => {
        for (let first = 0; first < documents.length; first += CHUNK)
          await db.collection(layout.table).insertMany(documents.slice(first, first + CHUNK), inSession(session));
      });
      return documents.map((document): unknown => document['_id']);
    },
    async upsert(layout, rows, { by, update }) {
      const columns = toUniqueColumns(layout, by);
      if (rows.length === 0) return;
      const changed = toUpdatedColumns(layout, by, update, rows);
      const stored = toStoredRows(access.parts, layout, rows);
      assertDistinct(layout, stored, columns);
      const operations = toDocuments(stored).map((document) => toUpsert(layout, document, columns, changed));
      await atomically(async (session) => {
        for (let first = 0; first < operations.length; first += CHUNK)
          await db.collection(layout.table).bulkWrite(operations.slice(first, first + CHUNK), inSession(session));
      });
    },
    reencrypt: (layout) => access.write((transaction) => reencryptDocuments(db, layout, toSession(transaction))),
    sync: (em, wanted) => syncPairs(place, wanted, toSession(em.getTransactionContext())),
  };
}

function toDocuments({ columns, rows }: StoredRows): Document[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ column }, index) => [column, row[index]])));
}

/** What is compared with `null` is equal to nothing, so that such a row is always a new one. */
function toUpsert(layout: ModelLayout, document: Document, by: readonly ColumnLayout[], update: readonly ColumnLayout[]): AnyBulkWriteOperation {
  if (by.some(({ column }) => document[column] === null)) return { insertOne: { document } };
  const filter = Object.fromEntries(by.map(({ column }) => [column, { $eq: document[column] as unknown }]));
  const names = new Set(update.map(({ column }) => column));
  const updatedAt = layout.timestamps ? layout.columns.get('updatedAt') : undefined;
  if (names.size > 0 && updatedAt !== undefined) names.add(updatedAt.column);
  const version = versionOf(layout);
  const counted = names.size > 0 && version !== undefined && !names.has(version.column) ? version.column : undefined;
  const pick = (isWanted: (name: string) => boolean): Document => Object.fromEntries(Object.entries(document).filter(([name]) => isWanted(name)));
  const set = pick((name) => names.has(name));
  const added = pick((name) => !names.has(name) && name !== counted); // with what the filter says: an update without an operator is refused
  return {
    updateOne: {
      filter,
      update: {
        ...(Object.keys(set).length === 0 ? {} : { $set: set }),
        ...(Object.keys(added).length === 0 ? {} : { $setOnInsert: added }),
        ...(counted === undefined ? {} : { $inc: { [counted]: 1 } }),
      },
      upsert: true,
    },
  };
}

/** Writes what differs. Two of these that meet get in each other's way, and one is an error that can be tried again. */
async function syncPairs({ db }: MongoPlace, { entity, relation, links }: WantedPairs, session: ClientSession | undefined): Promise<SyncResult<unknown>> {
  const { table, sourceColumn, targetColumn, fields } = relation.pivot;
  const source = keyOf(entity, relation.source.key.name);
  const found = await pairsOf(db, table)
    .find({ [sourceColumn]: { $eq: source } }, { ...inSession(session), useBigInt64: true })
    .toArray();
  const present = new Map(found.map((pair) => [toKey(pair[targetColumn]), pair]));
  const keep = new Map(links.map((link) => [keyOf(link.target, relation.target.key.name), link]));
  const result = { attached: [] as unknown[], updated: [] as unknown[], detached: [...present.keys()].filter((key) => !keep.has(key)) };
  const operations: AnyBulkWriteOperation<Document & { _id: Readonly<Record<string, unknown>> }>[] = [];
  if (result.detached.length > 0) operations.push({ deleteMany: { filter: { [sourceColumn]: { $eq: source }, [targetColumn]: { $in: result.detached } } } });
  for (const [key, { pair: stored }] of keep) {
    const pair = present.get(key);
    const changes = stored?.changes ?? {};
    if (pair !== undefined && fields.every(({ column }) => !(column in changes) || isSame(pair[column], changes[column]))) continue;
    operations.push(toAttach(toPair(relation, source, key), stored));
    (pair === undefined ? result.attached : result.updated).push(key);
  }
  if (operations.length > 0) await pairsOf(db, table).bulkWrite(operations, inSession(session));
  const collection = (entity as Readonly<Record<string, unknown>>)[relation.name] as Collection<object>; // the relation is one to many
  if (collection.isInitialized()) {
    collection.set([...keep.values()].map(({ target }) => target));
    collection.takeSnapshot(true);
  }
  return result;
}

/** Others may have written the key as a number of 64 bits; keys of models are no such numbers. */
function toKey(stored: unknown): unknown {
  return typeof stored === 'bigint' ? Number(stored) : stored;
}

/** Whole numbers may have 32 bits or 64, and decimals more zeros than they need; JSON was written as maps. */
function isSame(stored: unknown, given: unknown): boolean {
  return isDeepStrictEqual(toPlain(stored), toPlain(given));
}

function toPlain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, member]) => [name, toPlain(member)]));
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (isDecimal128(value)) return toPlainDecimal(value.toString(), 0);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)])) : value;
}

function keyOf(entity: object, name: string): unknown {
  return (entity as Readonly<Record<string, unknown>>)[name]; // an entity's fields have the names of its layout
}

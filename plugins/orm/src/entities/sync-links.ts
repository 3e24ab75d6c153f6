/** Makes the pairs of one entity exactly those of a list; only pairs that differ are touched. */
import { isDeepStrictEqual } from 'node:util';
import type { Collection } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { SqlDatabase } from '../database.ts';
import { toValueConverter } from '../drivers/field-values.ts';
import type { FieldSpec } from '../model/field.ts';
import type { ColumnLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import { FixedDecimalType } from './entity-types.ts';
import { type PairChange, writePair } from './flush-links.ts';
import type { ManyToManyLayout } from './pivot-values.ts';

/** Keys are deleted in turns of this many; databases limit the parameters of a statement. */
const MAX_KEYS = 8_192;

/** What has changed: the keys of the entities at the other end. */
export interface SyncResult<Key> {
  /** Those that were not there before. */
  readonly attached: Key[];
  /** Those whose data is another. */
  readonly updated: Key[];
  /** Those that are not there any more. */
  readonly detached: Key[];
}

/** Which pairs shall be there. */
export interface WantedPairs {
  readonly entity: object;
  readonly relation: ManyToManyLayout;
  readonly links: readonly PairChange[];
}

/** Writes what differs, in the transaction of `em`. The row of the entity is locked, so that two of these do not mix. */
export async function syncLinks(database: SqlDatabase, em: SqlEntityManager, { entity, relation, links }: WantedPairs): Promise<SyncResult<unknown>> {
  const kysely = em.getKysely<AnyDatabase>();
  const { table, sourceColumn, targetColumn, fields } = relation.pivot;
  const sourceKey = keyOf(entity, relation.source.key.name);
  if (database.driver.name !== 'sqlite')
    await kysely.selectFrom(relation.source.table).select(relation.source.key.column).where(relation.source.key.column, '=', sourceKey).forUpdate().execute();
  const rows = await kysely
    .selectFrom(table)
    .select([targetColumn, ...fields.map(({ column }) => column)])
    .where(sourceColumn, '=', sourceKey)
    .execute();
  const toKey = database.driver.toValue(relation.target.key.spec) as ((stored: unknown) => unknown) | undefined; // it reads a column of this type
  const present = new Map(rows.map((row) => [toKey === undefined ? row[targetColumn] : toKey(row[targetColumn]), row]));
  const keep = new Map(links.map((link) => [keyOf(link.target, relation.target.key.name), link]));
  const result = { attached: [] as unknown[], updated: [] as unknown[], detached: [...present.keys()].filter((key) => !keep.has(key)) };
  for (let first = 0; first < result.detached.length; first += MAX_KEYS)
    await kysely
      .deleteFrom(table)
      .where(sourceColumn, '=', sourceKey)
      .where(targetColumn, 'in', result.detached.slice(first, first + MAX_KEYS))
      .execute();
  for (const [key, { pair: stored }] of keep) {
    const given = stored?.given ?? {};
    const row = present.get(key);
    if (row !== undefined && fields.every((field) => given[field.name] === undefined || isSame(database, field, row[field.column], given[field.name])))
      continue;
    await writePair(kysely, relation, { pair: { [sourceColumn]: sourceKey, [targetColumn]: key }, stored }, database.driver.traits);
    (row === undefined ? result.attached : result.updated).push(key);
  }
  const collection = (entity as Readonly<Record<string, unknown>>)[relation.name] as Collection<object>; // the relation is one to many
  if (collection.isInitialized()) {
    collection.set([...keep.values()].map(({ target }) => target));
    collection.takeSnapshot(true);
  }
  return result;
}

function isSame({ driver }: SqlDatabase, field: ColumnLayout, stored: unknown, given: unknown): boolean {
  const { spec, codec } = field;
  if (stored === null || given === null) return stored === given;
  const convert = toValueConverter(driver, field);
  if (codec !== undefined && convert !== undefined) return isDeepStrictEqual(codec.toComparable(convert(stored)), codec.toComparable(given));
  return isDeepStrictEqual(toComparable(spec, convert === undefined ? stored : convert(stored)), toComparable(spec, given));
}

/** Equal values may be written in more than one way. */
function toComparable(spec: FieldSpec, value: unknown): unknown {
  if (spec.type === 'decimal') return new FixedDecimalType(spec.precision ?? 12, spec.scale ?? 2).convertToDatabaseValue(String(value));
  return spec.type === 'uuid' ? String(value).toLowerCase() : value;
}

function keyOf(entity: object, name: string): unknown {
  return (entity as Readonly<Record<string, unknown>>)[name];
}

/** Runs queries as aggregations: what SQL does with joins, is looked up; what it compares with `null`, is compared alike. */
import type { ClientSession, Db, Document, MongoClient } from 'mongodb';
import { ambientSignal } from '@oxidite/plugin-sdk';
import { toStoredChanges } from '../../bulk/model-rows.ts';
import { versionOf } from '../../bulk/upsert-rows.ts';
import { NotOnMongodbError } from '../../errors.ts';
import type { ColumnLayout, ModelLayout } from '../../model/model-layout.ts';
import { type Aggregate, toAggregateValue } from '../../query/aggregate.ts';
import { columnOf } from '../../query/find-names.ts';
import type { QuerySource } from '../../query/query-source.ts';
import type { QueryState } from '../../query/query-state.ts';
import type { ReadRows } from '../../query/row-reader.ts';
import { toStoredValue } from '../../query/stored-value.ts';
import type { DocumentAccess } from '../../unit-engine.ts';
import { toValueConverter } from '../field-values.ts';
import { isUniqueAmong } from './indexes.ts';
import { deletePairsOf } from './pairs.ts';
import { inSession, inTransaction, toSession } from './session.ts';
import { type ChangedDocuments, type QueryPipeline, toBarePipeline, toChangedDocuments, toKeyFilter, toRowPipeline } from './query-pipeline.ts';
import { isDecimal128, toPlainDecimal } from './values.ts';

/** More keys than this are written in turns. */
const MAX_KEYS = 8_192;

/** What queries run on. */
export interface MongoPlace {
  readonly client: MongoClient;
  readonly db: Db;
  readonly hasTransactions: boolean;
  /** How long the server may take for one of them, in milliseconds; 0: any time. */
  readonly timeoutMs: number;
}

/** The engine of MongoDB. */
export class MongoQuerySource implements QuerySource {
  readonly #access: DocumentAccess;
  readonly #place: MongoPlace;

  constructor(access: DocumentAccess, place: MongoPlace) {
    this.#access = access;
    this.#place = place;
  }

  async rows(layout: ModelLayout, state: QueryState): Promise<ReadRows> {
    assertPossible(state);
    const { driver } = this.#access.parts;
    const pipeline = toRowPipeline(layout, state, driver);
    this.#note(layout, state, pipeline);
    return pipeline.read(state.limit === 0 ? [] : await this.#read(pipeline));
  }

  async count(layout: ModelLayout, state: QueryState): Promise<number> {
    const [found] = await this.#read(this.#toBare(layout, state, [{ $count: 'n' }]));
    return Number(found?.['n'] ?? 0);
  }

  async exists(layout: ModelLayout, state: QueryState): Promise<boolean> {
    return (await this.#read(this.#toBare(layout, state, [{ $limit: 1 }, { $project: { _id: 1 } }]))).length > 0;
  }

  async aggregate(layout: ModelLayout, state: QueryState): Promise<unknown> {
    const { aggregate } = state;
    if (aggregate === undefined) return undefined;
    const [found] = await this.#read(this.#toBare(layout, state, toGroup(aggregate)));
    const value: unknown = found?.['value'];
    return toAggregateValue(aggregate, readAggregate(aggregate, value), toValueConverter(this.#access.parts.driver, aggregate.column));
  }

  async update(layout: ModelLayout, state: QueryState, data: Readonly<Record<string, unknown>>): Promise<number> {
    const changes = toStoredChanges(this.#access.parts, layout, data);
    return changes.size === 0 ? 0 : this.#update(layout, state, new Map([...changes].map(([column, value]) => [column, { $literal: value }])));
  }

  async add(layout: ModelLayout, state: QueryState, name: string, value: unknown): Promise<number> {
    const column = columnOf(layout, name);
    const added = toStoredValue(layout, column, value, this.#access.parts.driver);
    return this.#update(layout, state, new Map([[column, { $add: [`$${column.column}`, { $literal: added }] }]]));
  }

  async mark(layout: ModelLayout, state: QueryState, deleted: boolean): Promise<number> {
    const value = deleted ? new Date(this.#access.parts.clock.now()) : null;
    return this.#update(layout, state, new Map([[columnOf(layout, 'deletedAt'), { $literal: value }]]));
  }

  async delete(layout: ModelLayout, state: QueryState): Promise<number> {
    const { access, place } = { access: this.#access, place: this.#place };
    const changed = toChangedDocuments(layout, state, access.parts.driver);
    const hasPairs = [...layout.relations.values()].some(({ kind }) => kind === 'manyToMany');
    const remove = async (session: ClientSession | undefined): Promise<number> => {
      let count = 0;
      for (const filter of await this.#toFilters(layout, changed, session, hasPairs)) {
        if (hasPairs) await deletePairsOf(place.db, layout, keysOf(filter), session);
        count += (await place.db.collection(layout.table).deleteMany(filter, this.#toOptions(session))).deletedCount;
      }
      return count;
    };
    return access.write((transaction) => (hasPairs ? inTransaction(place, toSession(transaction), remove) : remove(toSession(transaction))));
  }

  toKysely(): never {
    throw new NotOnMongodbError('toKysely()', 'Kysely writes SQL', 'Use aggregate() of orm.em.');
  }

  toSql(): never {
    throw new NotOnMongodbError('toSql()', 'a query is an aggregation there', 'Log the commands of the client instead.');
  }

  /** Sets the time of the documents and counts their version, besides. Where one of them may be refused, all are changed or none. */
  #update(layout: ModelLayout, state: QueryState, changes: ReadonlyMap<ColumnLayout, Document>): Promise<number> {
    const { access, place } = { access: this.#access, place: this.#place };
    const all = new Map(changes);
    const updatedAt = layout.timestamps ? layout.columns.get('updatedAt') : undefined;
    if (updatedAt !== undefined && !all.has(updatedAt)) all.set(updatedAt, { $literal: new Date(access.parts.clock.now()) });
    const version = versionOf(layout);
    if (version !== undefined && !all.has(version)) all.set(version, { $add: [`$${version.column}`, 1] });
    const set = { $set: Object.fromEntries([...all].map(([{ column }, expression]) => [column, expression])) };
    const changed = toChangedDocuments(layout, state, access.parts.driver);
    const change = async (session: ClientSession | undefined): Promise<number> => {
      let count = 0;
      for (const filter of await this.#toFilters(layout, changed, session, false))
        count += (await place.db.collection(layout.table).updateMany(filter, [set], this.#toOptions(session))).matchedCount;
      return count;
    };
    const isWhole = isUniqueAmong(layout, changes.keys());
    return access.write((transaction) => (isWhole ? inTransaction(place, toSession(transaction), change) : change(toSession(transaction))));
  }

  /** Documents that are found through relations are looked up before; they are changed only if they still are what was asked for. */
  async #toFilters(layout: ModelLayout, changed: ChangedDocuments, session: ClientSession | undefined, needsKeys: boolean): Promise<Document[]> {
    const keys = changed.keys ?? (needsKeys ? { from: layout.table, stages: [{ $match: changed.filter }, { $project: { _id: 1 } }] } : undefined);
    if (keys === undefined) return [changed.filter];
    const found = (await this.#run(keys, session)).map((document): unknown => document['_id']);
    const filters: Document[] = [];
    for (let first = 0; first < found.length; first += MAX_KEYS) filters.push(toKeyFilter(changed, found.slice(first, first + MAX_KEYS)));
    return filters;
  }

  #toBare(layout: ModelLayout, state: QueryState, last: readonly Document[]): QueryPipeline {
    const { from, stages } = toBarePipeline(layout, state, this.#access.parts.driver);
    const pipeline = { from, stages: [...stages, ...last] };
    this.#note(layout, state, pipeline);
    return pipeline;
  }

  /** Parts of one list, and rows that are related to many rows, are not asked for in vain. */
  #note(layout: ModelLayout, state: QueryState, { from, stages }: QueryPipeline): void {
    if (this.#access.repeats !== undefined && state.seek === undefined && state.owner === undefined)
      this.#access.repeats.note(`${from} ${toShape(stages)}`, layout.name);
  }

  #read(pipeline: QueryPipeline): Promise<Document[]> {
    return this.#access.read((transaction) => this.#run(pipeline, toSession(transaction)));
  }

  async #run({ from, stages }: QueryPipeline, session: ClientSession | undefined): Promise<Document[]> {
    return this.#place.db
      .collection(from)
      .aggregate(stages, { ...this.#toOptions(session), useBigInt64: true })
      .toArray();
  }

  /** Nothing is begun when nobody waits for it any more. */
  #toOptions(session: ClientSession | undefined): { session?: ClientSession; maxTimeMS?: number } {
    ambientSignal()?.throwIfAborted();
    return { ...inSession(session), ...(this.#place.timeoutMs === 0 ? {} : { maxTimeMS: this.#place.timeoutMs }) };
  }
}

function assertPossible({ lock }: QueryState): void {
  if (lock !== undefined)
    throw new NotOnMongodbError(
      'lock()',
      'a server of documents locks none while they are read',
      'Declare the model with { version: true }, or change documents with update(), which is atomic for each.',
    );
}

/** Long numbers are added up as decimals: a sum of them may be too long for one of their kind. */
function toGroup({ kind, column: { column, spec } }: Aggregate): Document[] {
  const value = spec.type === 'bigint' && (kind === 'sum' || kind === 'avg') ? { $toDecimal: `$${column}` } : `$${column}`;
  return [{ $match: { [column]: { $ne: null } } }, { $group: { _id: null, value: { [`$${kind}`]: value } } }];
}

function readAggregate({ kind, column: { spec } }: Aggregate, value: unknown): unknown {
  if (!isDecimal128(value)) return value;
  if (kind === 'min' || kind === 'max') return value;
  return toPlainDecimal(value.toString(), kind === 'sum' ? (spec.type === 'decimal' ? (spec.scale ?? 2) : 0) : undefined);
}

function keysOf(filter: Document): readonly unknown[] {
  const own: Document = Array.isArray(filter['$and']) ? ((filter['$and'] as Document[])[0] ?? {}) : filter;
  const { $in: keys } = own['_id'] as { readonly $in: readonly unknown[] }; // it was made of keys
  return keys;
}

/** Writes an aggregation without its values, so that queries of one shape are known by it. */
function toShape(stages: readonly Document[]): string {
  return JSON.stringify(stages, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !(value instanceof RegExp) && !isDecimal128(value) ? value : '?',
  );
}

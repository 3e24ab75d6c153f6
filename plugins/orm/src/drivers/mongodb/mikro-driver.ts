/**
 * MikroORM's driver of MongoDB. It writes values as the models mean them, and pairs of many-to-many relations as documents of their
 * own; and it looks at versions again while it writes, because no document is locked before.
 */
import {
  type Collection,
  type Configuration,
  type Dictionary,
  type EntityData,
  type EntityDictionary,
  type EntityMetadata,
  type EntityName,
  type EntityProperty,
  type FilterQuery,
  type FindOptions,
  type NativeInsertUpdateOptions,
  type OrderDefinition,
  type PopulateOptions,
  type Primary,
  type QueryResult,
  type Transaction,
  type UpsertManyOptions,
  type UpsertOptions,
  Utils,
} from '@mikro-orm/core';
import { MongoDriver } from '@mikro-orm/mongodb';
import type { ClientSession, Document } from 'mongodb';
import { EntityConflictError } from '../../errors.ts';
import { type ConnectionTraits, DocumentConnection, DocumentPlatform, keepDates } from './connection.ts';
import type { DocumentCodec } from './entity-values.ts';
import { deletePairsOf, pairsOf } from './pairs.ts';
import { inSession, toSession } from './session.ts';
import { syncCollections } from './sync-collections.ts';

/** What the driver of one database knows of it. */
export interface MikroDriverParts extends ConnectionTraits {
  /** By the names of the models. */
  readonly codecs: ReadonlyMap<string, DocumentCodec>;
}

type Keyed = Readonly<Record<string, unknown>>;

/** Creates the class, of which MikroORM makes the driver. */
export function createMikroDriver(parts: MikroDriverParts): typeof MongoDriver {
  return class DocumentMikroDriver extends MongoDriver {
    protected override readonly connection: DocumentConnection;
    protected override readonly platform: DocumentPlatform = new DocumentPlatform();

    constructor(config: Configuration) {
      const restoreDates = keepDates();
      super(config);
      this.connection = new DocumentConnection(this.config, parts);
      restoreDates();
    }

    override mapResult<Row extends object>(
      result: EntityDictionary<Row>,
      meta?: EntityMetadata<Row>,
      populate?: PopulateOptions<Row>[],
    ): EntityData<Row> | null {
      const codec = meta === undefined ? undefined : parts.codecs.get(meta.className);
      const document = result as Document | null | undefined; // a document that was not found is none
      return super.mapResult<Row>(document && codec !== undefined ? (codec.fromDocument({ ...document }) as EntityDictionary<Row>) : result, meta, populate);
    }

    /** Names fields as documents do, and converts values: those that are written, and those that conditions compare with. */
    override renameFields<Row extends object>(entityName: EntityName<Row>, data: Row, isWhere = false, isObject?: boolean, isRoot?: boolean): Row {
      const meta = this.metadata.find(entityName);
      const codec = meta === undefined ? undefined : parts.codecs.get(meta.className);
      if (codec === undefined || meta === undefined || typeof data !== 'object' || data === null)
        return super.renameFields(entityName, data, isWhere, isObject, isRoot);
      const values = Object.entries(data).map(
        ([name, value]: [string, unknown]) => [name, isWhere ? toCompared(codec, name, value) : codec.toStored(name, value)] as const,
      );
      if (isWhere) return super.renameFields(entityName, Object.fromEntries(values) as Row, isWhere, isObject, isRoot);
      // nothing that is written is looked at any further: what is an object in there is no operator
      return Object.fromEntries(values.map(([name, value]) => [meta.properties[name as keyof typeof meta.properties]?.fieldNames?.[0] ?? name, value])) as Row;
    }

    override async nativeUpdate<Row extends object>(
      entityName: EntityName<Row>,
      where: FilterQuery<Row>,
      data: EntityDictionary<Row>,
      options: NativeInsertUpdateOptions<Row> & UpsertOptions<Row> = {},
    ): Promise<QueryResult<Row>> {
      const guard = this.#toGuard(entityName, where, data);
      const result = await super.nativeUpdate(entityName, guard?.where ?? where, data, options);
      if (guard !== undefined && result.affectedRows !== 1) throw new EntityConflictError(guard.model, guard.expected, undefined);
      return result;
    }

    override async nativeUpdateMany<Row extends object>(
      entityName: EntityName<Row>,
      where: FilterQuery<Row>[],
      data: EntityDictionary<Row>[],
      options: NativeInsertUpdateOptions<Row> & UpsertManyOptions<Row> = {},
    ): Promise<QueryResult<Row>> {
      const guards = where.map((condition, index) => this.#toGuard(entityName, condition, data[index] ?? ({} as EntityDictionary<Row>)));
      const guarded = where.map((condition, index) => guards[index]?.where ?? condition);
      const result = await super.nativeUpdateMany(entityName, guarded, data, options);
      const [first] = guards;
      if (first !== undefined && guards.every((guard) => guard !== undefined) && result.affectedRows !== where.length)
        throw new EntityConflictError(first.model, first.expected, undefined);
      return result;
    }

    override async nativeDelete<Row extends object>(
      entityName: EntityName<Row>,
      where: FilterQuery<Row>,
      options: { ctx?: Transaction<ClientSession>; signal?: AbortSignal } = {},
    ): Promise<QueryResult<Row>> {
      const codec = parts.codecs.get(this.metadata.get(entityName).className);
      const hasPairs = codec !== undefined && [...codec.layout.relations.values()].some(({ kind }) => kind === 'manyToMany');
      if (hasPairs) {
        const condition = Utils.isPrimaryKey(where) ? ({ [codec.layout.key.name]: where } as FilterQuery<Row>) : where;
        const found = await this.find(entityName, condition, { ctx: options.ctx });
        const keys = found.map((row) => (row as Keyed)[codec.layout.key.name]);
        await deletePairsOf(this.connection.getDb(), codec.layout, keys, options.ctx);
      }
      return super.nativeDelete(entityName, where, options);
    }

    /** Loads what stands behind the pairs of several owners, by their keys. */
    override async loadFromPivotTable<Row extends object>(
      property: EntityProperty,
      owners: Primary<object>[][],
      where: FilterQuery<Row> = {},
      orderBy?: OrderDefinition<Row>,
      transaction?: Transaction,
      options: FindOptions<Row, never, never, never> = {},
      isReference?: boolean,
    ): Promise<Dictionary<Row[]>> {
      const [source = '', target = ''] = [property.joinColumns[0], property.inverseJoinColumns[0]];
      const session = toSession(transaction);
      const ownerKeys = owners.map(([key]) => key);
      const filter: Document = { [source]: { $in: ownerKeys } };
      const pairs = await pairsOf(this.connection.getDb(), property.pivotTable)
        .find(filter, { ...inSession(session), sort: { _id: 1 } })
        .toArray();
      const byOwner = Map.groupBy(pairs, (pair): unknown => pair[source]);
      const entries =
        isReference === true
          ? undefined
          : await this.#findTargets(
              property,
              pairs.map((pair): unknown => pair[target]),
              { where, orderBy, session, options },
            );
      return Object.fromEntries(
        owners.map((owner) => {
          const keys = (byOwner.get(owner[0]) ?? []).map((pair): unknown => pair[target]);
          const rows = entries === undefined ? keys : entries.filter(([key]) => keys.includes(key)).map(([, row]) => ({ ...row }));
          return [Utils.getPrimaryKeyHash(owner as string[]), rows as Row[]];
        }),
      );
    }

    override async syncCollections<Row extends object, Owner extends object>(
      collections: Iterable<Collection<Row, Owner>>,
      options: { readonly ctx?: Transaction } = {},
    ): Promise<void> {
      await syncCollections(this.connection.getDb(), collections, toSession(options.ctx));
    }

    async #findTargets<Row extends object>(
      property: EntityProperty,
      keys: readonly unknown[],
      {
        where,
        orderBy,
        session,
        options,
      }: {
        where: FilterQuery<Row>;
        orderBy: OrderDefinition<Row> | undefined;
        session: ClientSession | undefined;
        options: FindOptions<Row, never, never, never>;
      },
    ): Promise<[unknown, Row][]> {
      if (keys.length === 0) return [];
      const meta = property.targetMeta as EntityMetadata<Row>; // it is known after the discovery of the entities
      const [key = ''] = meta.primaryKeys as string[];
      const condition = { $and: [{ [key]: { $in: [...new Set(keys)] } }, where] } as FilterQuery<Row>;
      const { filters: _filters, populate: _populate, ...rest } = options;
      const rows = await this.find(meta.class, condition, { ...rest, ctx: session, ...(orderBy === undefined ? {} : { orderBy }) });
      return rows.map((row) => [(row as Keyed)[key], row as Row]);
    }

    /** Finds the version that a document has to have, so that it may be written. */
    #toGuard<Row extends object>(
      entityName: EntityName<Row>,
      where: FilterQuery<Row>,
      data: EntityDictionary<Row>,
    ): { readonly where: FilterQuery<Row>; readonly model: string; readonly expected: number } | undefined {
      const layout = parts.codecs.get(this.metadata.get(entityName).className)?.layout;
      const { version } = data as Keyed;
      if (layout?.versioned !== true || typeof version !== 'number') return undefined;
      const condition = typeof where === 'object' && where !== null ? where : { [layout.key.name]: where };
      return { where: { ...condition, version: version - 1 } as FilterQuery<Row>, model: layout.name, expected: version - 1 };
    }
  };
}

/** Converts what a property is compared with: a value, a list of them, or what operators say. */
function toCompared(codec: DocumentCodec, name: string, value: unknown): unknown {
  if (name.startsWith('$')) return value;
  if (Array.isArray(value)) return value.map((item) => codec.toStored(name, item));
  if (!Utils.isPlainObject(value)) return codec.toStored(name, value);
  return Object.fromEntries(
    Object.entries(value).map(([operator, compared]: [string, unknown]) => [
      operator,
      Array.isArray(compared) ? compared.map((item) => codec.toStored(name, item)) : Utils.isPlainObject(compared) ? compared : codec.toStored(name, compared),
    ]),
  );
}

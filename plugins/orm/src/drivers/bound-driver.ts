/** MikroORM's driver on bound statements, with a short way for what is done most: reading and changing entities by their keys. */
import {
  type Configuration,
  type Dictionary,
  type DriverException,
  type EntityData,
  type EntityDictionary,
  type EntityMetadata,
  type EntityName,
  type FilterQuery,
  type FindOneOptions,
  type FindOptions,
  type NativeInsertUpdateOptions,
  type ObjectQuery,
  type QueryResult,
  type Transaction,
} from '@mikro-orm/core';
import { type AbstractSqlConnection, AbstractSqlDriver, type AbstractSqlPlatform } from '@mikro-orm/sql';
import { ambientSignal } from '@oxidite/plugin-sdk';
import { type EntityStatement, EntityStatements } from './entity-statements.ts';

/** Options with which a query is more than its keys. */
const OWN_WAY = ['exclude', 'fields', 'flags', 'groupBy', 'having', 'indexHint', 'lockMode', 'offset', 'orderBy', 'unionWhere'] as const;

type Connection = AbstractSqlConnection;

/** MikroORM's driver. */
export abstract class BoundDriver<Own extends Connection> extends AbstractSqlDriver<Own> {
  readonly #statements: EntityStatements;

  constructor(config: Configuration, platform: AbstractSqlPlatform, connection: new (...args: never[]) => Own, packages: string[]) {
    super(config, platform, connection as never, packages); // MikroORM makes the connection with arguments of its own
    this.#statements = new EntityStatements(platform);
  }

  override async find<Row extends object, Populate extends string = never, Fields extends string = never, Excludes extends string = never>(
    entityName: EntityName<Row>,
    where: ObjectQuery<Row>,
    options: FindOptions<Row, Populate, Fields, Excludes> = {},
  ): Promise<EntityData<Row>[]> {
    const statement = this.#toSelect(entityName, where, options);
    if (statement === undefined) return super.find(entityName, where, options);
    const rows = await this.#run<Dictionary[]>(statement, 'all', options);
    const meta = this.metadata.get(entityName);
    return rows.map((row) => this.mapResult<Row>(row as EntityDictionary<Row>, meta) as EntityData<Row>); // a row that is there is mapped to one
  }

  override async findOne<Row extends object, Populate extends string = never, Fields extends string = never, Excludes extends string = never>(
    entityName: EntityName<Row>,
    where: ObjectQuery<Row>,
    options: FindOneOptions<Row, Populate, Fields, Excludes> = {},
  ): Promise<EntityData<Row> | null> {
    const statement = this.#toSelect(entityName, where, options);
    if (statement === undefined) return super.findOne(entityName, where, options);
    const row = await this.#run<Dictionary | undefined>(statement, 'get', options);
    return row === undefined ? null : this.mapResult<Row>(row as EntityDictionary<Row>, this.metadata.get(entityName));
  }

  override async nativeUpdate<Row extends object>(
    entityName: EntityName<Row>,
    where: FilterQuery<Row>,
    data: EntityDictionary<Row>,
    options: NativeInsertUpdateOptions<Row> = {},
  ): Promise<QueryResult<Row>> {
    const isPlain = options.convertCustomTypes === false && options.upsert !== true && this.#isAtHome(options) && options.unionWhere === undefined;
    const statement = isPlain ? this.#statements.toUpdate(this.metadata.get(entityName) as EntityMetadata, where, data) : undefined;
    return statement === undefined ? super.nativeUpdate(entityName, where, data, options) : this.#run<QueryResult<Row>>(statement, 'run', options);
  }

  /** Why a statement was given up is no error of the database. */
  override convertException(exception: Error): DriverException {
    return exception === ambientSignal()?.reason ? exception : super.convertException(exception);
  }

  /** Tells whether an entity is in the schema that is not written. MikroORM names it on PostgreSQL, "public", for entities that it has read. */
  #isAtHome({ schema }: { readonly schema?: string }): boolean {
    return schema === undefined || schema === this.platform.getDefaultSchemaName();
  }

  #toSelect(entityName: EntityName, where: unknown, options: { readonly schema?: string }): EntityStatement | undefined {
    if (!this.#isAtHome(options)) return undefined;
    for (const name of OWN_WAY) if (isGiven((options as Dictionary)[name])) return undefined;
    return this.#statements.toSelect(this.metadata.get(entityName), where);
  }

  #run<Result extends QueryResult | Dictionary | Dictionary[] | undefined>(
    { sql, parameters }: EntityStatement,
    method: 'all' | 'get' | 'run',
    { ctx, loggerContext }: { readonly ctx?: Transaction; readonly loggerContext?: object },
  ): Promise<Result> {
    return this.rethrow(this.connection.execute(sql, parameters, method, ctx, loggerContext)) as Promise<Result>; // each method has its result
  }
}

function isGiven(option: unknown): boolean {
  if (typeof option !== 'object' || option === null) return option !== undefined && option !== null;
  return Object.keys(option).length > 0;
}

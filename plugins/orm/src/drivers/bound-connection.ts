/** MikroORM's way to a database whose values are bound instead of written into the statements. One subclass per database. */
import {
  type AnyEntity,
  type EntityData,
  isRaw,
  type LoggingOptions,
  type QueryResult as MikroResult,
  type RawQueryFragment,
  type Transaction,
} from '@mikro-orm/core';
import { AbstractSqlConnection, NativeQueryBuilder } from '@mikro-orm/sql';
import { CompiledQuery, type Dialect } from 'kysely';
import { type BindOptions, bindParameters } from './bind-parameters.ts';

/** Binds values. The driver hands a ready Kysely to MikroORM, so no dialect is made here. */
export abstract class BoundConnection extends AbstractSqlConnection {
  /** How values are bound. */
  protected abstract readonly binding: BindOptions;
  /** A statement with more parameters than this has its values written into it, escaped by MikroORM. */
  protected abstract readonly maxParameters: number;

  override createKyselyDialect(): Dialect {
    throw new TypeError('The driver brings its own Kysely.');
  }

  override async execute<Result extends MikroResult | EntityData<AnyEntity> | EntityData<AnyEntity>[] = EntityData<AnyEntity>[]>(
    query: string | NativeQueryBuilder | RawQueryFragment,
    params: readonly unknown[] | Record<string, unknown> = [],
    method: 'all' | 'get' | 'run' = 'all',
    ctx?: Transaction,
    loggerContext?: LoggingOptions,
  ): Promise<Result> {
    const fragment = query instanceof NativeQueryBuilder ? query.toRaw() : query;
    const [text, values] = isRaw(fragment) ? [fragment.sql, fragment.params] : [fragment, params];
    if (!Array.isArray(values)) return super.execute(query, params, method, ctx, loggerContext);
    const { sql, parameters } = bindParameters(text, values, this.platform, this.binding);
    if (parameters.length > this.maxParameters) return super.execute(query, params, method, ctx, loggerContext);
    await this.ensureConnection();
    return this.executeQuery(
      sql,
      async () => {
        const result = await (ctx ?? this.getClient()).executeQuery(CompiledQuery.raw(sql, parameters));
        return this.transformRawResult<Result>(result, method);
      },
      { query: sql, params: values, ...loggerContext },
    );
  }
}

/** MikroORM's and Kysely's way to MySQL and MariaDB: values are bound, and statements are prepared by their text. */
import type { Configuration, EntityDictionary, EntityName, NativeInsertUpdateManyOptions, QueryResult, Transaction } from '@mikro-orm/core';
import { BaseMySqlPlatform } from '@mikro-orm/sql';
import { type Dialect, MysqlDialect, type MysqlPoolConnection as KyselyConnection } from 'kysely';
import type { BindOptions } from '../bind-parameters.ts';
import { BoundConnection } from '../bound-connection.ts';
import { BoundDriver } from '../bound-driver.ts';
import type { MysqlPoolConnection, MysqlResult } from './mysql2.ts';
import { isConnectionLost, type MysqlSession } from './session.ts';
import { toBindable, toDate, toLiteral } from './values.ts';
import { ROLLBACK, withRelease } from '../releasing-driver.ts';

/** The server's own limit is 65,535. */
export const MAX_PARAMETERS = 65_000;
const DEADLOCK = 1213;

/** Creates the dialect that Kysely and MikroORM run on. */
export function createMysqlDialect(session: MysqlSession): Dialect {
  const base = new MysqlDialect({
    pool: {
      getConnection(done) {
        session.acquire().then(
          (connection) => done(null, new Lease(connection, session) as unknown as KyselyConnection), // streams are not asked for
          (error: unknown) => done(error, undefined as never), // nothing reads it beside an error
        );
      },
      end: (done) => done(undefined), // the driver ends it, after MikroORM and Kysely
    },
  });
  return {
    createDriver: () => withRelease(base.createDriver()),
    createQueryCompiler: () => base.createQueryCompiler(),
    createAdapter: () => base.createAdapter(),
    createIntrospector: (kysely) => base.createIntrospector(kysely),
  };
}

/**
 * A connection while it is out of the pool. It goes back once, whoever gives it back first, and never when it is broken or still
 * in a transaction. A deadlock ends the whole transaction on the server; nothing of it is run any more, since each statement would commit by itself.
 */
class Lease {
  readonly #connection: MysqlPoolConnection;
  readonly #session: MysqlSession;
  #isOut = true;
  #deadlock: unknown;

  constructor(connection: MysqlPoolConnection, session: MysqlSession) {
    this.#connection = connection;
    this.#session = session;
  }

  query(sql: string, values: readonly unknown[], done: (error: unknown, result?: MysqlResult) => void): void {
    if (this.#deadlock !== undefined && sql !== ROLLBACK) return done(this.#deadlock);
    this.#session.run(this.#connection, values.length === 0 ? { sql } : { sql, values }).then(
      (result) => done(null, result),
      (error: unknown) => {
        if (isConnectionLost(error) || sql === ROLLBACK) this.#giveBack(true);
        if (error instanceof Error && 'errno' in error && error.errno === DEADLOCK) this.#deadlock = error;
        done(error);
      },
    );
  }

  release(): void {
    this.#giveBack(false);
  }

  #giveBack(isBroken: boolean): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    if (isBroken) this.#connection.destroy();
    else this.#connection.release();
  }
}

class MysqlBoundConnection extends BoundConnection {
  protected override readonly binding: BindOptions = { toPlaceholder: () => '?', toBindable };
  protected override readonly maxParameters = MAX_PARAMETERS;
}

/** Types that hold what the fields of models promise; JSON and moments are texts on their way. */
class MysqlPlatform extends BaseMySqlPlatform {
  override getDateTimeTypeDeclarationSQL({ length }: { readonly length?: number }): string {
    return `datetime(${length ?? 3})`; // exact to the millisecond
  }

  override getTextTypeDeclarationSQL(): string {
    return 'longtext';
  }

  /** An enum of MySQL is sorted by the position of its words; a text with a check is what the other databases have. */
  override usesEnumCheckConstraints(): boolean {
    return true;
  }

  override getEnumTypeDeclarationSQL(): string {
    return 'varchar(255)';
  }

  override convertsJsonAutomatically(): boolean {
    return false;
  }

  override convertJsonToDatabaseValue(value: unknown): unknown {
    return JSON.stringify(value);
  }

  override parseDate(value: number | string): Date {
    return typeof value === 'string' ? toDate(value) : new Date(value);
  }

  override escape(value: unknown): string {
    return toLiteral(value);
  }
}

/** MikroORM's driver on bound statements. */
export class BoundMysqlDriver extends BoundDriver<MysqlBoundConnection> {
  #step: Promise<number> | undefined;

  constructor(config: Configuration) {
    super(config, new MysqlPlatform(), MysqlBoundConnection, ['kysely', 'mysql2']);
  }

  /** The server tells the first key of an insert; the others follow in steps. */
  override async nativeInsertMany<Row extends object>(
    entityName: EntityName<Row>,
    data: EntityDictionary<Row>[],
    options: NativeInsertUpdateManyOptions<Row> = {},
  ): Promise<QueryResult<Row>> {
    const result = await super.nativeInsertMany(entityName, data, options);
    const [key] = this.metadata.get(entityName).getPrimaryProps();
    const field = key?.fieldNames[0];
    if (key === undefined || field === undefined) return result;
    const step = await (this.#step ??= this.#readStep(options.ctx));
    const rows = data.map((row, index) => ({ [field]: row[key.name] ?? Number(result.insertId) + index * step }));
    return { ...result, rows, row: rows[0] } as QueryResult<Row>;
  }

  async #readStep(transaction: Transaction | undefined): Promise<number> {
    const { step } = await this.connection.execute<{ readonly step: number }>('select @@auto_increment_increment as step', [], 'get', transaction);
    return step;
  }
}

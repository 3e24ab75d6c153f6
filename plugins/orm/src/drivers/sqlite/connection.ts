/**
 * MikroORM's and Kysely's way to SQLite: prepared statements are kept, values are bound, and a transaction takes the write
 * lock when it begins, so that it never fails half-way because another process wrote first.
 */
import type { Configuration } from '@mikro-orm/core';
import { SqlitePlatform } from '@mikro-orm/sql';
import { ambientSignal } from '@oxidite/plugin-sdk';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  SqliteAdapter,
  type SqliteDatabase as KyselyDatabase,
  SqliteDialect,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import type { SqliteDatabase, SqliteStatement } from './better-sqlite3.ts';
import { TransactionDeadlockError } from '../../errors.ts';
import type { BindOptions } from '../bind-parameters.ts';
import { BoundConnection } from '../bound-connection.ts';
import { BoundDriver } from '../bound-driver.ts';
import { toBindable } from './values.ts';
import { StatementCache } from './statement-cache.ts';

/** SQLite's own limit is 32,766. */
export const MAX_PARAMETERS = 32_000;
const CHANGES_SCHEMA = /^\s*(?:alter|attach|create|detach|drop|reindex|vacuum)\b/i;

/** Creates the dialect that Kysely and MikroORM run on. */
export function createSqliteDialect(database: SqliteDatabase, bigints: boolean, isHeldByCaller: () => boolean): Dialect {
  const cached = new CachedDatabase(database, bigints);
  const base = new SqliteDialect({ database: cached });
  return {
    createDriver: () => new ImmediateDriver(cached, isHeldByCaller),
    createQueryCompiler: () => base.createQueryCompiler(),
    createAdapter: () => new TurnTakingAdapter(),
    createIntrospector: (kysely) => base.createIntrospector(kysely),
  };
}

/** The driver below takes turns by itself, so that it can refuse a wait that would never end. */
class TurnTakingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** One turn with the connection. It can be given back more than once, and counts only the first time. */
class Turn implements DatabaseConnection {
  isOver = false;
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return this.#connection.executeQuery<Row>(query);
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#connection.streamQuery<Row>(query, chunkSize);
  }
}

/**
 * Hands out the only connection in turns; begins a transaction with the write lock, unless it only reads. A turn whose
 * transaction could not be begun or rolled back is over: Kysely does not give the connection back then.
 */
class ImmediateDriver extends SqliteDriver {
  readonly #database: CachedDatabase;
  readonly #isHeldByCaller: () => boolean;
  readonly #waiting: (() => void)[] = [];
  #held = false;

  constructor(database: CachedDatabase, isHeldByCaller: () => boolean) {
    super({ database });
    this.#database = database;
    this.#isHeldByCaller = isHeldByCaller;
  }

  /** Nothing is begun when nobody waits for it any more; what was begun is finished or rolled back. */
  override async acquireConnection(): Promise<DatabaseConnection> {
    ambientSignal()?.throwIfAborted();
    if (this.#held) {
      if (this.#isHeldByCaller()) throw new TransactionDeadlockError();
      await new Promise<void>((resolve) => this.#waiting.push(resolve)); // whoever releases it hands it over
    }
    this.#held = true;
    return new Turn(await super.acquireConnection());
  }

  override async releaseConnection(connection?: DatabaseConnection): Promise<void> {
    if (!(connection instanceof Turn) || connection.isOver) return;
    connection.isOver = true;
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = false;
    else next();
  }

  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const isReadOnly = settings?.accessMode === 'read only';
    try {
      await connection.executeQuery(CompiledQuery.raw(isReadOnly ? 'begin' : 'begin immediate'));
      if (isReadOnly) this.#database.allowWrites(false);
    } catch (error) {
      await this.releaseConnection(connection);
      throw error;
    }
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    this.#database.allowWrites(true);
  }

  /** SQLite ends a transaction by itself when the disk is full. Source: https://sqlite.org/lang_transaction.html, section 3. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#database.allowWrites(true);
    try {
      if (this.#database.inTransaction) await super.rollbackTransaction(connection);
    } catch (error) {
      await this.releaseConnection(connection);
      throw error;
    }
  }
}

/** Gives Kysely kept statements whose parameters may be any value an application has. */
class CachedDatabase implements KyselyDatabase {
  readonly #database: SqliteDatabase;
  readonly #statements: StatementCache<SqliteStatement>;
  readonly #bigints: boolean;
  #writes = true;

  constructor(database: SqliteDatabase, bigints: boolean) {
    this.#database = database;
    this.#bigints = bigints;
    this.#statements = new StatementCache((sql) => this.#prepare(sql));
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** Refuses what writes, or allows it again. Not by a kept statement: SQLite looks at this only when it prepares one. */
  allowWrites(isAllowed: boolean): void {
    if (this.#writes === isAllowed) return;
    this.#writes = isAllowed;
    this.#database.pragma(`query_only = ${isAllowed ? 'OFF' : 'ON'}`);
  }

  prepare(sql: string): ReturnType<KyselyDatabase['prepare']> {
    if (CHANGES_SCHEMA.test(sql)) this.#statements.clear();
    const statement = this.#statements.get(sql);
    const bigints = this.#bigints;
    return {
      reader: statement.reader,
      all: (parameters) => {
        const rows = statement.all(parameters.map(toBindable));
        if (bigints) rows.forEach(narrow);
        return rows;
      },
      run: (parameters) => statement.run(parameters.map(toBindable)),
      iterate: (parameters) => {
        const rows = statement.iterate(parameters.map(toBindable));
        return bigints ? narrowEach(rows) : rows;
      },
    };
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(sql: string): SqliteStatement {
    const statement = this.#database.prepare(sql);
    return this.#bigints && statement.reader ? statement.safeIntegers(true) : statement;
  }
}

function* narrowEach(rows: Iterable<unknown>): IterableIterator<unknown> {
  for (const row of rows) {
    narrow(row);
    yield row;
  }
}

/** Whole numbers are read as `bigint`, so that none loses digits; those that fit become numbers again. */
function narrow(row: unknown): void {
  const fields = row as Record<string, unknown>; // rows that are not asked for raw are objects
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === 'bigint' && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) fields[name] = Number(value);
  }
}

class SqliteConnection extends BoundConnection {
  protected override readonly binding: BindOptions = { toPlaceholder: () => '?', toBindable };
  protected override readonly maxParameters = MAX_PARAMETERS;
}

/** Keeps JSON as the text it is: SQLite takes a column of the type "json" for a number, and changes what looks like one. */
class TextJsonPlatform extends SqlitePlatform {
  override getJsonDeclarationSQL(): string {
    return 'text';
  }
}

/** MikroORM's driver on bound statements. */
export class BoundSqliteDriver extends BoundDriver<SqliteConnection> {
  constructor(config: Configuration) {
    super(config, new TextJsonPlatform(), SqliteConnection, ['kysely', 'better-sqlite3']);
  }
}

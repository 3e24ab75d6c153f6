/** MikroORM's and Kysely's way to PostgreSQL: values are bound, and statements are prepared by their text. */
import { type Configuration, type DriverException, ExceptionConverter, ForeignKeyConstraintViolationException } from '@mikro-orm/core';
import { BasePostgreSqlPlatform } from '@mikro-orm/sql';
import { type Dialect, PostgresDialect, type PostgresDialectConfig, type PostgresPoolClient } from 'kysely';
import type { BindOptions } from '../bind-parameters.ts';
import { BoundConnection } from '../bound-connection.ts';
import { BoundDriver } from '../bound-driver.ts';
import type { PgClient, PgPool, PgResult } from './pg.ts';
import { isConnectionLost, type PostgresqlSession } from './session.ts';
import { toBindable, toDate } from './values.ts';
import { ROLLBACK, withRelease } from '../releasing-driver.ts';

/** PostgreSQL's own limit is 65,535. */
export const MAX_PARAMETERS = 65_000;

/** Creates the dialect that Kysely and MikroORM run on. */
export function createPostgresqlDialect(pool: PgPool, session: PostgresqlSession): Dialect {
  const clients = new WeakMap<PgClient, PooledClient>();
  const config: PostgresDialectConfig = {
    pool: {
      options: {},
      async connect() {
        const client = await pool.connect();
        const known = clients.get(client) ?? new PooledClient(client, session);
        clients.set(client, known);
        known.take();
        return known as unknown as PostgresPoolClient; // streams are not asked for
      },
      end: async () => undefined, // the driver ends it, after MikroORM and Kysely
    },
  };
  const base = new PostgresDialect(config);
  return {
    createDriver: () => withRelease(base.createDriver()),
    createQueryCompiler: () => base.createQueryCompiler(),
    createAdapter: () => base.createAdapter(),
    createIntrospector: (kysely) => base.createIntrospector(kysely),
  };
}

/** A connection while it is out of the pool. It goes back once, whoever gives it back first, and never when it is broken or still in a transaction. */
class PooledClient {
  readonly #client: PgClient;
  readonly #session: PostgresqlSession;
  #isOut = false;

  constructor(client: PgClient, session: PostgresqlSession) {
    this.#client = client;
    this.#session = session;
  }

  take(): void {
    this.#isOut = true;
  }

  async query(text: string, values: readonly unknown[]): Promise<PgResult> {
    try {
      return await this.#session.run(this.#client, { text, values });
    } catch (error) {
      if (isConnectionLost(error) || text === ROLLBACK) this.#giveBack(true);
      throw error;
    }
  }

  release(): void {
    this.#giveBack(false);
  }

  #giveBack(isBroken: boolean): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    this.#client.release(isBroken);
  }
}

class PostgresqlConnection extends BoundConnection {
  protected override readonly binding: BindOptions = { toPlaceholder: (position) => `$${position}`, toBindable };
  protected override readonly maxParameters = MAX_PARAMETERS;
}

/** Since version 18, PostgreSQL has a code of its own for the rule `restrict`. Source: PostgreSQL, Appendix A. */
class RestrictAwareConverter extends ExceptionConverter {
  readonly #base: ExceptionConverter;

  constructor(base: ExceptionConverter) {
    super();
    this.#base = base;
  }

  override convertException(exception: Error & { readonly code?: string }): DriverException {
    return exception.code === '23001' ? new ForeignKeyConstraintViolationException(exception) : this.#base.convertException(exception);
  }
}

class PostgresqlPlatform extends BasePostgreSqlPlatform {
  readonly #converter = new RestrictAwareConverter(super.getExceptionConverter());

  override getExceptionConverter(): ExceptionConverter {
    return this.#converter;
  }

  override parseDate(value: number | string): Date {
    return typeof value === 'string' ? toDate(value) : new Date(value);
  }
}

/** MikroORM's driver on bound statements. */
export class BoundPostgresqlDriver extends BoundDriver<PostgresqlConnection> {
  constructor(config: Configuration) {
    super(config, new PostgresqlPlatform(), PostgresqlConnection, ['kysely', 'pg']);
  }
}

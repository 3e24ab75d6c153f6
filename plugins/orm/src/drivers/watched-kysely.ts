/** A Kysely that says of a transaction, and of `connection()`, when it takes a connection and when it gives it back. What runs one statement is not watched. */
import { type ConnectionBuilder, type DatabaseConnection, type Dialect, type Driver, Kysely } from 'kysely';
import type { LeakWatch } from '../connections/leak-watch.ts';

/** Creates a Kysely on a dialect. */
export function createWatchedKysely(dialect: Dialect, watch: LeakWatch): Kysely<unknown> {
  const kysely = new Kysely<unknown>({ dialect: { ...dialect, createDriver: () => watchTransactions(dialect.createDriver(), watch) } });
  const connection = kysely.connection.bind(kysely);
  return Object.assign(kysely, { connection: () => watchConnection(connection(), watch) });
}

/** A transaction is over when its connection is given back, however that comes about. */
function watchTransactions(driver: Driver, watch: LeakWatch): Driver {
  const ends = new WeakMap<DatabaseConnection, () => void>();
  const begin = driver.beginTransaction.bind(driver);
  const release = driver.releaseConnection.bind(driver);
  return Object.assign(driver, {
    async beginTransaction(connection, settings) {
      ends.set(connection, watch('transaction'));
      await begin(connection, settings);
    },
    async releaseConnection(connection) {
      ends.get(connection)?.();
      await release(connection);
    },
  } satisfies Partial<Driver>);
}

function watchConnection<Database>(builder: ConnectionBuilder<Database>, watch: LeakWatch): ConnectionBuilder<Database> {
  const execute = builder.execute.bind(builder);
  return Object.assign(builder, {
    async execute(work, options) {
      const end = watch('connection');
      try {
        return await execute(work, options);
      } finally {
        end();
      }
    },
  } satisfies Pick<ConnectionBuilder<Database>, 'execute'>);
}

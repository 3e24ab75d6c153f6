/** Kysely does not give a connection back on which a transaction could not be begun or rolled back. */
import type { DatabaseConnection, Driver } from 'kysely';

/** The statement of Kysely that undoes a transaction; a connection on which it fails is closed, and the server undoes it. */
export const ROLLBACK = 'rollback';

/** Makes a driver give such connections back. What a rollback was to undo is told, not that the rollback failed too. */
export function withRelease(driver: Driver): Driver {
  const begin = driver.beginTransaction.bind(driver);
  const rollback = driver.rollbackTransaction.bind(driver);
  return Object.assign(driver, {
    async beginTransaction(connection, settings) {
      try {
        await begin(connection, settings);
      } catch (error) {
        await driver.releaseConnection(connection);
        throw error;
      }
    },
    async rollbackTransaction(connection: DatabaseConnection) {
      try {
        await rollback(connection);
      } catch {
        await driver.releaseConnection(connection);
      }
    },
  } satisfies Partial<Driver>);
}

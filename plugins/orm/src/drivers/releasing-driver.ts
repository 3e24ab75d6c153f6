/** Kysely does not give a connection back on which a transaction could not be begun or rolled back. */
import type { DatabaseConnection, Driver } from 'kysely';

/** Makes a driver give such connections back. */
export function withRelease(driver: Driver): Driver {
  const orRelease = async (connection: DatabaseConnection, running: Promise<void>): Promise<void> => {
    try {
      await running;
    } catch (error) {
      await driver.releaseConnection(connection);
      throw error;
    }
  };
  const begin = driver.beginTransaction.bind(driver);
  const rollback = driver.rollbackTransaction.bind(driver);
  return Object.assign(driver, {
    beginTransaction: (connection, settings) => orRelease(connection, begin(connection, settings)),
    rollbackTransaction: (connection) => orRelease(connection, rollback(connection)),
  } satisfies Partial<Driver>);
}

/** What the databases add to the health of an application, where the plugin of middleware asks for it. */
import { resolve } from 'node:path';
import { withAmbientSignal } from '@oxidite/plugin-sdk';
import type { HealthCheck } from '@oxidite/middleware';
import { readChain } from '../migrations/migration-chain.ts';
import { MIGRATIONS_TABLE } from '../migrations/history.ts';
import { DEFAULT_CONNECTION } from '../options.ts';
import type { SqlDatabase } from '../database.ts';
import type { Connection } from './open-connection.ts';

/** Names what is looked at: that of the default connection has no further name. */
export function toCheckName(what: string, connection: string): string {
  return connection === DEFAULT_CONNECTION ? what : `${what}:${connection}`;
}

/** Creates the checks: without a database an application is not ready, with pending migrations it is. */
export function createHealthChecks(connections: ReadonlyMap<string, Connection>, root: string): HealthCheck[] {
  return [...connections].flatMap(([name, connection]) => [
    {
      name: toCheckName('database', name),
      check: (signal: AbortSignal) => withAmbientSignal({ signal }, () => assertReachable(connection)),
    },
    {
      name: toCheckName('migrations', name),
      isCritical: false,
      check: (signal: AbortSignal) => withAmbientSignal({ signal }, () => assertMigrated(connection, resolve(root, connection.migrationsDirectory))),
    },
  ]);
}

/** @throws {DatabaseUnavailableError} when the database does not answer. */
export async function assertReachable({ database }: Connection): Promise<void> {
  if (database.kind === 'sql') await database.read('select 1', [], undefined);
  else await database.driver.ping();
}

/** Looks at the history only, without the lock that migrations hold. */
async function assertMigrated({ database, tools }: Connection, folder: string): Promise<void> {
  const { files } = await readChain(folder);
  if (files.length === 0) return;
  const applied =
    database.kind === 'sql'
      ? new Set((await readHistory(database)).map(([name]) => name))
      : new Set((await tools.migrator.status()).filter(({ state }) => state !== 'pending').map(({ name }) => name));
  const pending = files.filter(({ name }) => !applied.has(name));
  if (pending.length > 0) throw new Error(`${pending.length} pending: ${pending.map(({ name }) => name).join(', ')}`);
}

/** Before the first migration, there is no history. */
async function readHistory(database: SqlDatabase): Promise<readonly (readonly unknown[])[]> {
  const { driver } = database;
  const columns = await database.read(driver.traits.columnsQuery.replace('?', driver.traits.placeholder(1)), [MIGRATIONS_TABLE], undefined);
  return columns.length === 0 ? [] : database.read(`select name from ${MIGRATIONS_TABLE}`, [], undefined);
}

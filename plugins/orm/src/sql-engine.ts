/** The engine of a unit of work on a database that understands SQL. */
import { insertMany, upsert } from './bulk/bulk-writer.ts';
import type { SqlDatabase } from './database.ts';
import { reencryptRows } from './encryption/reencrypt.ts';
import { syncLinks } from './entities/sync-links.ts';
import { type SqlAccess, SqlQuerySource } from './query/sql-query-source.ts';
import type { UnitEngine } from './unit-engine.ts';

/**
 * Creates the engine.
 * @param readAnywhere reads from a replica where it may; `undefined` when there is none.
 */
export function createSqlEngine(database: SqlDatabase, access: Omit<SqlAccess, 'parts'>, readAnywhere: SqlAccess['read'] | undefined): UnitEngine {
  const primary = new SqlQuerySource({ ...access, parts: database });
  return {
    primary,
    source: readAnywhere === undefined ? primary : new SqlQuerySource({ ...access, parts: database, read: readAnywhere }),
    insertMany: (layout, rows) => insertMany(database, layout, rows, access.write),
    upsert: (layout, rows, choice) => upsert(database, layout, rows, choice, access.write),
    reencrypt: (layout) => reencryptRows(layout, access.write),
    sync: (em, wanted) => syncLinks(database, em, wanted),
  };
}

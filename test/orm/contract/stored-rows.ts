/** Reads and changes what a database holds, past the ORM: by SQL, and on MongoDB by its own library. */
import type { Orm } from '@oxidite/orm';
import type { DatabaseOptions } from '../support/databases.ts';
import { withDatabase } from '../support/mongodb-database.ts';

type Row = Readonly<Record<string, unknown>>;

/** What the tables, or the collections, of a database hold. */
export interface StoredRows {
  /** Returns all rows of a table. */
  read(table: string): Promise<Row[]>;
  /** Sets columns of all rows of a table. */
  change(table: string, values: Row): Promise<void>;
}

/** Creates it for the database that `orm` has open. */
export function createStoredRows(orm: Orm, options: DatabaseOptions): StoredRows {
  if (options.driver !== 'mongodb')
    return {
      read: (table) => orm.kysely.selectFrom(table).selectAll().execute(),
      change: async (table, values) => void (await orm.kysely.updateTable(table).set(values).execute()),
    };
  const { url } = options;
  return {
    read: (table) => withDatabase(url, (db) => db.collection(table).find().toArray()),
    change: (table, values) => withDatabase(url, async (db) => void (await db.collection(table).updateMany({}, { $set: values }))),
  };
}

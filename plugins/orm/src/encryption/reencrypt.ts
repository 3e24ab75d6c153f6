/**
 * Encrypts anew what an older key has encrypted. Rows are found by what they store, so it can be stopped and run again; a row
 * that somebody changes meanwhile keeps that change, which the newest key has encrypted already.
 */
import { type Kysely, sql } from 'kysely';
import type { WriteAccess } from '../bulk/bulk-writer.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import { type EncryptedColumn, type EncryptedTable, listEncryptedTables } from './encrypted-tables.ts';

const CHUNK = 500;

/** Rewrites the encrypted fields of a model and of its pairs in chunks, each in a transaction of its own; returns how many rows there were. */
export async function reencryptRows(layout: ModelLayout, write: WriteAccess): Promise<number> {
  let total = 0;
  for (const table of listEncryptedTables(layout)) total += await reencryptTable(table, write);
  return total;
}

async function reencryptTable(table: EncryptedTable, write: WriteAccess): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await write((kysely) =>
      kysely.isTransaction ? reencryptChunk(table, kysely) : kysely.transaction().execute((transaction) => reencryptChunk(table, transaction)),
    );
    total += count;
    if (count < CHUNK) return total;
  }
}

async function reencryptChunk({ table, keys, columns }: EncryptedTable, kysely: Kysely<AnyDatabase>): Promise<number> {
  const isOld = ({ column, secret }: EncryptedColumn): ReturnType<typeof sql<boolean>> => sql<boolean>`${sql.ref(column)} not like ${`${secret.newest}%`}`;
  const rows = await kysely
    .selectFrom(table)
    .select([...keys, ...columns.map(({ column }) => column)])
    .where((where) => where.or(columns.map(isOld)))
    .limit(CHUNK)
    .execute();
  for (const row of rows) {
    for (const { column, secret } of columns) {
      const stored: unknown = row[column];
      if (typeof stored !== 'string' || stored.startsWith(secret.newest)) continue;
      let update = kysely.updateTable(table).set({ [column]: secret.renew(stored) });
      for (const key of keys) update = update.where(key, '=', row[key]);
      await update.where(column, '=', stored).execute();
    }
  }
  return rows.length;
}

/**
 * Encrypts anew what an older key has encrypted. Rows are found by what they store, so it can be stopped and run again; a row
 * that somebody changes meanwhile keeps that change, which the newest key has encrypted already.
 */
import { type Kysely, sql } from 'kysely';
import type { WriteAccess } from '../bulk/bulk-writer.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';

const CHUNK = 500;

/** Rewrites the encrypted fields of a model in chunks, each in a transaction of its own; returns how many rows there were. */
export async function reencryptRows(layout: ModelLayout, write: WriteAccess): Promise<number> {
  const columns = [...layout.columns.values()].filter(({ codec }) => codec?.secret !== undefined);
  if (columns.length === 0) return 0;
  let total = 0;
  for (;;) {
    const count = await write((kysely) =>
      kysely.isTransaction
        ? reencryptChunk(layout, columns, kysely)
        : kysely.transaction().execute((transaction) => reencryptChunk(layout, columns, transaction)),
    );
    total += count;
    if (count < CHUNK) return total;
  }
}

async function reencryptChunk({ table, keys }: ModelLayout, columns: readonly ColumnLayout[], kysely: Kysely<AnyDatabase>): Promise<number> {
  const isOld = ({ column, codec }: ColumnLayout): ReturnType<typeof sql<boolean>> =>
    sql<boolean>`${sql.ref(column)} not like ${`${codec?.secret?.newest ?? ''}%`}`;
  const rows = await kysely
    .selectFrom(table)
    .select([...keys, ...columns].map(({ column }) => column))
    .where((where) => where.or(columns.map(isOld)))
    .limit(CHUNK)
    .execute();
  for (const row of rows) {
    for (const { column, codec } of columns) {
      const stored: unknown = row[column];
      if (typeof stored !== 'string' || codec?.secret === undefined || stored.startsWith(codec.secret.newest)) continue;
      let update = kysely.updateTable(table).set({ [column]: codec.secret.renew(stored) });
      for (const key of keys) update = update.where(key.column, '=', row[key.column]);
      await update.where(column, '=', stored).execute();
    }
  }
  return rows.length;
}

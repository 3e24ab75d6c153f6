/** The table that tells which migrations were applied, when, together with which others, and what they were. */
import type { DialectTraits, SchemaConnection } from '../drivers/driver.ts';

/** Its name. */
export const MIGRATIONS_TABLE = 'oxidite_migrations';

/** A migration that was applied. */
export interface HistoryEntry {
  readonly name: string;
  readonly checksum: string;
  /** Migrations that were applied by one run have the same number. */
  readonly batch: number;
  readonly appliedAt: Date;
}

interface HistoryRow {
  readonly name: string;
  readonly checksum: string;
  readonly batch: number;
  readonly applied_at: number | string;
}

/** Creates the table when it is missing. */
export async function ensureHistory(connection: SchemaConnection, { counterColumn }: DialectTraits): Promise<void> {
  await connection.execute(
    `create table if not exists "${MIGRATIONS_TABLE}" ("id" ${counterColumn}, "name" varchar(255) not null unique, "checksum" varchar(100) not null, "batch" integer not null, "applied_at" bigint not null)`,
  );
}

/** Lists what was applied, the oldest first. */
export async function listHistory(connection: SchemaConnection): Promise<HistoryEntry[]> {
  const rows = (await connection.query(`select "name", "checksum", "batch", "applied_at" from "${MIGRATIONS_TABLE}" order by "id"`)) as readonly HistoryRow[]; // as selected
  return rows.map(({ name, checksum, batch, applied_at }) => ({ name, checksum, batch, appliedAt: new Date(Number(applied_at)) }));
}

/** Notes that a migration was applied. */
export async function addHistory(connection: SchemaConnection, { name, checksum, batch, appliedAt }: HistoryEntry): Promise<void> {
  await connection.execute(`insert into "${MIGRATIONS_TABLE}" ("name", "checksum", "batch", "applied_at") values (?, ?, ?, ?)`, [
    name,
    checksum,
    batch,
    appliedAt.getTime(),
  ]);
}

/** Notes that a migration was undone. */
export async function removeHistory(connection: SchemaConnection, name: string): Promise<void> {
  await connection.execute(`delete from "${MIGRATIONS_TABLE}" where "name" = ?`, [name]);
}

/**
 * The table that tells which migrations were applied, when, together with which others, by which release, how long each took,
 * and what they were. Where changes of tables cannot be undone, it also tells how far one got that did not come to its end.
 */
import type { DialectTraits, SchemaConnection } from '../drivers/driver.ts';

/** Its name. */
export const MIGRATIONS_TABLE = 'oxidite_migrations';

/** What was done of a migration that has not come to its end. */
export interface StatementProgress {
  /** The statements that are in place, in their order. */
  readonly done: readonly string[];
  /** The statement that was running when it was last heard of, and what the tables were before it. */
  readonly running?: { readonly statement: string; readonly fingerprint: string };
}

/** Where a migration of the history stands: `applying` and `undoing` have begun and not come to their end. */
export type HistoryState = 'applied' | 'applying' | 'undoing';

/** A migration that was applied, or begun. */
export interface HistoryEntry {
  readonly name: string;
  readonly checksum: string;
  /** Migrations that were applied by one run have the same number. */
  readonly batch: number;
  readonly appliedAt: Date;
  /** How long it took, in milliseconds; `null` when an older version applied it. */
  readonly durationMs: number | null;
  /** The release of the application that applied it, if it is known. */
  readonly release: string | null;
  readonly state: HistoryState;
  /** Of one that has not come to its end. */
  readonly progress: StatementProgress | null;
}

interface HistoryRow {
  readonly name: string;
  readonly checksum: string;
  readonly batch: number;
  readonly applied_at: number | string;
  readonly duration_ms?: number | null;
  readonly release_id?: string | null;
  readonly state?: HistoryState;
  readonly progress?: string | null;
}

/** Creates the table when it is missing, and adds the columns that an older version did not have. */
export async function ensureHistory(connection: SchemaConnection, { counterColumn, textColumn, columnsQuery }: DialectTraits): Promise<void> {
  const added = {
    duration_ms: 'integer',
    release_id: 'varchar(255)',
    state: "varchar(20) not null default 'applied'",
    progress: textColumn,
  };
  const columns = Object.entries(added).map(([name, type]) => `"${name}" ${type}`);
  const known = new Set((await connection.query(columnsQuery, [MIGRATIONS_TABLE])).map((row) => String(row['name'])));
  if (known.size === 0)
    await connection.execute(
      `create table if not exists "${MIGRATIONS_TABLE}" ("id" ${counterColumn}, "name" varchar(255) not null unique, "checksum" varchar(100) not null, "batch" integer not null, "applied_at" bigint not null, ${columns.join(', ')})`,
    );
  else
    for (const [name, type] of Object.entries(added))
      if (!known.has(name)) await connection.execute(`alter table "${MIGRATIONS_TABLE}" add column "${name}" ${type}`);
}

/** Lists what was applied, the oldest first; nothing when there is no table yet. The columns of an older version are enough. */
export async function listHistory(connection: SchemaConnection, { columnsQuery }: DialectTraits): Promise<HistoryEntry[]> {
  if ((await connection.query(columnsQuery, [MIGRATIONS_TABLE])).length === 0) return [];
  const rows = (await connection.query(`select * from "${MIGRATIONS_TABLE}" order by "id"`)) as readonly HistoryRow[]; // the columns are those below
  return rows.map((row) => ({
    name: row.name,
    checksum: row.checksum,
    batch: row.batch,
    appliedAt: new Date(Number(row.applied_at)),
    durationMs: row.duration_ms ?? null,
    release: row.release_id ?? null,
    state: row.state ?? 'applied',
    progress: (row.progress ?? null) === null ? null : (JSON.parse(String(row.progress)) as StatementProgress), // written below
  }));
}

/** Notes a migration. */
export async function addHistory(connection: SchemaConnection, entry: HistoryEntry): Promise<void> {
  await connection.execute(
    `insert into "${MIGRATIONS_TABLE}" ("name", "checksum", "batch", "applied_at", "duration_ms", "release_id", "state", "progress") values (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      entry.name,
      entry.checksum,
      entry.batch,
      entry.appliedAt.getTime(),
      entry.durationMs,
      entry.release,
      entry.state,
      entry.progress === null ? null : JSON.stringify(entry.progress),
    ],
  );
}

/** Notes how far a migration has got. */
export async function setProgress(connection: SchemaConnection, name: string, { state, progress }: Pick<HistoryEntry, 'progress' | 'state'>): Promise<void> {
  await connection.execute(`update "${MIGRATIONS_TABLE}" set "state" = ?, "progress" = ? where "name" = ?`, [
    state,
    progress === null ? null : JSON.stringify(progress),
    name,
  ]);
}

/** Notes that a migration was undone. */
export async function removeHistory(connection: SchemaConnection, name: string): Promise<void> {
  await connection.execute(`delete from "${MIGRATIONS_TABLE}" where "name" = ?`, [name]);
}

/** Reads the tables of an SQLite database. Source: https://sqlite.org/pragma.html and https://sqlite.org/schematab.html. */
import type { SqliteDatabase } from './better-sqlite3.ts';
import type { ColumnSnapshot, IndexSnapshot, SchemaSnapshot, TableSnapshot } from '../schema-snapshot.ts';
import { quote } from '../quote.ts';
import { toRebuild } from './search.ts';
import { findChecks, parseTableStatement, toStandardQuotes } from './statement.ts';

interface MasterRow {
  readonly name: string;
  readonly sql: string;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

interface ForeignKeyRow {
  readonly id: number;
  readonly table: string;
  readonly from: string;
  readonly to: string | null;
  readonly on_update: string;
  readonly on_delete: string;
}

interface IndexRow {
  readonly name: string;
  readonly unique: number;
  readonly origin: string;
}

/** A virtual table that has the index of a table's texts. */
const SEARCH_INDEX = /^create virtual table .* using fts5\(.*\bcontent="([^"]+)"/i;

/** Describes all tables but SQLite's own and those that are ignored. */
export function readSqliteSchema(database: SqliteDatabase, ignored: readonly string[]): SchemaSnapshot {
  const rows = database
    .prepare("select name, sql from sqlite_master where type = 'table' and name not like 'sqlite!_%' escape '!' order by rowid")
    .all([]) as MasterRow[];
  const virtual = new Set(
    (database.prepare("select name from pragma_table_list where type in ('shadow', 'virtual')").all([]) as MasterRow[]).map(({ name }) => name),
  );
  const searches = rows.filter(({ sql }) => SEARCH_INDEX.test(sql));
  return new Map(
    rows
      .filter(({ name }) => !ignored.includes(name) && !virtual.has(name))
      .map((row) => {
        const table = readTable(database, row);
        const indexes = searches.filter(({ sql }) => SEARCH_INDEX.exec(sql)?.[1] === row.name).map((index) => readSearchIndex(database, row.name, index));
        return [row.name, { ...table, indexes: new Map([...table.indexes, ...indexes.map((index) => [index.name, index] as const)]) }];
      }),
  );
}

function readTable(database: SqliteDatabase, { name, sql }: MasterRow): TableSnapshot {
  const statement = parseTableStatement(sql);
  const columns = new Map<string, ColumnSnapshot>();
  for (const row of list<ColumnRow>(database, 'select * from pragma_table_info(?)', name)) {
    columns.set(row.name, {
      name: row.name,
      type: row.type.toLowerCase(),
      nullable: row.notnull === 0,
      default: row.dflt_value,
      primary: row.pk > 0,
      definition: statement.columns.get(row.name) ?? row.name,
    });
  }
  const constraints = new Map<string, string>();
  const keys = Map.groupBy(list<ForeignKeyRow>(database, 'select * from pragma_foreign_key_list(?) order by id, seq', name), ({ id }) => id);
  for (const rows of keys.values()) {
    const [first] = rows;
    if (first !== undefined)
      constraints.set(
        `foreign key (${rows.map(({ from }) => from).join()}) references ${first.table} (${rows.map(({ to }) => to ?? '').join()}) on delete ${first.on_delete} on update ${first.on_update}`.toLowerCase(),
        '',
      );
  }
  for (const item of [...statement.columns.values(), ...statement.constraints])
    for (const check of findChecks(item)) constraints.set(`check ${check.replaceAll('"', '').replace(/\s+/g, ' ')}`, '');
  if (/\bautoincrement\b/i.test(sql)) constraints.set('autoincrement', '');
  return { name, sql, columns, constraints, indexes: readIndexes(database, name, constraints) };
}

/** An index of a constraint has no statement of its own; it is noted as a constraint. */
function readIndexes(database: SqliteDatabase, table: string, constraints: Map<string, string>): Map<string, IndexSnapshot> {
  const indexes = new Map<string, IndexSnapshot>();
  for (const { name, unique, origin } of list<IndexRow>(database, 'select name, "unique", origin from pragma_index_list(?)', table)) {
    const [row] = list<MasterRow>(database, "select name, sql from sqlite_master where type = 'index' and name = ? and sql is not null", name);
    if (row !== undefined)
      indexes.set(name, { name, unique: unique === 1, sql: toStandardQuotes(row.sql).replace(/^create (?:unique )?index/i, (words) => words.toLowerCase()) });
    else
      constraints.set(
        `${origin === 'pk' ? 'primary key' : 'unique'} (${list<{ readonly name: string }>(database, 'select name from pragma_index_info(?)', name)
          .map((column) => column.name)
          .join()})`,
        '',
      );
  }
  return indexes;
}

/** The index of texts is a virtual table and the triggers that fill it. */
function readSearchIndex(database: SqliteDatabase, table: string, { name, sql }: MasterRow): IndexSnapshot {
  const triggers = list<MasterRow>(database, "select name, sql from sqlite_master where type = 'trigger' and tbl_name = ? order by rowid", table).filter(
    (trigger) => trigger.name.startsWith(`${name}_`),
  );
  const statements = [sql, ...triggers.map((trigger) => trigger.sql)].map((statement) =>
    statement.replace(/^create (?:virtual table|trigger)/i, (words) => words.toLowerCase()),
  );
  return {
    name,
    unique: false,
    sql: statements.join(';\n'),
    parts: {
      creation: [...statements, toRebuild(name)],
      removal: [...triggers.map((trigger) => `drop trigger ${quote(trigger.name)}`), `drop table ${quote(name)}`],
    },
  };
}

function list<Row>(database: SqliteDatabase, sql: string, parameter: string): Row[] {
  return database.prepare(sql).all([parameter]) as Row[]; // the columns are those of SQLite's tables
}

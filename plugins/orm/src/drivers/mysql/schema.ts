/**
 * Reads the tables of a MySQL or MariaDB database. What a table consists of is taken from the statement by which the server
 * would create it; two states are compared on one server only, so equal parts have equal texts.
 */
import { quote } from '../quote.ts';
import type { ColumnSnapshot, IndexSnapshot, SchemaSnapshot, TableSnapshot } from '../schema-snapshot.ts';
import { splitItems } from '../statement-items.ts';

interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: 'NO' | 'YES';
  readonly default: string | null;
  readonly key: string;
  readonly collation: string;
}

/** Both views are told the database: MariaDB would open the tables of all others to find those of one that is only compared. */
const COLUMNS = `
  select c.table_name as "table", c.column_name as name, c.column_type as type, c.is_nullable as nullable, c.column_default as "default",
    c.column_key as "key", t.table_collation as collation
  from information_schema.columns c
  join information_schema.tables t on t.table_schema = database() and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
  where c.table_schema = database()
  order by t.create_time, c.table_name, c.ordinal_position`;

/** MariaDB writes JSON as the text it is there. */
const JSON_COLUMN = /^("(?:[^"]|"")+") longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin (.*?) ?CHECK \(json_valid\(\1\)\)$/s;
const COLUMN = /^"((?:[^"]|"")+)" /;
const CONSTRAINT = /^CONSTRAINT "((?:[^"]|"")+)" (.*)$/s;
const INDEX = /^((?:UNIQUE |FULLTEXT |SPATIAL )?)KEY "((?:[^"]|"")+)" (.*)$/s;

/** Runs a query and returns its rows. */
export type CatalogQuery = (sql: string) => Promise<readonly object[]>;

/** Describes all tables but those that are ignored. */
export async function readMysqlSchema(query: CatalogQuery, ignored: readonly string[]): Promise<SchemaSnapshot> {
  const columns = (await query(COLUMNS)) as readonly ColumnRow[]; // the query names the columns of its rows
  const tables = new Map<string, TableSnapshot>();
  for (const [name, rows] of Map.groupBy(columns, ({ table }) => table)) {
    if (ignored.includes(name)) continue;
    const [created] = await query(`show create table ${quote(name)}`);
    const statement = String((created as { readonly 'Create Table': unknown })['Create Table']);
    tables.set(name, toTable(name, rows, splitItems(statement.slice(statement.indexOf('(') + 1, statement.lastIndexOf('\n)')))));
  }
  return tables;
}

function toTable(name: string, rows: readonly ColumnRow[], items: readonly string[]): TableSnapshot {
  const columns = new Map<string, ColumnSnapshot>();
  const constraints = new Map<string, string>();
  const indexes = new Map<string, IndexSnapshot>();
  const own: string[] = [];
  for (const item of items) {
    const row = rows.find((candidate) => candidate.name === unquote(COLUMN.exec(item)?.[1]));
    if (row !== undefined) {
      const column = toColumn(row, item);
      columns.set(row.name, column);
      own.push(column.definition);
      continue;
    }
    const [, constraint, definition] = CONSTRAINT.exec(item) ?? [];
    if (constraint !== undefined && definition !== undefined) constraints.set(definition, unquote(constraint) ?? '');
    const index = toIndex(name, item);
    if (index !== undefined) indexes.set(index.name, index);
    else if (!definition?.startsWith('FOREIGN KEY')) own.push(item);
  }
  const collation = rows[0]?.collation ?? '';
  return { name, sql: `create table ${quote(name)} (\n${own.map((item) => `  ${item}`).join(',\n')}\n) collate ${collation}`, columns, constraints, indexes };
}

function toColumn(row: ColumnRow, item: string): ColumnSnapshot {
  const definition = item.replace(JSON_COLUMN, '$1 json $2').trim();
  return {
    name: row.name,
    type: definition === item ? row.type.toLowerCase() : 'json',
    nullable: row.nullable === 'YES',
    default: row.default === 'NULL' ? null : row.default, // MariaDB's word for having none
    primary: row.key === 'PRI',
    definition,
  };
}

function toIndex(table: string, item: string): IndexSnapshot | undefined {
  const [, kind = '', name, target] = INDEX.exec(item) ?? [];
  if (name === undefined || target === undefined) return undefined;
  return { name: unquote(name) ?? name, unique: kind === 'UNIQUE ', sql: `create ${kind.toLowerCase()}index "${name}" on ${quote(table)} ${target}` };
}

function unquote(name: string | undefined): string | undefined {
  return name?.replaceAll('""', '"');
}

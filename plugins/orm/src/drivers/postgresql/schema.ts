/** Reads the tables of the current schema of a PostgreSQL database. Source: PostgreSQL, chapter "System Catalogs". */
import type { PgResult } from './pg.ts';
import { quote } from '../quote.ts';
import type { ColumnSnapshot, IndexSnapshot, SchemaSnapshot, TableSnapshot } from '../schema-snapshot.ts';

interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default: string | null;
  readonly sequence: string | null;
}

interface ConstraintRow {
  readonly table: string;
  readonly name: string;
  readonly kind: 'c' | 'f' | 'p' | 'u' | 'x';
  readonly definition: string;
  readonly columns: readonly string[];
}

interface IndexRow {
  readonly table: string;
  readonly name: string;
  readonly unique: boolean;
  readonly definition: string;
}

const COLUMNS = `
  select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
    pg_get_expr(d.adbin, d.adrelid) as "default", pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) as sequence
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relkind in ('r', 'p')
  order by c.oid, a.attnum`;

const CONSTRAINTS = `
  select c.relname as "table", k.conname as name, k.contype as kind, pg_get_constraintdef(k.oid) as definition,
    array(select a.attname::text from unnest(k.conkey) with ordinality as u(number, place)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by u.place) as columns
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
  where k.contype in ('c', 'f', 'p', 'u', 'x')
  order by k.oid`;

const INDEXES = `
  select t.relname as "table", c.relname as name, i.indisunique as unique, pg_get_indexdef(i.indexrelid) as definition
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = t.relnamespace and n.nspname = current_schema()
  where not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
  order by c.oid`;

/** Runs a query and returns its rows. */
export type CatalogQuery = (sql: string) => Promise<PgResult['rows']>;

/** Describes all tables but those that are ignored. */
export async function readPostgresqlSchema(query: CatalogQuery, ignored: readonly string[]): Promise<SchemaSnapshot> {
  const columns = (await query(COLUMNS)) as ColumnRow[]; // each query names the columns of its rows
  const constraints = Map.groupBy((await query(CONSTRAINTS)) as ConstraintRow[], ({ table }) => table);
  const indexes = Map.groupBy((await query(INDEXES)) as IndexRow[], ({ table }) => table);
  const tables = [...Map.groupBy(columns, ({ table }) => table)].filter(([table]) => !ignored.includes(table));
  return new Map(tables.map(([table, rows]) => [table, toTable(table, rows, constraints.get(table) ?? [], indexes.get(table) ?? [])]));
}

function toTable(name: string, rows: readonly ColumnRow[], constraintRows: readonly ConstraintRow[], indexRows: readonly IndexRow[]): TableSnapshot {
  const keys = new Set(constraintRows.find(({ kind }) => kind === 'p')?.columns);
  const columns = new Map(rows.map((row) => [row.name, toColumn(row, keys.has(row.name))]));
  const constraints = new Map(constraintRows.map((row) => [row.definition, row.name]));
  const own = constraintRows.filter(({ kind }) => kind !== 'f').map((row) => `constraint ${quote(row.name)} ${row.definition}`);
  const items = [...columns.values()].map(({ definition }) => definition).concat(own);
  const sql = `create table ${quote(name)} (\n${items.map((item) => `  ${item}`).join(',\n')}\n)`;
  return { name, sql, columns, constraints, indexes: new Map(indexRows.map((row) => [row.name, toIndex(row)])) };
}

/** A column that counts is written as such: its sequence belongs to it. */
function toColumn(row: ColumnRow, primary: boolean): ColumnSnapshot {
  const counts = row.sequence !== null && row.default?.startsWith('nextval(') === true;
  const type = counts ? (row.type === 'bigint' ? 'bigserial' : 'serial') : row.type;
  const value = counts ? null : row.default;
  const definition = `${quote(row.name)} ${type}${row.required && !counts ? ' not null' : ''}${value === null ? '' : ` default ${value}`}`;
  return { name: row.name, type, nullable: !row.required, default: value, primary, definition };
}

/** The name of the schema is left out: the same statement serves in any. */
function toIndex({ table, name, unique, definition }: IndexRow): IndexSnapshot {
  const target = / USING .*$/s.exec(definition)?.[0] ?? '';
  return {
    name,
    unique,
    sql: `create ${unique ? 'unique ' : ''}index ${quote(name)} on ${quote(table)}${target.replace(' USING btree', '').replace(' USING', ' using')}`,
  };
}

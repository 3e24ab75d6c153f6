/**
 * Compares two states of an SQLite database. SQLite can add and drop plain columns; every other change of a table is made by
 * building it anew: create, copy, drop, rename. Source: https://sqlite.org/lang_altertable.html, section 7.
 */
import { quote } from '../quote.ts';
import type { ColumnSnapshot, IndexSnapshot, SchemaChanges, SchemaSnapshot, SchemaStatement, TableSnapshot } from '../schema-snapshot.ts';
import { formatTableStatement, parseTableStatement } from './statement.ts';

/** What a row gets in a column that it did not have before. */
type Fill = 'nothing' | 'placeholder';

/** Returns the statements from one state to the other, and back. */
export function compareSqliteSchemas(from: SchemaSnapshot, to: SchemaSnapshot): SchemaChanges {
  return { up: toStatements(from, to, 'nothing'), down: toStatements(to, from, 'placeholder') };
}

function toStatements(from: SchemaSnapshot, to: SchemaSnapshot, fill: Fill): SchemaStatement[] {
  const statements: SchemaStatement[] = [];
  for (const table of [...from.values()].toReversed()) {
    if (!to.has(table.name)) statements.push(...dropParts(table), { sql: `drop table ${quote(table.name)}`, note: `This loses all rows of "${table.name}".` });
  }
  for (const table of to.values()) {
    const known = from.get(table.name);
    if (known === undefined) statements.push({ sql: formatTableStatement(table.name, parseTableStatement(table.sql)) }, ...createIndexes(table));
    else statements.push(...changeTable(known, table, fill));
  }
  return statements;
}

function changeTable(from: TableSnapshot, to: TableSnapshot, fill: Fill): SchemaStatement[] {
  const added = [...to.columns.values()].filter(({ name }) => !from.columns.has(name));
  const removed = [...from.columns.values()].filter(({ name }) => !to.columns.has(name));
  const changed = [...to.columns.values()].some((column) => isChanged(from.columns.get(column.name), column));
  const sameConstraints = from.constraints.size === to.constraints.size && [...from.constraints.keys()].every((constraint) => to.constraints.has(constraint));
  const dropped = [...from.indexes.values()].filter((index) => !hasIndex(to, index.sql));
  const created = [...to.indexes.values()].filter((index) => !hasIndex(from, index.sql));
  if (changed || !sameConstraints || !added.every(canBeAdded) || removed.some(({ primary }) => primary)) return rebuildTable(from, to, added, removed, fill);
  return [
    ...dropped.flatMap(dropIndex),
    ...removed.map(({ name }) => ({
      sql: `alter table ${quote(to.name)} drop column ${quote(name)}`,
      note: `This loses the values of "${to.name}"."${name}".`,
    })),
    ...added.map(({ definition }) => ({ sql: `alter table ${quote(to.name)} add column ${definition}` })),
    ...created.flatMap(createIndex),
  ];
}

function isChanged(from: ColumnSnapshot | undefined, to: ColumnSnapshot): boolean {
  return from !== undefined && (from.type !== to.type || from.nullable !== to.nullable || from.default !== to.default || from.primary !== to.primary);
}

/** Names of indexes may differ; what counts is what they do. */
function hasIndex(table: TableSnapshot, sql: string): boolean {
  const wanted = normalizeIndex(sql);
  for (const index of table.indexes.values()) if (normalizeIndex(index.sql) === wanted) return true;
  return false;
}

function normalizeIndex(sql: string): string {
  return sql
    .toLowerCase()
    .replace(/\bif not exists\b/g, '')
    .replaceAll('"', '')
    .replace(/\s+/g, ' ')
    .replace(/index \S+ on/, 'index on')
    .trim();
}

function canBeAdded({ nullable, default: value, primary }: ColumnSnapshot): boolean {
  return !primary && (nullable || (value !== null && !value.startsWith('(')));
}

function createIndexes(table: TableSnapshot): SchemaStatement[] {
  return [...table.indexes.values()].flatMap(createIndex);
}

function createIndex({ sql, parts }: IndexSnapshot): SchemaStatement[] {
  return (parts?.creation ?? [sql]).map((statement) => ({ sql: statement }));
}

function dropIndex({ name, parts }: IndexSnapshot): SchemaStatement[] {
  return (parts?.removal ?? [`drop index ${quote(name)}`]).map((sql) => ({ sql }));
}

/** What belongs to an index is not dropped with the table by itself. */
function dropParts(table: TableSnapshot): SchemaStatement[] {
  return [...table.indexes.values()].filter(({ parts }) => parts !== undefined).flatMap(dropIndex);
}

function rebuildTable(
  from: TableSnapshot,
  to: TableSnapshot,
  added: readonly ColumnSnapshot[],
  removed: readonly ColumnSnapshot[],
  fill: Fill,
): SchemaStatement[] {
  const temporary = `${to.name}__new`;
  const kept = [...to.columns.keys()].filter((name) => from.columns.has(name));
  const filled = added.filter(({ nullable, default: value }) => !nullable && value === null);
  const tightened = kept.filter((name) => to.columns.get(name)?.nullable === false && from.columns.get(name)?.nullable === true);
  const targets = [...kept, ...filled.map(({ name }) => name)].map(quote).join(', ');
  const values = [...kept.map((name) => copyOf(name, tightened, to, fill)), ...filled.map((column) => fillOf(column, fill))].join(', ');
  const note = describeRisks(to.name, filled, tightened, removed, fill);
  return [
    ...dropParts(from),
    { sql: formatTableStatement(temporary, parseTableStatement(to.sql)) },
    { sql: `insert into ${quote(temporary)} (${targets}) select ${values} from ${quote(from.name)}`, ...(note === '' ? {} : { note }) },
    { sql: `drop table ${quote(from.name)}` },
    { sql: `alter table ${quote(temporary)} rename to ${quote(to.name)}` },
    ...createIndexes(to),
  ];
}

/** On the way back, rows that have no value get an empty one, so that a migration can always be undone. */
function copyOf(name: string, tightened: readonly string[], to: TableSnapshot, fill: Fill): string {
  const column = to.columns.get(name);
  if (fill === 'nothing' || column === undefined || !tightened.includes(name)) return quote(name);
  return `coalesce(${quote(name)}, ${column.default ?? placeholderOf(column)})`;
}

function fillOf(column: ColumnSnapshot, fill: Fill): string {
  return fill === 'nothing' ? 'null' : placeholderOf(column);
}

function placeholderOf({ type }: ColumnSnapshot): string {
  return /int|num|real|date|dec|bool/.test(type) ? '0' : "''";
}

function describeRisks(table: string, filled: readonly ColumnSnapshot[], tightened: readonly string[], removed: readonly ColumnSnapshot[], fill: Fill): string {
  const notes: string[] = [];
  if (removed.length > 0) notes.push(`This loses the values of ${removed.map(({ name }) => `"${table}"."${name}"`).join(', ')}.`);
  const needed = [...filled.map(({ name }) => name), ...tightened];
  if (fill === 'nothing' && needed.length > 0) {
    notes.push(`${needed.map((name) => `"${name}"`).join(', ')} must not be null: if "${table}" has rows without a value, give one here.`);
  }
  return notes.join(' ');
}

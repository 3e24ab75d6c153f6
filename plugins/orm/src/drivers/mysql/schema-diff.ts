/** How MySQL and MariaDB change their tables. */
import { type AlterDialect, compareTables, type Fill } from '../alter-tables.ts';
import { quote } from '../quote.ts';
import type { ColumnSnapshot, SchemaChanges, SchemaSnapshot, SchemaStatement } from '../schema-snapshot.ts';

const DIALECT: AlterDialect = {
  dropIndex: (table, index) => `drop index ${quote(index)} on ${quote(table)}`,
  changeColumn,
  placeholderOf,
  renameIndex: (table, from, to) => `alter table ${quote(table)} rename index ${quote(from)} to ${quote(to)}`,
  counts: ({ definition }) => / AUTO_INCREMENT\b/.test(definition),
};

/** Returns the statements from one state to the other, and back. */
export function compareMysqlSchemas(from: SchemaSnapshot, to: SchemaSnapshot): SchemaChanges {
  return compareTables(from, to, DIALECT);
}

function changeColumn(table: string, from: ColumnSnapshot, to: ColumnSnapshot, fill: Fill): SchemaStatement[] {
  if (from.definition === to.definition) return [];
  const name = quote(to.name);
  const isTighter = from.nullable && !to.nullable;
  const notes: string[] = [];
  if (from.type !== to.type) notes.push(`Values of "${table}"."${to.name}" that are no ${to.type} keep it from being applied.`);
  if (isTighter && fill === 'nothing') notes.push(`"${to.name}" must not be null: if "${table}" has rows without a value, give one before.`);
  const change = { sql: `alter table ${quote(table)} modify column ${to.definition}`, ...(notes.length === 0 ? {} : { note: notes.join(' ') }) };
  if (!isTighter || fill === 'nothing') return [change];
  return [{ sql: `update ${quote(table)} set ${name} = ${placeholderOf(to)} where ${name} is null` }, change];
}

function placeholderOf({ type }: ColumnSnapshot): string {
  if (/^(?:bigint|bit|decimal|double|float|int|mediumint|smallint|tinyint)/.test(type)) return '0';
  if (/^(?:date|timestamp)/.test(type)) return `'1970-01-02'`;
  return type === 'json' ? `'null'` : `''`;
}

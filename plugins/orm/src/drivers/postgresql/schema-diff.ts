/** How PostgreSQL changes its tables. */
import { type AlterDialect, compareTables, type Fill } from '../alter-tables.ts';
import { quote } from '../quote.ts';
import type { ColumnSnapshot, SchemaChanges, SchemaSnapshot, SchemaStatement } from '../schema-snapshot.ts';

const DIALECT: AlterDialect = {
  dropIndex: (_, index) => `drop index ${quote(index)}`,
  changeColumn,
  placeholderOf,
  renameIndex: (_, from, to) => `alter index ${quote(from)} rename to ${quote(to)}`,
  renameConstraint: (table, from, to) => `alter table ${quote(table)} rename constraint ${quote(from)} to ${quote(to)}`,
  counts: ({ type }) => type.endsWith('serial'),
};

/** Returns the statements from one state to the other, and back. */
export function comparePostgresqlSchemas(from: SchemaSnapshot, to: SchemaSnapshot): SchemaChanges {
  return compareTables(from, to, DIALECT);
}

function changeColumn(table: string, from: ColumnSnapshot, to: ColumnSnapshot, fill: Fill): SchemaStatement[] {
  const name = quote(to.name);
  const alter = `alter table ${quote(table)} alter column ${name}`;
  const statements: SchemaStatement[] = [];
  if (from.type !== to.type) {
    if (from.default !== null) statements.push({ sql: `${alter} drop default` });
    const note = `Values of "${table}"."${to.name}" that are no ${to.type} keep it from being applied.`;
    statements.push({ sql: `${alter} type ${to.type} using ${name}::${to.type}`, note });
  }
  if (to.default !== null && (from.default !== to.default || from.type !== to.type)) statements.push({ sql: `${alter} set default ${to.default}` });
  if (to.default === null && from.default !== null && from.type === to.type) statements.push({ sql: `${alter} drop default` });
  if (from.nullable && !to.nullable) {
    const value = to.default ?? placeholderOf(to);
    if (fill === 'placeholder') statements.push({ sql: `update ${quote(table)} set ${name} = ${value} where ${name} is null` });
    const note = `"${to.name}" must not be null: if "${table}" has rows without a value, give one before.`;
    statements.push({ sql: `${alter} set not null`, ...(fill === 'nothing' ? { note } : {}) });
  }
  if (!from.nullable && to.nullable) statements.push({ sql: `${alter} drop not null` });
  return statements;
}

function placeholderOf({ type }: ColumnSnapshot): string {
  if (/^(?:bigint|double|integer|numeric|real|smallint)/.test(type)) return '0';
  if (type === 'boolean') return 'false';
  if (type === 'date' || type.startsWith('timestamp')) return `'1970-01-01'`;
  if (type === 'uuid') return `'00000000-0000-0000-0000-000000000000'`;
  return type.startsWith('json') ? `'null'` : `''`;
}

/**
 * Compares two states of a PostgreSQL database. Foreign keys go first and come last, so that tables can refer to each other
 * in circles.
 */
import { quote } from './quote.ts';
import type { ColumnSnapshot, SchemaChanges, SchemaSnapshot, SchemaStatement, TableSnapshot } from './schema-snapshot.ts';

/** What a row gets in a column that it did not have before. */
type Fill = 'nothing' | 'placeholder';

/** A constraint of a table. */
type Constraint = readonly [definition: string, name: string];

/** Returns the statements from one state to the other, and back. */
export function comparePostgresqlSchemas(from: SchemaSnapshot, to: SchemaSnapshot): SchemaChanges {
  return { up: toStatements(from, to, 'nothing'), down: toStatements(to, from, 'placeholder') };
}

function toStatements(from: SchemaSnapshot, to: SchemaSnapshot, fill: Fill): SchemaStatement[] {
  const kept = [...to.values()].flatMap((table) => {
    const known = from.get(table.name);
    return known === undefined ? [] : [[known, table] as const];
  });
  const created = [...to.values()].filter(({ name }) => !from.has(name));
  const dropped = [...from.values()].filter(({ name }) => !to.has(name)).toReversed();
  return [
    ...[...from.values()].flatMap((table) => dropConstraints(table, to.get(table.name), isForeignKey)),
    ...dropped.map(({ name }) => ({ sql: `drop table ${quote(name)}`, note: `This loses all rows of "${name}".` })),
    ...created.flatMap((table) => [{ sql: table.sql }, ...[...table.indexes.values()].map(({ sql }) => ({ sql }))]),
    ...kept.flatMap(([known, table]) => changeTable(known, table, fill)),
    ...[...to.values()].flatMap((table) => addConstraints(table, from.get(table.name), isForeignKey)),
  ];
}

function changeTable(from: TableSnapshot, to: TableSnapshot, fill: Fill): SchemaStatement[] {
  const columns = [...to.columns.values()];
  const removed = [...from.columns.values()].filter(({ name }) => !to.columns.has(name));
  const lostIndexes = [...from.indexes.values()].filter(({ name, sql }) => to.indexes.get(name)?.sql !== sql);
  const newIndexes = [...to.indexes.values()].filter(({ name, sql }) => from.indexes.get(name)?.sql !== sql);
  const isOwn = (constraint: Constraint): boolean => !isForeignKey(constraint);
  return [
    ...dropConstraints(from, to, isOwn),
    ...lostIndexes.map(({ name }) => ({ sql: `drop index ${quote(name)}` })),
    ...columns.flatMap((column) => {
      const known = from.columns.get(column.name);
      return known === undefined ? addColumn(to.name, column, fill) : changeColumn(to.name, known, column, fill);
    }),
    ...removed.map(({ name }) => ({
      sql: `alter table ${quote(to.name)} drop column ${quote(name)}`,
      note: `This loses the values of "${to.name}"."${name}".`,
    })),
    ...addConstraints(to, from, isOwn),
    ...newIndexes.map(({ sql }) => ({ sql })),
  ];
}

function dropConstraints(from: TableSnapshot, to: TableSnapshot | undefined, isWanted: (constraint: Constraint) => boolean): SchemaStatement[] {
  const lost = [...from.constraints].filter((constraint) => isWanted(constraint) && to?.constraints.get(constraint[0]) !== constraint[1]);
  return lost.map(([, name]) => ({ sql: `alter table ${quote(from.name)} drop constraint ${quote(name)}` }));
}

/** A new table has its own constraints already, but for foreign keys. */
function addConstraints(to: TableSnapshot, from: TableSnapshot | undefined, isWanted: (constraint: Constraint) => boolean): SchemaStatement[] {
  const added = [...to.constraints].filter((constraint) => isWanted(constraint) && from?.constraints.get(constraint[0]) !== constraint[1]);
  return added.map(([definition, name]) => ({ sql: `alter table ${quote(to.name)} add constraint ${quote(name)} ${definition}` }));
}

function isForeignKey([definition]: Constraint): boolean {
  return definition.startsWith('FOREIGN KEY');
}

/** On the way back, rows get an empty value, so that a migration can always be undone. */
function addColumn(table: string, column: ColumnSnapshot, fill: Fill): SchemaStatement[] {
  const add = `alter table ${quote(table)} add column ${column.definition}`;
  if (column.nullable || column.default !== null || column.type.endsWith('serial')) return [{ sql: add }];
  if (fill === 'nothing') return [{ sql: add, note: `"${column.name}" must not be null: if "${table}" has rows, give it a default here.` }];
  return [{ sql: `${add} default ${placeholderOf(column)}` }, { sql: `alter table ${quote(table)} alter column ${quote(column.name)} drop default` }];
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

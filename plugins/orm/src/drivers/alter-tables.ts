/**
 * Compares two states of a database that can change its tables. Foreign keys go first and come last, so that tables can refer
 * to each other in circles; an index is dropped after new ones are there, because a foreign key may need one of them.
 */
import { quote } from './quote.ts';
import type { ColumnSnapshot, IndexSnapshot, SchemaChanges, SchemaSnapshot, SchemaStatement, TableSnapshot } from './schema-snapshot.ts';

/** What a row gets in a column that it did not have before; on the way back an empty value, so that a migration can always be undone. */
export type Fill = 'nothing' | 'placeholder';

/** What databases say differently. */
export interface AlterDialect {
  /** Returns the statement that drops an index. */
  dropIndex(table: string, index: string): string;
  /** Returns the statements that make one column of the other. */
  changeColumn(table: string, from: ColumnSnapshot, to: ColumnSnapshot, fill: Fill): SchemaStatement[];
  /** Returns an empty value of a column. */
  placeholderOf(column: ColumnSnapshot): string;
  /** Tells whether a column gets its values by counting. */
  counts(column: ColumnSnapshot): boolean;
  /** Returns the statement that gives an index another name. */
  renameIndex(table: string, from: string, to: string): string;
  /** Returns the statement that gives a constraint another name; without it, the constraint is made anew. */
  readonly renameConstraint?: (table: string, from: string, to: string) => string;
}

/** One of the two ways between two states. */
interface Direction {
  readonly dialect: AlterDialect;
  readonly fill: Fill;
}

/** A constraint of a table. */
type Constraint = readonly [definition: string, name: string];

/** Returns the statements from one state to the other, and back. */
export function compareTables(from: SchemaSnapshot, to: SchemaSnapshot, dialect: AlterDialect): SchemaChanges {
  return { up: toStatements(from, to, { dialect, fill: 'nothing' }), down: toStatements(to, from, { dialect, fill: 'placeholder' }) };
}

function toStatements(from: SchemaSnapshot, to: SchemaSnapshot, options: Direction): SchemaStatement[] {
  const kept = [...to.values()].flatMap((table) => {
    const known = from.get(table.name);
    return known === undefined ? [] : [[known, table] as const];
  });
  const created = [...to.values()].filter(({ name }) => !from.has(name));
  const dropped = [...from.values()].filter(({ name }) => !to.has(name)).toReversed();
  return [
    ...[...from.values()].flatMap((table) => dropConstraints(table, to.get(table.name), { isWanted: isForeignKey, dialect: options.dialect })),
    ...dropped.map(({ name }) => ({ sql: `drop table ${quote(name)}`, note: `This loses all rows of "${name}".` })),
    ...created.flatMap((table) => [{ sql: table.sql }, ...[...table.indexes.values()].map(({ sql }) => ({ sql }))]),
    ...kept.flatMap(([known, table]) => changeTable(known, table, options)),
    ...[...to.values()].flatMap((table) => addConstraints(table, from.get(table.name), { isWanted: isForeignKey, dialect: options.dialect })),
  ];
}

function changeTable(from: TableSnapshot, to: TableSnapshot, { dialect, fill }: Direction): SchemaStatement[] {
  const removed = [...from.columns.values()].filter(({ name }) => !to.columns.has(name));
  const renamed = findRenamedIndexes(from, to);
  const lostIndexes = [...from.indexes.values()].filter(({ name, sql }) => to.indexes.get(name)?.sql !== sql && !renamed.has(name));
  const newNames = new Set(renamed.values());
  const newIndexes = [...to.indexes.values()].filter(({ name, sql }) => from.indexes.get(name)?.sql !== sql && !newNames.has(name));
  const own = { isWanted: (constraint: Constraint): boolean => !isForeignKey(constraint), dialect };
  return [
    ...renameConstraints(from, to, dialect),
    ...[...renamed].map(([old, name]) => ({ sql: dialect.renameIndex(to.name, old, name) })),
    ...dropConstraints(from, to, own),
    ...[...to.columns.values()].flatMap((column) => {
      const known = from.columns.get(column.name);
      return known === undefined ? addColumn(to.name, column, { dialect, fill }) : dialect.changeColumn(to.name, known, column, fill);
    }),
    ...newIndexes.filter(({ name }) => !from.indexes.has(name)).map(({ sql }) => ({ sql })),
    ...lostIndexes.map(({ name }) => ({ sql: dialect.dropIndex(to.name, name) })),
    ...newIndexes.filter(({ name }) => from.indexes.has(name)).map(({ sql }) => ({ sql })),
    ...removed.map(({ name }) => ({
      sql: `alter table ${quote(to.name)} drop column ${quote(name)}`,
      note: `This loses the values of "${to.name}"."${name}".`,
    })),
    ...addConstraints(to, from, own),
  ];
}

/** An index that does the same under another name is renamed, when neither name has another meaning. */
function findRenamedIndexes(from: TableSnapshot, to: TableSnapshot): ReadonlyMap<string, string> {
  const withoutName = ({ name, sql }: IndexSnapshot): string => sql.replace(quote(name), '');
  const added = [...to.indexes.values()].filter(({ name }) => !from.indexes.has(name));
  const renamed = new Map<string, string>();
  for (const index of from.indexes.values()) {
    if (to.indexes.has(index.name)) continue;
    const same = added.findIndex((candidate) => withoutName(candidate) === withoutName(index));
    const [found] = same < 0 ? [] : added.splice(same, 1);
    if (found !== undefined) renamed.set(index.name, found.name);
  }
  return renamed;
}

/** Which constraints are changed, and how the database does it. */
interface ConstraintChange {
  readonly dialect: AlterDialect;
  readonly isWanted: (constraint: Constraint) => boolean;
}

function renameConstraints(from: TableSnapshot, to: TableSnapshot, { renameConstraint }: AlterDialect): SchemaStatement[] {
  if (renameConstraint === undefined) return [];
  return [...from.constraints].flatMap(([definition, name]) => {
    const wanted = to.constraints.get(definition);
    return wanted === undefined || wanted === name ? [] : [{ sql: renameConstraint(to.name, name, wanted) }];
  });
}

function isRenamed(definition: string, other: TableSnapshot | undefined, { renameConstraint }: AlterDialect): boolean {
  return renameConstraint !== undefined && other?.constraints.has(definition) === true;
}

function dropConstraints(from: TableSnapshot, to: TableSnapshot | undefined, { isWanted, dialect }: ConstraintChange): SchemaStatement[] {
  const lost = [...from.constraints].filter(
    (constraint) => isWanted(constraint) && to?.constraints.get(constraint[0]) !== constraint[1] && !isRenamed(constraint[0], to, dialect),
  );
  return lost.map(([, name]) => ({ sql: `alter table ${quote(from.name)} drop constraint ${quote(name)}` }));
}

/** A new table has its own constraints already, but for foreign keys. */
function addConstraints(to: TableSnapshot, from: TableSnapshot | undefined, { isWanted, dialect }: ConstraintChange): SchemaStatement[] {
  const added = [...to.constraints].filter(
    (constraint) => isWanted(constraint) && from?.constraints.get(constraint[0]) !== constraint[1] && !isRenamed(constraint[0], from, dialect),
  );
  return added.map(([definition, name]) => ({ sql: `alter table ${quote(to.name)} add constraint ${quote(name)} ${definition}` }));
}

function isForeignKey([definition]: Constraint): boolean {
  return definition.startsWith('FOREIGN KEY');
}

function addColumn(table: string, column: ColumnSnapshot, { dialect, fill }: Direction): SchemaStatement[] {
  const add = `alter table ${quote(table)} add column ${column.definition}`;
  if (column.nullable || column.default !== null || dialect.counts(column)) return [{ sql: add }];
  if (fill === 'nothing') return [{ sql: add, note: `"${column.name}" must not be null: if "${table}" has rows, give it a default here.` }];
  return [{ sql: `${add} default (${dialect.placeholderOf(column)})` }, { sql: `alter table ${quote(table)} alter column ${quote(column.name)} drop default` }];
}

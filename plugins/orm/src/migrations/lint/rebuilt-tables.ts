/**
 * Recognizes a table that is built anew: made under another name, given the rows of the old one, and put in its place. SQLite
 * changes tables so. What is said of it is what it changes, not that a table is dropped.
 */
import type { TableSnapshot } from '../../drivers/schema-snapshot.ts';
import { findByName } from './find-by-name.ts';
import type { DeclaredConstraint, Operation, OperationOf } from './operation.ts';
import type { LintStatement } from './lint-rule.ts';
import { readConstraint } from './read-definition.ts';
import { splitStatements } from './sql-tokens.ts';
import { TokenReader } from './token-reader.ts';

/** Puts one operation in the place of those that build a table anew. */
export function foldRebuiltTables(statements: readonly LintStatement[]): LintStatement[] {
  const all = statements.flatMap(({ operations }) => operations);
  const rebuilt = new Map<string, string>();
  for (const [place, operation] of all.entries()) {
    if (operation.kind !== 'create table') continue;
    const later = all.slice(place);
    const rename = later.find((other) => other.kind === 'rename table' && other.table === operation.table);
    if (rename?.kind !== 'rename table') continue;
    const isReplacing = later.some((other) => other.kind === 'drop table' && other.table === rename.to);
    const isCopied = later.some((other) => other.kind === 'copy rows' && other.table === operation.table);
    if (isReplacing && isCopied) rebuilt.set(operation.table, rename.to);
  }
  if (rebuilt.size === 0) return [...statements];
  const replaced = new Set(rebuilt.values());
  return statements.map((statement) => ({
    ...statement,
    operations: statement.operations.flatMap((operation): Operation[] => {
      if (operation.kind === 'create table') {
        const table = rebuilt.get(operation.table);
        return [table === undefined ? operation : { kind: 'rebuild table', table, columns: operation.columns, constraints: operation.constraints }];
      }
      if (operation.kind === 'copy rows' || operation.kind === 'rename table') return rebuilt.has(operation.table) ? [] : [operation];
      return operation.kind === 'drop table' && replaced.has(operation.table) ? [] : [operation];
    }),
  }));
}

/** Returns what a table that is built anew changes in the old one. */
export function listChanges({ table, columns, constraints }: OperationOf<'rebuild table'>, old: TableSnapshot): Operation[] {
  const known = readConstraints(old);
  const dropped = [...old.columns.keys()].filter((name) => !columns.some((column) => column.name.toLowerCase() === name.toLowerCase()));
  const columnChanges = columns.flatMap((column): Operation[] => {
    const before = findByName(old.columns, column.name);
    if (before === undefined) return [{ kind: 'add column', table, column }];
    return before.nullable && column.required && !column.primary ? [{ kind: 'require column', table, name: column.name }] : [];
  });
  const added = constraints.filter((constraint) => constraint.kind !== 'primary key' && !known.some((other) => isSame(constraint, other)));
  return [
    ...dropped.map((name) => ({ kind: 'drop column' as const, table, name })),
    ...columnChanges,
    ...added.map((constraint) => ({ kind: 'add constraint' as const, table, constraint })),
  ];
}

/** Reads the constraints of a table that is there. */
export function readConstraints({ constraints }: Pick<TableSnapshot, 'constraints'>): DeclaredConstraint[] {
  return [...constraints.keys()].flatMap((text) => {
    const [statement] = splitStatements(text, 'postgresql');
    return statement === undefined ? [] : (readConstraint(new TokenReader(statement.tokens)) ?? []);
  });
}

function isSame(left: DeclaredConstraint, right: DeclaredConstraint): boolean {
  if (left.kind !== right.kind) return false;
  return left.kind === 'check' ? left.condition === right.condition : left.columns.join().toLowerCase() === right.columns.join().toLowerCase();
}

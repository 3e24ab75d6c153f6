/**
 * Changes that the release which still runs does not survive: while the new one is rolled out, both use the tables. What the
 * running release uses are the tables and columns that its migrations make; when these are not known, everything counts.
 */
import { findByName } from '../find-by-name.ts';
import { EVERYWHERE, type LintContext, type LintRule, nameOf } from '../lint-rule.ts';
import type { Operation } from '../operation.ts';

const CONTRACT =
  'Expand, backfill, contract: deploy a release that does not use it any more, and only then apply this, with an allowance that says since when nobody does.';
const MOVE =
  'Expand, backfill, contract: add the new one beside it, let a release write both and read the new one, fill it in batches, and drop the old one in a later release.';

/** Dropping a table that is used. */
export const dropUsedTable: LintRule = {
  id: 'drop-used-table',
  severity: 'error',
  drivers: EVERYWHERE,
  about: 'dropping a table that the running release knows',
  harm: 'the release that still runs fails with every query of it',
  recipe: CONTRACT,
  find: (operation, context) => (operation.kind === 'drop table' && isUsedTable(context, operation.table) ? nameOf('the table', operation.table) : undefined),
};

/** Dropping a column that is used. */
export const dropUsedColumn: LintRule = {
  id: 'drop-used-column',
  severity: 'error',
  drivers: EVERYWHERE,
  about: 'dropping a column that the running release knows',
  harm: 'the release that still runs names it in its queries, which fail',
  recipe: CONTRACT,
  find: (operation, context) =>
    operation.kind === 'drop column' && isUsedColumn(context, operation.table, operation.name)
      ? nameOf('the column', operation.table, operation.name)
      : undefined,
};

/** Renaming a table that is used. */
export const renameUsedTable: LintRule = {
  id: 'rename-used-table',
  severity: 'error',
  drivers: EVERYWHERE,
  about: 'renaming a table that the running release knows',
  harm: 'the release that still runs fails with every query of it',
  recipe: `Keep the name, and name the table in the model: { table: 'old_name' }. Otherwise: ${MOVE} On PostgreSQL and SQLite a view of the old name serves readers.`,
  find: (operation, context) => (operation.kind === 'rename table' && isUsedTable(context, operation.table) ? nameOf('the table', operation.table) : undefined),
};

/** Renaming a column that is used. */
export const renameUsedColumn: LintRule = {
  id: 'rename-used-column',
  severity: 'error',
  drivers: EVERYWHERE,
  about: 'renaming a column that the running release knows',
  harm: 'the release that still runs names it in its queries, which fail',
  recipe: `Keep the name, and name the column in the model: .column('old_name'). Otherwise: ${MOVE}`,
  find: (operation, context) =>
    operation.kind === 'rename column' && isUsedColumn(context, operation.table, operation.name)
      ? nameOf('the column', operation.table, operation.name)
      : undefined,
};

/** A new column that rows must have, without a default. */
export const addRequiredColumn: LintRule = {
  id: 'add-required-column',
  severity: 'error',
  drivers: EVERYWHERE,
  about: 'a new column that is not null and has no default',
  harm: 'the release that still runs inserts rows without it, which are refused, and with rows in the table the migration itself may fail',
  recipe: 'Add it nullable or with a default, let a release write it, fill the old rows in batches, and make it not null in a later release.',
  find(operation, { history }) {
    if (operation.kind !== 'add column' || history.oldTable(operation.table) === undefined) return undefined;
    const { required, generated, default: value, name } = operation.column;
    return required && value === undefined && generated === undefined ? nameOf('the column', operation.table, name) : undefined;
  },
};

/** A column that rows must have from now on, without a default. */
export const requireColumn: LintRule = {
  id: 'require-column',
  severity: 'warning',
  drivers: EVERYWHERE,
  about: 'making a column not null that has no default',
  harm: 'when the release that still runs leaves it out, or writes null, its rows are refused',
  recipe: 'Set a default first (alter column … set default …), or apply it when every release that runs writes the column.',
  find(operation, context) {
    const name = findRequired(operation, context);
    return name === undefined ? undefined : nameOf('the column', ...name);
  },
};

/** A new rule for columns that are there. */
export const newConstraint: LintRule = {
  id: 'new-constraint',
  severity: 'warning',
  drivers: EVERYWHERE,
  about: 'a new unique index, check or foreign key on columns that are there',
  harm: 'rows that the release still running writes may be refused, and with such rows in the table the migration fails',
  recipe: 'Deploy a release that keeps the rule, mend the rows that break it, and add the constraint then.',
  find(operation, { history }) {
    const found = readRule(operation);
    if (found === undefined || (found.what === 'unique index' && history.hadUnique(found.table, found.columns))) return undefined;
    const [old] = found.columns.filter((column) => history.oldColumn(found.table, column) !== undefined);
    const isPartlyNew = found.columns.some((column) => history.isNewColumn(found.table, column));
    return old === undefined || isPartlyNew ? undefined : nameOf(`the ${found.what} on`, found.table, old);
  },
};

function readRule(operation: Operation): { readonly what: string; readonly table: string; readonly columns: readonly string[] } | undefined {
  const { kind } = operation;
  if (kind === 'create index') return operation.unique ? { what: 'unique index', table: operation.table, columns: operation.columns } : undefined;
  if (kind !== 'add constraint') return undefined;
  const { constraint, table } = operation;
  if (constraint.kind === 'primary key' || constraint.kind === 'exclusion' || constraint.usesIndex) return undefined;
  return constraint.notNull === undefined ? { what: constraint.kind, table, columns: constraint.columns } : undefined; // "not null" has a rule of its own
}

function findRequired(operation: Operation, { history }: LintContext): readonly [string, string] | undefined {
  if (operation.kind === 'change column') {
    const column = history.oldColumn(operation.table, operation.name);
    return column?.nullable === true && operation.column.required && operation.column.default === undefined ? [operation.table, operation.name] : undefined;
  }
  if (operation.kind !== 'require column') return undefined;
  const column = history.oldColumn(operation.table, operation.name);
  return column?.nullable === true && column.default === null ? [operation.table, operation.name] : undefined;
}

function isUsedTable({ history, running }: LintContext, table: string): boolean {
  const old = history.oldTable(table);
  return old !== undefined && (running === undefined || findByName(running, old.name) !== undefined);
}

function isUsedColumn({ history, running }: LintContext, table: string, name: string): boolean {
  const [old, column] = [history.oldTable(table), history.oldColumn(table, name)];
  if (old === undefined || column === undefined) return false;
  return running === undefined || findByName(findByName(running, old.name)?.columns, column.name) !== undefined;
}

/** Statements after which values are gone that no `down` brings back. */
import { isNarrower } from '../column-type.ts';
import { EVERYWHERE, type LintRule, nameOf } from '../lint-rule.ts';

/** `drop table`. */
export const dropTable: LintRule = {
  id: 'drop-table',
  severity: 'error',
  drivers: EVERYWHERE,
  about: '`drop table`',
  harm: 'all its rows are lost; rolling back makes it anew, and empty',
  recipe: 'Keep it under another name for a release (alter table … rename to …), make a copy of what is still wanted, and say in the allowance where that is.',
  find: (operation, { history }) =>
    operation.kind === 'drop table' && history.oldTable(operation.table) !== undefined ? nameOf('the table', operation.table) : undefined,
};

/** `drop column`. */
export const dropColumn: LintRule = {
  id: 'drop-column',
  severity: 'error',
  drivers: EVERYWHERE,
  about: '`drop column`, also by building a table anew',
  harm: 'all its values are lost; rolling back brings back a column without them',
  recipe: 'Move what is still wanted to its new place first, and say in the allowance that this was done.',
  find: (operation, { history }) =>
    operation.kind === 'drop column' && history.oldColumn(operation.table, operation.name) !== undefined
      ? nameOf('the column', operation.table, operation.name)
      : undefined,
};

/** A type that does not hold all values of the old one. */
export const narrowType: LintRule = {
  id: 'narrow-type',
  severity: 'error',
  drivers: ['postgresql', 'mysql', 'mariadb'], // SQLite keeps values whatever the type says
  about: 'a type that does not hold all values of the old one',
  harm: 'values that do not fit are cut off or rounded, or the migration fails at the first of them',
  recipe: 'Look for values that do not fit and mend them first. Where a limit is meant, let the model and a check say it, and leave the type as it is.',
  find(operation, { history }) {
    if (operation.kind !== 'change type' && operation.kind !== 'change column') return undefined;
    const column = history.oldColumn(operation.table, operation.name);
    const type = operation.kind === 'change type' ? operation.type : operation.column.type;
    if (column === undefined || !isNarrower(column.type, type)) return undefined;
    return `${nameOf('the column', operation.table, operation.name)}, from ${column.type} to ${type}`;
  },
};

/** `delete` without `where`, and `truncate`. */
export const deleteAll: LintRule = {
  id: 'delete-all',
  severity: 'error',
  drivers: EVERYWHERE,
  about: '`delete` without `where`, and `truncate`',
  harm: 'all rows are lost',
  recipe: 'Say which rows are meant: delete from … where …; of many, some thousand at a time.',
  find(operation, { history }) {
    if ((operation.kind !== 'delete' || operation.conditional) && operation.kind !== 'truncate') return undefined;
    return history.oldTable(operation.table) === undefined ? undefined : nameOf('the rows of', operation.table);
  },
};

/** `update` without `where`. */
export const updateAll: LintRule = {
  id: 'update-all',
  severity: 'error',
  drivers: EVERYWHERE,
  about: '`update` without `where`',
  harm: 'the former values of all rows are lost, and all rows stay locked until the migration is committed',
  recipe: 'Say which rows are meant, as in: update … set … where column is null; of many, some thousand at a time, and outside of the migration.',
  find(operation, { history }) {
    if (operation.kind !== 'update' || operation.conditional) return undefined;
    return history.oldTable(operation.table) === undefined ? undefined : nameOf('the rows of', operation.table);
  },
};

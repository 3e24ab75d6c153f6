/** Foreign keys that make deleting slow. MySQL and MariaDB make the index by themselves. */
import { type LintContext, type LintRule, nameOf } from '../lint-rule.ts';
import type { Operation } from '../operation.ts';

/** A foreign key without an index. */
export const foreignKeyIndex: LintRule = {
  id: 'foreign-key-index',
  severity: 'warning',
  drivers: ['sqlite', 'postgresql'],
  about: 'a foreign key whose columns have no index',
  harm: 'each row that is deleted there makes the database read this whole table, and so do queries from the other side',
  recipe: 'Make an index that begins with the columns; on a PostgreSQL table with rows as pg-index says.',
  find(operation, context) {
    const [missing] = listForeignKeys(operation, context).filter(({ table, columns }) => !context.last.hasIndex(table, columns));
    return missing === undefined ? undefined : nameOf('the foreign key', missing.table, ...missing.columns);
  },
};

function listForeignKeys(operation: Operation, { history }: LintContext): { table: string; columns: readonly string[] }[] {
  switch (operation.kind) {
    case 'create table':
      return operation.constraints.filter(({ kind }) => kind === 'foreign key').map(({ columns }) => ({ table: operation.table, columns }));
    case 'add constraint':
      return operation.constraint.kind === 'foreign key' ? [{ table: operation.table, columns: operation.constraint.columns }] : [];
    case 'add column':
      return operation.column.references && history.oldTable(operation.table) !== undefined
        ? [{ table: operation.table, columns: [operation.column.name] }]
        : [];
    default:
      return [];
  }
}

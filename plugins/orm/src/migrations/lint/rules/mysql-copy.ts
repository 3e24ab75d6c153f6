/**
 * Changes for which MySQL and MariaDB copy the whole table, or keep others from writing it.
 * Source: MySQL, "Online DDL Operations"; MariaDB, "InnoDB Online DDL Operations".
 */
import { isChangedOnline } from '../column-type.ts';
import { type LintContext, type LintRule, MYSQL, nameOf } from '../lint-rule.ts';

const COPY = 'the table is copied row by row, and all writes of it wait until that is done';
const ONLINE = 'Say "algorithm=inplace, lock=none" at the end of a statement: the server then refuses what it cannot do online.';
const OTHER_TOOL = 'For a large table use gh-ost or pt-online-schema-change';

/** A change of type. */
export const mysqlTypeCopy: LintRule = {
  id: 'mysql-type-copy',
  severity: 'error',
  drivers: MYSQL,
  about: 'a change of type, but for longer texts and further words of an enum',
  harm: COPY,
  recipe: `Add a new nullable column, let the application write both, fill it in batches, and drop the old one in a later release. ${OTHER_TOOL}.`,
  find(operation, context) {
    if (operation.kind !== 'change column' || isOnline(context)) return undefined;
    const column = context.history.oldColumn(operation.table, operation.name);
    if (column === undefined || isChangedOnline(column.type, operation.column.type)) return undefined;
    return `${nameOf('the column', operation.table, operation.name)}, from ${column.type} to ${operation.column.type}`;
  },
};

/** Another set of characters. */
export const mysqlCharsetCopy: LintRule = {
  id: 'mysql-charset-copy',
  severity: 'error',
  drivers: MYSQL,
  about: 'another set of characters for a table or a column',
  harm: COPY,
  recipe: `Change only what new columns get (alter table … default character set …), and move old columns one by one to new ones. ${OTHER_TOOL}.`,
  find(operation, context) {
    if (operation.kind === 'change column') {
      const { charset } = operation.column;
      const old = context.history.oldColumn(operation.table, operation.name);
      if (charset === undefined || old === undefined || isOnline(context) || old.definition.toLowerCase().includes(charset.toLowerCase())) return undefined;
      return nameOf('the column', operation.table, operation.name);
    }
    if (operation.kind !== 'change charset' || isOnline(context) || context.history.oldTable(operation.table) === undefined) return undefined;
    return nameOf('the table', operation.table);
  },
};

/** Dropping the primary key without a new one. */
export const mysqlPrimaryKeyCopy: LintRule = {
  id: 'mysql-primary-key-copy',
  severity: 'error',
  drivers: MYSQL,
  about: 'dropping a primary key without a new one in the same statement',
  harm: COPY,
  recipe: 'Drop and add it in one statement, which is done in place: alter table … drop primary key, add primary key (…), algorithm=inplace, lock=none.',
  find(operation, context) {
    if (operation.kind !== 'drop primary key' || isOnline(context) || context.history.oldTable(operation.table) === undefined) return undefined;
    const isReplaced = context.statement.operations.some((other) => other.kind === 'add constraint' && other.constraint.kind === 'primary key');
    return isReplaced ? undefined : nameOf('the primary key of', operation.table);
  },
};

/** A foreign key or a check, which are proven row by row. */
export const mysqlConstraintCopy: LintRule = {
  id: 'mysql-constraint-copy',
  severity: 'error',
  drivers: MYSQL,
  about: 'a foreign key or check on a table with rows',
  harm: COPY,
  recipe:
    'Look for rows that break it first. A foreign key is then added online between: set foreign_key_checks = 0 and set foreign_key_checks = 1. For a check the table is always copied: let the rules of the model do, or gh-ost or pt-online-schema-change copy it.',
  find(operation, context) {
    if (operation.kind !== 'add constraint' || isOnline(context) || context.history.oldTable(operation.table) === undefined) return undefined;
    const { kind } = operation.constraint;
    if (kind !== 'foreign key' && kind !== 'check') return undefined;
    const isUnchecked = kind === 'foreign key' && isOff(context, 'foreign_key_checks');
    return isUnchecked ? undefined : nameOf(`the ${kind} of`, operation.table);
  },
};

/** What is done in place, and still keeps others from writing. */
export const mysqlBlockedWrites: LintRule = {
  id: 'mysql-blocked-writes',
  severity: 'error',
  drivers: MYSQL,
  about: 'a fulltext or spatial index, or a new column that counts or is stored',
  harm: 'all writes of the table wait until it is done',
  recipe: `Search in a table of its own that is filled in batches, or do it while nobody writes. ${OTHER_TOOL}.`,
  find(operation, context) {
    if (isOnline(context)) return undefined;
    if (operation.kind === 'create index' && operation.type !== 'plain' && context.history.oldTable(operation.table) !== undefined)
      return nameOf(`the ${operation.type} index on`, operation.table);
    if (operation.kind !== 'add column' || operation.column.generated === undefined || context.history.oldTable(operation.table) === undefined)
      return undefined;
    return nameOf('the column', operation.table, operation.column.name);
  },
};

/** `lock tables`, and writing a table anew. */
export const mysqlTableLock: LintRule = {
  id: 'mysql-table-lock',
  severity: 'error',
  drivers: MYSQL,
  about: '`lock tables`',
  harm: 'the lock lasts until it is taken back or the run ends, and others wait',
  recipe: `Leave it out: a change of a table takes the locks that it needs. ${ONLINE}`,
  find(operation, { history }) {
    return operation.kind === 'lock table' && history.oldTable(operation.table) !== undefined ? nameOf('the table', operation.table) : undefined;
  },
};

/** Whether the server would refuse the statement rather than copy or block. */
function isOnline({ statement }: LintContext): boolean {
  return statement.operations.some(
    (operation) =>
      operation.kind === 'set' &&
      ((operation.variable === 'algorithm' && ['inplace', 'instant', 'nocopy'].includes(operation.value)) ||
        (operation.variable === 'lock' && operation.value === 'none')),
  );
}

function isOff({ earlier }: LintContext, variable: string): boolean {
  const last = earlier.findLast((operation) => operation.kind === 'set' && operation.variable === variable);
  return last?.kind === 'set' && (last.value === '0' || last.value === 'off');
}

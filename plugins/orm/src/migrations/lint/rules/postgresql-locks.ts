/** Locks of whole tables on PostgreSQL, and how long others wait for them. Source: PostgreSQL, "Explicit Locking". */
import { type LintContext, type LintRule, nameOf } from '../lint-rule.ts';
import type { Operation } from '../operation.ts';

/** `vacuum full`, `cluster`, `lock table`, `reindex`. */
export const pgTableLock: LintRule = {
  id: 'pg-table-lock',
  severity: 'error',
  drivers: ['postgresql'],
  about: '`lock table`, `cluster`, `vacuum full`, `reindex` or `refresh materialized view`, and what writes a table anew',
  harm: 'the whole table is locked, and what is done under the lock takes longer with each row; others cannot read or write it',
  recipe:
    'Leave it out of migrations. `reindex … concurrently`, in one with the option "transaction: false", and `refresh materialized view concurrently` let others go on, and so does pg_repack in place of `vacuum full` and `cluster`.',
  find(operation, { history }) {
    if (
      operation.kind === 'lock table' &&
      (operation.table === '' || operation.by === 'refresh materialized view' || history.oldTable(operation.table) !== undefined)
    )
      return operation.table === '' ? operation.by : `${operation.by} of "${operation.table}"`;
    return operation.kind === 'rewrite table' && history.oldTable(operation.table) !== undefined ? nameOf('the table', operation.table) : undefined;
  },
};

/** The second lock of a run that may wait without end. */
export const pgLockTimeout: LintRule = {
  id: 'pg-lock-timeout',
  severity: 'warning',
  drivers: ['postgresql'],
  about: 'several changes of tables with rows in one run, without a `lock_timeout`',
  harm: 'each lock is held until the last migration is committed; one that has to wait makes all queries wait behind it, also those of the tables that are locked already',
  recipe:
    "Begin the first migration with: set local lock_timeout = '3s'. When it fails nothing was changed, and it can be run again. Or apply the migrations one by one, with --to.",
  find(operation, context) {
    const table = findLocked(operation, context);
    if (table === undefined || context.together.some((other) => other.kind === 'set' && other.variable === 'lock_timeout' && other.value !== '0'))
      return undefined;
    const locked = context.together.filter((other) => findLocked(other, context) !== undefined);
    return locked.length === 1 ? nameOf('the second lock, of', table) : undefined;
  },
};

/** Returns the table with rows that an operation locks so that others cannot write. */
function findLocked(operation: Operation, { history }: LintContext): string | undefined {
  if (operation.kind === 'create index' && operation.concurrently) return undefined;
  switch (operation.kind) {
    case 'add column':
    case 'add constraint':
    case 'change type':
    case 'create index':
    case 'drop column':
    case 'drop constraint':
    case 'drop table':
    case 'lock table':
    case 'rename column':
    case 'rename table':
    case 'require column':
    case 'rewrite table':
    case 'truncate':
      return history.wasOldName(operation.table) ? operation.table : undefined;
    default:
      return undefined;
  }
}

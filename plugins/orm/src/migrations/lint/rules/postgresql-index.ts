/** Indexes on PostgreSQL that stop writes while they are built. Source: PostgreSQL, "CREATE INDEX", Building Indexes Concurrently. */
import { type LintRule, nameOf } from '../lint-rule.ts';

/** `create index` without `concurrently`. */
export const pgIndex: LintRule = {
  id: 'pg-index',
  severity: 'error',
  drivers: ['postgresql'],
  about: 'an index on a table with rows',
  harm: 'a SHARE lock is held until the index is built and the migrations are committed; every insert, update and delete of the table waits',
  recipe: 'In a migration of its own, with the option "transaction: false": create index concurrently "name" on … .',
  find(operation, { history }) {
    if (operation.kind !== 'create index' || operation.concurrently) return undefined;
    const table = history.oldTable(operation.table);
    if (table === undefined || (operation.onlyIfMissing && table.indexes.has(operation.name))) return undefined;
    return nameOf(`the index on`, operation.table);
  },
};

/** `add constraint unique` and `primary key`, which build their index. */
export const pgUniqueScan: LintRule = {
  id: 'pg-unique-scan',
  severity: 'error',
  drivers: ['postgresql'],
  about: 'a unique constraint or primary key without an index that is there',
  harm: 'an ACCESS EXCLUSIVE lock is held while its index is built; nobody can even read the table',
  recipe:
    'In a migration with the option "transaction: false": create unique index concurrently "name" on … . In the next one: alter table … add constraint "name" unique using index "name".',
  find(operation, { history }) {
    if (operation.kind === 'add column' && history.oldTable(operation.table) !== undefined)
      return operation.column.unique || operation.column.primary ? nameOf('the column', operation.table, operation.column.name) : undefined;
    if (operation.kind !== 'add constraint' || history.oldTable(operation.table) === undefined) return undefined;
    const { kind, usesIndex } = operation.constraint;
    return !usesIndex && (kind === 'unique' || kind === 'primary key' || kind === 'exclusion') ? nameOf(`the ${kind} of`, operation.table) : undefined;
  },
};

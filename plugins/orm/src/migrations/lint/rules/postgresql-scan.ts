/** Changes for which PostgreSQL reads the whole table while others wait. Source: PostgreSQL, "ALTER TABLE", and "Explicit Locking". */
import type { Operation } from '../operation.ts';
import { type LintRule, nameOf } from '../lint-rule.ts';
import { readConstraints } from '../rebuilt-tables.ts';

const TWO_RUNS =
  'Migrations that are applied together are one transaction, so validate it in a later run ("migrate --to" the first one, and then "migrate"), or in a migration with the option "transaction: false".';

/** `set not null` without a check that says the same. */
export const pgNotNullScan: LintRule = {
  id: 'pg-not-null-scan',
  severity: 'error',
  drivers: ['postgresql'],
  about: '`set not null` without a validated check',
  harm: 'the whole table is read under an ACCESS EXCLUSIVE lock; nobody can even read it until that is done',
  recipe: `First: alter table … add constraint c check (column is not null) not valid. Then: alter table … validate constraint c; alter column … set not null; drop constraint c. ${TWO_RUNS}`,
  find(operation, { history, earlier, driver }) {
    if (operation.kind !== 'require column' || driver !== 'postgresql') return undefined;
    const table = history.oldTable(operation.table);
    if (table === undefined || history.oldColumn(operation.table, operation.name) === undefined) return undefined;
    const validated = new Set(earlier.flatMap((other) => (other.kind === 'validate constraint' ? [other.name] : [])));
    const added = earlier.flatMap((other) => (other.kind === 'add constraint' ? [other.constraint] : []));
    const old = [...table.constraints].flatMap(([definition, name]) =>
      readConstraints({ constraints: new Map([[definition, name]]) }).map((found) => ({ ...found, name })),
    );
    const isProven = [...old, ...added].some(
      ({ notNull, unvalidated, name }) => notNull === operation.name && (!unvalidated || (name !== undefined && validated.has(name))),
    );
    return isProven ? undefined : nameOf('the column', operation.table, operation.name);
  },
};

/** A foreign key or check that is proven at once. */
export const pgConstraintScan: LintRule = {
  id: 'pg-constraint-scan',
  severity: 'error',
  drivers: ['postgresql'],
  about: 'a foreign key or check without `not valid`',
  harm: 'the whole table is read under a lock: SHARE ROW EXCLUSIVE on both tables for a foreign key, so that all writes wait, and ACCESS EXCLUSIVE for a check, so that reads wait, too',
  recipe: `First: alter table … add constraint c … not valid, which new rows have to keep. Then: alter table … validate constraint c, which lets others read and write. ${TWO_RUNS}`,
  find(operation, { history }) {
    if (operation.kind === 'add column' && history.oldTable(operation.table) !== undefined)
      return operation.column.check ? nameOf('the check of the new column', operation.table, operation.column.name) : undefined;
    if (operation.kind !== 'add constraint' || history.oldTable(operation.table) === undefined) return undefined;
    const { kind, unvalidated, name } = operation.constraint;
    if ((kind !== 'foreign key' && kind !== 'check') || unvalidated) return undefined;
    return name === undefined ? nameOf(`the ${kind} of`, operation.table) : nameOf(`the ${kind}`, operation.table, name);
  },
};

/** `validate constraint` in the run that adds it. */
export const pgValidateTogether: LintRule = {
  id: 'pg-validate-together',
  severity: 'error',
  drivers: ['postgresql'],
  about: '`validate constraint` in the run that adds the constraint',
  harm: 'all migrations of a run are one transaction: the lock by which the constraint was added is held while the whole table is read',
  recipe: TWO_RUNS,
  find(operation, { history, together }) {
    if (operation.kind !== 'validate constraint' || history.oldTable(operation.table) === undefined) return undefined;
    return together.some((other) => isAdding(other, operation.name)) ? nameOf('the constraint', operation.table, operation.name) : undefined;
  },
};

function isAdding(operation: Operation, name: string): boolean {
  return operation.kind === 'add constraint' && operation.constraint.name === name;
}

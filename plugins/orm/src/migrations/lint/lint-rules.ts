/** All rules, in the order in which they are told. The table in the README is held equal to them by a test. */
import type { LintRule } from './lint-rule.ts';
import { foreignKeyIndex } from './rules/foreign-key-index.ts';
import { deleteAll, dropColumn, dropTable, narrowType, updateAll } from './rules/lost-data.ts';
import { mysqlBlockedWrites, mysqlCharsetCopy, mysqlConstraintCopy, mysqlPrimaryKeyCopy, mysqlTableLock, mysqlTypeCopy } from './rules/mysql-copy.ts';
import { pgIndex, pgUniqueScan } from './rules/postgresql-index.ts';
import { pgLockTimeout, pgTableLock } from './rules/postgresql-locks.ts';
import { pgGeneratedColumn, pgTypeRewrite, pgVolatileDefault } from './rules/postgresql-rewrite.ts';
import { pgConstraintScan, pgNotNullScan, pgValidateTogether } from './rules/postgresql-scan.ts';
import { addRequiredColumn, dropUsedColumn, dropUsedTable, newConstraint, renameUsedColumn, renameUsedTable, requireColumn } from './rules/running-release.ts';
import { sqliteRebuild } from './rules/sqlite-rebuild.ts';

/** The rules about statements. */
export const LINT_RULES: readonly LintRule[] = [
  pgIndex,
  pgUniqueScan,
  pgTypeRewrite,
  pgVolatileDefault,
  pgGeneratedColumn,
  pgNotNullScan,
  pgConstraintScan,
  pgValidateTogether,
  pgTableLock,
  pgLockTimeout,
  mysqlTypeCopy,
  mysqlCharsetCopy,
  mysqlPrimaryKeyCopy,
  mysqlConstraintCopy,
  mysqlBlockedWrites,
  mysqlTableLock,
  sqliteRebuild,
  dropTable,
  dropColumn,
  narrowType,
  deleteAll,
  updateAll,
  dropUsedTable,
  dropUsedColumn,
  renameUsedTable,
  renameUsedColumn,
  addRequiredColumn,
  requireColumn,
  newConstraint,
  foreignKeyIndex,
];

/** The rules about a migration as a whole, by their ids. */
export const MIGRATION_RULES = {
  irreversible: {
    id: 'irreversible',
    severity: 'warning',
    about: 'a migration without `down`',
    harm: 'it cannot be rolled back',
    recipe: 'Write down(), which undoes what up() does, or say in an allowance before "export default" why there is no way back.',
  },
  'in-transaction': {
    id: 'in-transaction',
    severity: 'error',
    about: 'what PostgreSQL runs only outside of a transaction (`… concurrently`, `vacuum`), without `transaction: false`',
    harm: 'PostgreSQL refuses it in a transaction, and the migration fails',
    recipe: 'Give it a migration of its own: defineMigration({ transaction: false, … }).',
  },
  'several-outside': {
    id: 'several-outside',
    severity: 'warning',
    about: 'several statements with `transaction: false` that cannot be run again',
    harm: 'when one of them fails those before it stay, and nothing else runs until the migration is resumed',
    recipe: 'Keep one statement for each migration with "transaction: false", or write them so that they can be run again (if not exists, if exists).',
  },
  'allowance-invalid': {
    id: 'allowance-invalid',
    severity: 'error',
    about: 'an allowance without a reason, or of a rule that does not exist',
    harm: 'nobody can tell later why it was allowed, or what',
    recipe: 'Write: // oxidite-allow <rule-id>: the reason.',
  },
  'allowance-unused': {
    id: 'allowance-unused',
    severity: 'warning',
    about: 'an allowance that nothing needs',
    harm: 'it would hide what is written there later',
    recipe: 'Remove it, or put it directly before the statement that it is about.',
  },
} as const satisfies Readonly<Record<string, Pick<LintRule, 'about' | 'harm' | 'id' | 'recipe' | 'severity'>>>;

/** A rule about a migration as a whole. */
export type MigrationRule = (typeof MIGRATION_RULES)[keyof typeof MIGRATION_RULES];

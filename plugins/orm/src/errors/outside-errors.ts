/** What can be wrong with statements of migrations that run outside of a transaction, or should. */
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';

/** A migration wants to run outside of a transaction, and this database does not let it. */
export class MigrationTransactionError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_TRANSACTION';
  readonly migration: string;

  constructor(migration: string) {
    super(
      `Migration ${migration} has "transaction: false", and SQLite runs each migration in a transaction: that is the lock which keeps two processes apart. ` +
        'Nothing of it was run. Take the option away, and do by hand what SQLite does only outside of a transaction, as "vacuum".',
    );
    this.migration = migration;
  }
}

/** A statement is refused in the transaction in which it is run. */
export class StatementInTransactionError extends OxiditeError {
  readonly code = 'OXI_ORM_STATEMENT_IN_TRANSACTION';

  constructor(inside: 'text' | 'transaction', cause: unknown) {
    super(
      `${toMessage(cause)}. ${
        inside === 'transaction'
          ? 'Give the migration the option "transaction: false": its statements are then run one by one, each for itself.'
          : 'A text of several statements is a transaction: give the statement a schema.sql() of its own.'
      }`,
      cause,
    );
  }
}

/** An index was not built to its end: it is there, and does not work. */
export class IndexInvalidError extends OxiditeError {
  readonly code = 'OXI_ORM_INDEX_INVALID';
  /** Their names, as they are written in a statement. */
  readonly indexes: readonly string[];

  constructor(indexes: readonly string[], cause?: unknown) {
    super(`${cause === undefined ? '' : `${toMessage(cause)}\n`}${describeInvalid(indexes)}`, cause);
    this.indexes = indexes;
  }
}

/** Says what is wrong with indexes that were not built to their end. */
export function describeInvalid(indexes: readonly string[]): string {
  const problem =
    indexes.length === 1
      ? `The index ${indexes.join('')} is INVALID: it was not built to its end, costs time with each write, and no query uses it.`
      : `The indexes ${indexes.join(', ')} are INVALID: they were not built to their end, cost time with each write, and no query uses them.`;
  return `${problem} Mend what was in the way, and drop what is left before it is tried again: ${indexes.map((name) => `drop index concurrently ${name}`).join('; ')}.`;
}

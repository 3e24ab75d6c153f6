/** What can be wrong with migrations. */
import { OxiditeError, toMessage, toSuggestion } from '@oxidite/plugin-sdk';
import { describeInvalid, IndexInvalidError } from './outside-errors.ts';

/** A file in the directory of migrations is not a migration. */
export class MigrationInvalidError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_INVALID';
  readonly file: string;

  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file} is not a usable migration: ${problem}.`, cause);
    this.file = file;
  }
}

/** What is known of a migration that failed. */
export interface MigrationFailure {
  readonly name: string;
  readonly file: string;
  readonly direction: 'down' | 'up';
  /** The statement that failed, if it was one. */
  readonly statement: string | undefined;
  /** What was done of it and stays: some databases cannot undo changes of tables, and none what was done outside of a transaction. */
  readonly kept: readonly string[];
  /** The migrations of the same run that succeeded before. */
  readonly done: readonly string[];
  readonly cause: unknown;
}

/** A migration failed. Nothing of it remains but what is named in it; those before it in the same run stay. */
export class MigrationFailedError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_FAILED';
  readonly failure: MigrationFailure;

  constructor(failure: MigrationFailure) {
    const { name, file, direction, statement, kept, done, cause } = failure;
    const place = statement === undefined ? '' : `\n  statement: ${statement}`;
    const before = done.length === 0 ? '' : ` Before it, ${done.join(', ')} succeeded and stay${done.length === 1 ? 's' : ''}.`;
    const rest =
      kept.length === 0
        ? `Nothing ${cause instanceof IndexInvalidError ? 'else ' : ''}of it remains in the database.`
        : `What was committed cannot be undone, so these of its statements stay, though the migration does not count as ${direction === 'up' ? 'applied' : 'rolled back'}:${listStatements(kept)}\n${toWaysOut(name, direction)}`;
    const next = kept.length === 0 ? ' Correct the file and run it again.' : '';
    super(`Migration ${name} failed (${direction}): ${toMessage(cause)}\n  file: ${file}${place}\n${rest}${before}${next}`, cause);
    this.failure = failure;
  }

  /** Returns the same failure, with the migrations that succeeded before it. */
  after(done: readonly string[]): MigrationFailedError {
    return new MigrationFailedError({ ...this.failure, done });
  }
}

/** Migrations were edited after they had been applied, so databases would differ. */
export class MigrationEditedError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_EDITED';
  readonly migrations: readonly string[];

  constructor(migrations: readonly string[]) {
    super(
      `${migrations.join(', ')} ${migrations.length === 1 ? 'was' : 'were'} edited after having been applied to this database. ` +
        'Restore the file and write a new migration for the change; if the edit changes nothing, run "oxidite migrate --allow-edited".',
    );
    this.migrations = migrations;
  }
}

/** A migration cannot be undone, because it has no `down`. */
export class MigrationIrreversibleError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_IRREVERSIBLE';
  readonly migration: string;

  constructor(migration: string) {
    super(`Migration ${migration} cannot be rolled back: it has no down(). Nothing was rolled back.`);
    this.migration = migration;
  }
}

/** A migration that was applied has no file any more. */
export class MigrationMissingError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_MISSING';
  readonly migration: string;

  constructor(migration: string, directory: string) {
    super(`Migration ${migration} cannot be rolled back: it is not in ${directory}. Restore its file. Nothing was rolled back.`);
    this.migration = migration;
  }
}

/** What is known of a migration that did not come to its end. */
export interface MigrationInterruption {
  readonly name: string;
  readonly direction: 'down' | 'up';
  /** Its statements that are in place. */
  readonly statements: readonly string[];
  /** A text of several statements of which a part may be in place. */
  readonly uncertain?: string | undefined;
  /** The indexes that the statement which was running has left unusable. */
  readonly invalid?: readonly string[] | undefined;
}

/** A migration was killed or failed half-way where what was done of it cannot be undone. */
export class MigrationInterruptedError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_INTERRUPTED';
  readonly interruption: MigrationInterruption;

  constructor(interruption: MigrationInterruption) {
    const { name, direction, statements, uncertain, invalid = [] } = interruption;
    const done = statements.length === 0 && invalid.length > 0 ? '' : ` These of its statements are in place:${listStatements(statements)}`;
    const partly = uncertain === undefined ? '' : `\nIt is not known how much of this text is in place:${listStatements([uncertain])}`;
    const left = invalid.length === 0 ? '' : `\n${describeInvalid(invalid)}`;
    super(
      `Migration ${name} was interrupted while it was ${direction === 'up' ? 'applied' : 'rolled back'}.${done}${partly}${left}\n${toWaysOut(name, direction)}`,
    );
    this.interruption = interruption;
  }
}

/** An interrupted migration cannot be resumed. */
export class MigrationResumeError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_RESUME';
  readonly migration: string;

  constructor(migration: string, problem: string) {
    super(
      `Migration ${migration} cannot be resumed: ${problem}\nRestore the statements that are in place already, or finish it or undo it by hand and say so: ` +
        `"oxidite migrate:resolve ${migration} --applied" or "--not-applied".`,
    );
    this.migration = migration;
  }
}

/** It cannot be said of this migration that it was applied, or that it was not. */
export class MigrationResolveError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_RESOLVE';
  readonly migration: string;

  constructor(migration: string, problem: string) {
    super(`Migration ${migration} cannot be resolved: ${problem}`);
    this.migration = migration;
  }
}

/** There is no migration of this version, or more than one. */
export class MigrationUnknownError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_UNKNOWN';
  readonly version: string;

  constructor({ version, candidates, folder }: { readonly version: string; readonly candidates: readonly string[]; readonly folder: string }) {
    super(
      `There is no one migration "${version}" in ${folder}; expected its name, or the time at its beginning.${toSuggestion(version, candidates)} There are: ${candidates.join(', ') || 'none'}.`,
    );
    this.version = version;
  }
}

/** All tables would be dropped in production. */
export class FreshRefusedError extends OxiditeError {
  readonly code = 'OXI_ORM_FRESH_REFUSED';

  constructor(database: string) {
    super(
      `All tables of ${database} would be dropped, and NODE_ENV is "production". Nothing was done. If that is what you want, run "oxidite migrate:fresh --force".`,
    );
  }
}

/** Migrations cannot be squashed. Nothing was written. */
export class SquashRefusedError extends OxiditeError {
  readonly code = 'OXI_ORM_SQUASH_REFUSED';

  constructor(problem: string) {
    super(`The migrations cannot be squashed: ${problem} Nothing was written.`);
  }
}

/** A database has applied only a part of what a squash stands for. */
export class SquashPartialError extends OxiditeError {
  readonly code = 'OXI_ORM_SQUASH_PARTIAL';
  readonly squash: string;
  /** The migrations that are not applied. */
  readonly missing: readonly string[];

  constructor({
    squash,
    applied,
    missing,
    folder,
  }: {
    readonly squash: string;
    readonly applied: readonly string[];
    readonly missing: readonly string[];
    readonly folder: string;
  }) {
    super(
      `Migration ${squash} stands for ${applied.length + missing.length} others, and this database has only a part of them: ${applied.join(', ')}; not ${missing.join(', ')}. ` +
        `It can neither be applied nor count as applied. Restore the files of the others in ${folder}, take ${squash} away, run "oxidite migrate", and put it back.`,
    );
    this.squash = squash;
    this.missing = missing;
  }
}

/** A rename names what is not there. */
export class RenameInvalidError extends OxiditeError {
  readonly code = 'OXI_ORM_RENAME_INVALID';
  readonly rename: string;

  constructor(rename: string, problem: string) {
    super(`The rename "${rename}" cannot be made: ${problem} Write "table:newTable" or "table.column:newColumn", with the names in the database.`);
    this.rename = rename;
  }
}

/** A migration does not stand the test: up, down and up again with rows in the tables. */
export class MigrationRehearsalError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_REHEARSAL';
  readonly migration: string;

  constructor(migration: string, problem: string, cause?: unknown) {
    super(`Migration ${migration} does not stand the test: ${problem}`, cause);
    this.migration = migration;
  }
}

function listStatements(statements: readonly string[]): string {
  return statements.map((sql) => `\n  ${sql}`).join('');
}

function toWaysOut(name: string, direction: 'down' | 'up'): string {
  return (
    `Correct what was wrong and go on behind them with "oxidite ${direction === 'up' ? 'migrate' : 'rollback'} --resume"; or finish it or undo it by hand and say so: ` +
    `"oxidite migrate:resolve ${name} --applied" or "--not-applied".`
  );
}

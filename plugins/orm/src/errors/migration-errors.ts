/** What can be wrong with migrations and seeders. */
import { OxiditeError, toMessage, toSuggestion } from '@oxidite/plugin-sdk';

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
  /** What was done of it and stays: some databases cannot undo changes of tables. */
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
        ? 'Nothing of it remains in the database.'
        : `This database cannot undo changes of tables, so these of its statements stay, though the migration does not count as ${direction === 'up' ? 'applied' : 'rolled back'}:${kept.map((sql) => `\n  ${sql}`).join('')}\nUndo them by hand, or leave them out for this run.`;
    super(`Migration ${name} failed (${direction}): ${toMessage(cause)}\n  file: ${file}${place}\n${rest}${before} Correct the file and run it again.`, cause);
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

/** There is no seeder of this name. */
export class SeederUnknownError extends OxiditeError {
  readonly code = 'OXI_ORM_SEEDER_UNKNOWN';
  readonly seeder: string;

  constructor(seeder: string, known: readonly string[], directory: string) {
    super(`There is no seeder "${seeder}" in ${directory}.${toSuggestion(seeder, known)} There are: ${known.join(', ') || 'none'}.`);
    this.seeder = seeder;
  }
}

/** A seeder failed; it left nothing. */
export class SeederFailedError extends OxiditeError {
  readonly code = 'OXI_ORM_SEEDER_FAILED';
  readonly seeder: string;

  constructor(seeder: string, cause: unknown) {
    super(`Seeder ${seeder} failed: ${toMessage(cause)} Nothing of it remains in the database.`, cause);
    this.seeder = seeder;
  }
}

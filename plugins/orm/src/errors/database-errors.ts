/** What can be wrong with the database and its tables. */
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';

/** The database library of a driver is not installed. */
export class DriverMissingError extends OxiditeError {
  readonly code = 'OXI_ORM_DRIVER_MISSING';
  readonly packageName: string;

  constructor(driver: string, packageName: string, cause: unknown) {
    super(
      `The driver "${driver}" needs the package ${packageName}, which could not be loaded: ${toMessage(cause)} Install it: npm install ${packageName}.`,
      cause,
    );
    this.packageName = packageName;
  }
}

/** The database could not be opened. */
export class DatabaseOpenError extends OxiditeError {
  readonly code = 'OXI_ORM_DATABASE_OPEN';
  readonly database: string;

  constructor(database: string, remedy: string, cause: unknown) {
    super(`The database ${database} could not be opened: ${toMessage(cause)}. ${remedy}`, cause);
    this.database = database;
  }
}

/** The tables differ from the models in a way that only a migration can mend. */
export class SchemaMismatchError extends OxiditeError {
  readonly code = 'OXI_ORM_SCHEMA_MISMATCH';
  readonly statement: string;

  constructor(statement: string) {
    super(
      `The tables differ from the models by more than missing tables and columns; this would be needed: ${statement}. Write a migration with "oxidite make:migration", or start with an empty database.`,
    );
    this.statement = statement;
  }
}

/** Tables would be made from the models in production. */
export class AutoMigrateError extends OxiditeError {
  readonly code = 'OXI_ORM_AUTO_MIGRATE';

  constructor() {
    super(
      'autoMigrate is "models", and NODE_ENV is "production": tables are not changed without migrations there. Write them with "oxidite make:migration", and set autoMigrate to "migrations" or "off".',
    );
  }
}

/** The database stayed locked by another connection for too long, or two transactions waited for each other. */
export class DatabaseBusyError extends OxiditeError {
  readonly code = 'OXI_ORM_DATABASE_BUSY';
  readonly status = 503;

  constructor(cause: unknown) {
    super(
      'The database is locked by another connection, or two transactions waited for each other. Try again, keep transactions shorter, or let orm.transaction() run again by itself with the option "attempts".',
      cause,
    );
  }
}

/** The server of the database cannot be reached, or all connections are in use. */
export class DatabaseUnavailableError extends OxiditeError {
  readonly code = 'OXI_ORM_DATABASE_UNAVAILABLE';
  readonly status = 503;
  readonly database: string;

  constructor(database: string, cause: unknown) {
    super(
      `The database ${database} is not available: ${toMessage(cause)}. Nothing was written, unless the connection broke just when a commit was under way. Try again; if it stays so, check the server and the size of the pool.`,
      cause,
    );
    this.database = database;
  }
}

/** There is no room left on the disk of the database. */
export class DatabaseFullError extends OxiditeError {
  readonly code = 'OXI_ORM_DATABASE_FULL';
  readonly status = 507;
  readonly database: string;

  constructor(database: string, cause: unknown) {
    super(
      `The database ${database} has no room left: ${toMessage(cause)}. Nothing was written. Free space on its disk, or raise its limit; it goes on without a restart.`,
      cause,
    );
    this.database = database;
  }
}

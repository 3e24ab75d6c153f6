/** All errors of this package. */
export { CursorInvalidError, ModelImportError, ModelInvalidError, ModelUnknownError, QueryInvalidError } from './errors/model-errors.ts';
export { FactoryInvalidError, FactoryStateUnknownError, FactoryUnableError } from './errors/factory-errors.ts';
export { CastFailedError, DecryptionFailedError, EncryptionKeysMissingError } from './errors/field-errors.ts';
export {
  AutoMigrateError,
  DatabaseBusyError,
  DatabaseFullError,
  DatabaseOpenError,
  DatabaseUnavailableError,
  DriverMissingError,
  SchemaMismatchError,
} from './errors/database-errors.ts';
export { ConnectionMismatchError, ConnectionUnknownError, FlushPartialError, PoolTooLargeError } from './errors/connection-errors.ts';
export {
  EntityNotFoundError,
  EntityStaleError,
  NoUnitOfWorkError,
  TransactionDeadlockError,
  TransactionFailedError,
  UnitOfWorkEndedError,
} from './errors/unit-of-work-errors.ts';
export {
  EntityConflictError,
  FlushEndlessError,
  FlushInTapError,
  LockOutsideTransactionError,
  TransactionOptionsError,
  TransactionReadOnlyError,
} from './errors/transaction-errors.ts';
export {
  CheckViolationError,
  EntityInvalidError,
  type FieldIssue,
  ForeignKeyViolationError,
  NotNullViolationError,
  UniqueViolationError,
} from './errors/constraint-errors.ts';
export {
  FreshRefusedError,
  MigrationInterruptedError,
  type MigrationInterruption,
  MigrationRehearsalError,
  MigrationResolveError,
  MigrationResumeError,
  MigrationUnknownError,
  RenameInvalidError,
  SquashPartialError,
  SquashRefusedError,
  MigrationEditedError,
  MigrationFailedError,
  type MigrationFailure,
  MigrationInvalidError,
  MigrationIrreversibleError,
  MigrationMissingError,
} from './errors/migration-errors.ts';
export { IndexInvalidError, MigrationTransactionError, StatementInTransactionError } from './errors/outside-errors.ts';
export { SeederFailedError, SeederUnknownError } from './errors/seeder-errors.ts';
export { FilesExistError, SourceNameError, TableUnknownError } from './errors/file-errors.ts';
export { MigrationLockLostError, NotOnMongodbError } from './errors/mongodb-errors.ts';

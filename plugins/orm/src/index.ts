/** The public surface of @oxidite/orm. Nothing here imports a database library; that happens when the plugin is set up. */
export {
  AutoMigrateError,
  CastFailedError,
  CheckViolationError,
  ConnectionMismatchError,
  ConnectionUnknownError,
  CursorInvalidError,
  DatabaseBusyError,
  DatabaseFullError,
  DatabaseOpenError,
  DatabaseUnavailableError,
  DriverMissingError,
  DecryptionFailedError,
  EncryptionKeysMissingError,
  EntityConflictError,
  EntityInvalidError,
  EntityNotFoundError,
  EntityStaleError,
  FactoryInvalidError,
  FactoryStateUnknownError,
  FactoryUnableError,
  type FieldIssue,
  FilesExistError,
  FlushEndlessError,
  FlushInTapError,
  FlushPartialError,
  ForeignKeyViolationError,
  LockOutsideTransactionError,
  ModelImportError,
  ModelInvalidError,
  ModelUnknownError,
  FreshRefusedError,
  IndexInvalidError,
  MigrationInterruptedError,
  type MigrationInterruption,
  MigrationRehearsalError,
  MigrationResolveError,
  MigrationResumeError,
  MigrationUnknownError,
  RenameInvalidError,
  SquashPartialError,
  SquashRefusedError,
  StatementInTransactionError,
  MigrationEditedError,
  MigrationFailedError,
  type MigrationFailure,
  MigrationInvalidError,
  MigrationIrreversibleError,
  MigrationLockLostError,
  MigrationMissingError,
  MigrationTransactionError,
  NotNullViolationError,
  NotOnMongodbError,
  NoUnitOfWorkError,
  PoolTooLargeError,
  QueryInvalidError,
  SchemaMismatchError,
  SeederFailedError,
  SeederUnknownError,
  SourceNameError,
  TableUnknownError,
  TransactionDeadlockError,
  TransactionFailedError,
  TransactionOptionsError,
  TransactionReadOnlyError,
  UniqueViolationError,
  UnitOfWorkEndedError,
} from './errors.ts';
export type { RowData, UpsertOptions } from './bulk/upsert-rows.ts';
export { AuditEntry, type AuditedField, type AuditEntryFields, type AuditEntryModel, defineAuditEntry } from './audit/audit-entry.ts';
export { type AuditActor, auditTrail } from './audit/audit-trail.ts';
export {
  defineMigration,
  isMigration,
  type Migration,
  type MigrationDefinition,
  type MigrationSchema,
  type ReplacedMigration,
} from './migrations/define-migration.ts';
export type { SchemaDifference } from './migrations/describe-differences.ts';
export type { TableRows } from './migrations/fill-tables.ts';
export type { SchemaDrift } from './migrations/find-drift.ts';
export type { ConfirmRename } from './migrations/find-renames.ts';
export type { MigrationCheck } from './migrations/lint/check-migrations.ts';
export type { AllowedFinding, LintFinding, LintReport } from './migrations/lint/finding-sheet.ts';
export type { LintSeverity } from './migrations/lint/lint-rule.ts';
export type { MigrateOptions, RollbackOptions } from './migrations/migration-plan.ts';
export type { MigrationState, MigrationStatus } from './migrations/migration-status.ts';
export type { FreshOptions, FreshOutcome, Migrator } from './migrations/migrator.ts';
export type { MigrationPreview, PreviewedStatement } from './migrations/preview.ts';
export type { RehearsalOptions, RehearsedMigration } from './migrations/rehearse-migrations.ts';
export type { SquashedMigrations, SquashOptions } from './migrations/squash-migrations.ts';
export type { CreatedMigration, CreateMigrationOptions } from './migrations/create-migration.ts';
export { defineModel, isModel, type Model, type ModelDeclaration, type ModelFields, type ModelOptions } from './model/define-model.ts';
export {
  describeModel,
  type EmbeddedDescription,
  type FieldDescription,
  type FieldRules,
  type ModelDescription,
  type RelationDescription,
} from './model/describe-model.ts';
export { type AnyCast, type Cast, defineCast, type JsonForms } from './model/cast.ts';
export type { AnyEmbedded, Embedded, EmbeddedParts, EmbeddedSpec } from './model/embedded.ts';
export type { EntityCollection } from './model/entity-collection.ts';
export { type Field, field, type FieldFlag, type FieldSpec, type FieldType, type NumberRules, type TextRules } from './model/field.ts';
export type {
  AnyModel,
  CreateData,
  EntityMethods,
  EntityReference,
  InferColumns,
  InferHidden,
  InferModel,
  InferRow,
  KeyOf,
  MorphModel,
  MorphName,
  MorphReference,
  MorphRow,
  RelatedModel,
  RelationName,
  ToManyName,
  ToOneName,
  UpdateData,
} from './model/infer-model.ts';
export { type MorphTo, morphMany, morphOne, morphTo } from './model/morph-relations.ts';
export type { PivotFields, PivotInput, PivotReference } from './model/infer-pivot.ts';
export type { ModelSchemas } from './model/model-schemas.ts';
export {
  type BelongsTo,
  belongsTo,
  type DeleteRule,
  type HasMany,
  hasMany,
  type HasOne,
  hasOne,
  type ManyToMany,
  manyToMany,
  type PivotOptions,
} from './model/relations.ts';
export { defineFactory, type Factory, type FactoryData, type FactoryState, isFactory } from './factories/define-factory.ts';
export type { EntityFactory, FactoryOf, MadeData } from './factories/entity-factory.ts';
export type { FactoryTools } from './factories/factory-tools.ts';
export type { SyncResult } from './entities/sync-links.ts';
export type { Change, ChangedPairs } from './events/change.ts';
export type { ChangeEvent, FlushEvent } from './events/orm-hooks.ts';
export type { OrmOptions } from './options.ts';
export type { AttachReference, FindOptions, ListOptions, Orm, RelatedKey } from './orm.ts';
export { orm } from './plugin.ts';
export { CursorPage, type CursorPageOf, CursorQuery, type CursorRequest } from './query/cursor.ts';
export type { EntityLock, Lock, LockMode, LockOptions } from './query/lock.ts';
export type { RelatedScopeName, ScopeArguments, ScopeName } from './query/scopes.ts';
export { Page, type PageOf, PageQuery, type PageRequest } from './query/page.ts';
export type { Query } from './query/query.ts';
export type { RowOf } from './query/query-row.ts';
export type { PoolStats } from './drivers/driver.ts';
export type { SchemaChanges, SchemaStatement } from './drivers/schema-snapshot.ts';
export type { Comparison, Direction, OrderBy, TextComparison, Where } from './query/where.ts';
export { defineSeeder, isSeeder, type Seeder, type SeederInput } from './seeders/define-seeder.ts';
export type { PulledModels, PullOptions } from './pull/pull-models.ts';
export type { SchemaTools, TableDescription } from './schema-tools.ts';
export type { CommitTask } from './transactions/follow-ups.ts';
export type { IsolationLevel, TransactionOptions } from './transactions/transaction-options.ts';

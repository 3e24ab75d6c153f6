/** Declares a migration of a MongoDB database: the default export of a file in `migrations/`. */
import type { ClientSession, Db } from 'mongodb';

/** Marks a {@link MongoMigration}; shared by all copies of the package. */
export const MONGO_MIGRATION: unique symbol = Symbol.for('oxidite.mongo-migration');

/** What a migration is given. */
export interface MongoMigrationContext {
  /** The database. */
  readonly db: Db;
  /** A session, for changes of documents that belong together: `await session.withTransaction(async () => { … })`. */
  readonly session: ClientSession;
}

/** What a migration does. Collections and indexes are not changed in a transaction, so write it such that it can be run again. */
export interface MongoMigrationDefinition {
  /** Changes the database. */
  up(context: MongoMigrationContext): void | Promise<void>;
  /** Undoes `up`. Without it, the migration cannot be rolled back. */
  down?(context: MongoMigrationContext): void | Promise<void>;
}

/** A migration. */
export interface MongoMigration extends MongoMigrationDefinition {
  readonly [MONGO_MIGRATION]: true;
}

/** Declares a migration. */
export function defineMongoMigration(definition: MongoMigrationDefinition): MongoMigration {
  return Object.freeze({ ...definition, [MONGO_MIGRATION]: true as const });
}

/** Tells whether `value` is a {@link MongoMigration}. */
export function isMongoMigration(value: unknown): value is MongoMigration {
  return typeof value === 'object' && value !== null && MONGO_MIGRATION in value && value[MONGO_MIGRATION] === true;
}

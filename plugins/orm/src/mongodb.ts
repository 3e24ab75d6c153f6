/** What applications with a database on MongoDB import besides: migrations as code. The types are those of the package `mongodb`. */
export { defineMongoMigration, type MongoMigration, type MongoMigrationContext, type MongoMigrationDefinition } from './drivers/mongodb/define-migration.ts';

/** The public surface of @oxidite/orm/testing. */
export { describeMigrations, type DescribeMigrationsOptions } from './describe-migrations.ts';

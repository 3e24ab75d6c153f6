/** The options of the plugin. */
import * as z from 'zod';
import { DRIVER_NAMES } from './drivers/driver.ts';
import { isModel, type ModelDeclaration } from './model/define-model.ts';

const directory = z.string().min(1);

/** Validates the options. */
export const ormOptions = z.object({
  /** The database. So far there is `sqlite`. */
  driver: z.enum(DRIVER_NAMES, { error: `Expected one of the drivers that exist: ${DRIVER_NAMES.join(', ')}` }),
  /** The file of the database, relative to the application, or `:memory:`. */
  database: z.string().min(1, { error: 'Expected a file, relative to the application, or ":memory:"' }),
  /** Models that are not in the directory of models, as those of a plugin. */
  models: z.array(z.custom<ModelDeclaration>(isModel, { error: 'Expected a model, made by defineModel()' })).default([]),
  modelsDirectory: directory.default('app/models'),
  migrationsDirectory: directory.default('migrations'),
  seedersDirectory: directory.default('seeders'),
  /**
   * What happens at boot. `off`: nothing. `migrations`: pending migrations are applied. `models`: missing tables and columns
   * are made from the models, for tests and prototypes; refused when NODE_ENV is `production`.
   */
  autoMigrate: z.enum(['off', 'migrations', 'models']).default('off'),
  /** How long a statement waits for another process, in milliseconds. */
  busyTimeoutMs: z.int().min(0).default(5_000),
});

/** The options, complete. */
export type OrmOptions = z.output<typeof ormOptions>;

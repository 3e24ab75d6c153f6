/** The options of the plugin. */
import * as z from 'zod';
import { DRIVER_NAMES } from './drivers/driver.ts';
import { isEncryptionKey } from './encryption/keyring.ts';
import { isModel, type ModelDeclaration } from './model/define-model.ts';

const directory = z.string().min(1);

/** The name of the connection that is always there. */
export const DEFAULT_CONNECTION = 'default';

const common = {
  /** Models that are not in the directory of models, as those of a plugin. */
  models: z.array(z.custom<ModelDeclaration>(isModel, { error: 'Expected a model, made by defineModel()' })).default([]),
  modelsDirectory: directory.default('app/models'),
  migrationsDirectory: directory.default('migrations'),
  seedersDirectory: directory.default('seeders'),
  factoriesDirectory: directory.default('factories'),
  /**
   * What happens at boot. `off`: nothing. `migrations`: pending migrations are applied. `models`: missing tables and columns
   * are made from the models, for tests and prototypes; refused when NODE_ENV is `production`.
   */
  autoMigrate: z.enum(['off', 'migrations', 'models']).default('off'),
  /** Whether queries that one line runs again and again are reported. Default: when NODE_ENV is `development`. */
  detectRepeatedQueries: z.boolean().optional(),
  /**
   * The keys of encrypted fields, 32 bytes in base64 each, the newest first: it encrypts, and all of them decrypt. Needed when
   * a model has such a field.
   */
  encryptionKeys: z.array(z.string().refine(isEncryptionKey, { error: 'Expected a key of 32 bytes in base64' })).default([]),
  /** A transaction that is open for longer, in milliseconds, or a connection of `kysely.connection()`, is logged, once, with the line that has begun it; 0: never. */
  leakWarningMs: z.int().min(0).default(10_000),
};

const sqlite = {
  driver: z.literal('sqlite'),
  /** The file of the database, relative to the application, or `:memory:`. */
  database: z.string().min(1, { error: 'Expected a file, relative to the application, or ":memory:"' }),
  /** How long a statement waits for another process, in milliseconds. */
  busyTimeoutMs: z.int().min(0).default(5_000),
};

const server = {
  /** The greatest number of connections of this process. */
  poolSize: z.int().min(2).max(1_000).default(10),
  /** How long a statement waits for a free connection, in milliseconds. */
  acquireTimeoutMs: z.int().min(1).default(5_000),
  /** How long one statement may take, in milliseconds; 0: any time. */
  statementTimeoutMs: z.int().min(0).default(30_000),
  /** `true` verifies the server's certificate; `{ ca }` names a file with the authority that signed it. */
  tls: z.union([z.boolean(), z.strictObject({ ca: z.string().min(1) })]).default(false),
  /** The greatest number of connections to each replica. Default: as `poolSize`. */
  replicaPoolSize: z.int().min(1).max(1_000).optional(),
};

const postgresqlUrl = toServerUrl(/^postgres(?:ql)?$/, 'Expected postgresql://user:password@host:5432/database');

const postgresql = {
  driver: z.literal('postgresql'),
  /** `postgresql://user:password@host:5432/database`. */
  url: postgresqlUrl,
  /** Servers that follow this one: queries outside of transactions read there. */
  replicas: z.array(postgresqlUrl).default([]),
  ...server,
};

const mysqlUrl = toServerUrl(/^(?:mysql|mariadb)$/, 'Expected mysql://user:password@host:3306/database');

/** MySQL and MariaDB; each of the drivers reaches either server. */
const mysql = {
  driver: z.enum(['mysql', 'mariadb']),
  /** `mysql://user:password@host:3306/database`. */
  url: mysqlUrl,
  /** Servers that follow this one: queries outside of transactions read there. */
  replicas: z.array(mysqlUrl).default([]),
  ...server,
};

const mongodb = {
  driver: z.literal('mongodb'),
  /** `mongodb://user:password@host:27017/database?replicaSet=rs0`, or `mongodb+srv://…`. */
  url: z
    .string()
    .regex(/^mongodb(?:\+srv)?:\/\/[^/?#]+\/[^/?#]+(?:\?[^#]*)?$/, { error: 'Expected mongodb://user:password@host:27017/database?replicaSet=rs0' }),
  poolSize: server.poolSize,
  acquireTimeoutMs: server.acquireTimeoutMs,
  statementTimeoutMs: server.statementTimeoutMs,
  tls: server.tls,
};

const error = `Expected one of the drivers that exist: ${DRIVER_NAMES.join(', ')}`;

/** Where migrations of a connection are. Default: `migrations/` and its name. */
const further = { migrationsDirectory: directory.optional() };

const connection = z.discriminatedUnion(
  'driver',
  [
    z.strictObject({ ...sqlite, ...further }),
    z.strictObject({ ...postgresql, ...further }),
    z.strictObject({ ...mysql, ...further }),
    z.strictObject({ ...mongodb, ...further }),
  ],
  { error },
);

const CONNECTION_NAME = /^[a-z][A-Za-z0-9]*$/;

const whole = {
  ...common,
  /** Further databases by their names: a model with `{ connection: 'analytics' }` is kept there. Each has the options of its driver. */
  connections: z
    .record(z.string(), connection)
    .default({})
    .refine((connections) => !Object.hasOwn(connections, DEFAULT_CONNECTION), {
      error: '"default" is the connection that the options beside "connections" are about',
    })
    .refine((connections) => Object.keys(connections).every((name) => CONNECTION_NAME.test(name)), { error: 'Expected names in camelCase, like "analytics"' }),
};

/** Validates the options. */
export const ormOptions = z.discriminatedUnion(
  'driver',
  [
    z.strictObject({ ...sqlite, ...whole }),
    z.strictObject({ ...postgresql, ...whole }),
    z.strictObject({ ...mysql, ...whole }),
    z.strictObject({ ...mongodb, ...whole }),
  ],
  { error },
);

/** The options, complete. */
export type OrmOptions = z.output<typeof ormOptions>;

/** The options of a further connection, complete. */
export type ConnectionOptions = z.output<typeof connection>;

/** Those of a database that understands SQL. */
export type SqlConnectionOptions = Exclude<ConnectionOptions, { readonly driver: 'mongodb' }>;

/** A URL that names a database, too. */
function toServerUrl(protocol: RegExp, error: string): z.ZodType<string> {
  return z.url({ protocol, error }).refine((url) => !URL.canParse(url) || new URL(url).pathname.length > 1, { error });
}

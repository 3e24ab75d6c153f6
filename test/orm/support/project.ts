/** An application's directory with migrations and seeders, and kernels on it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyModel, orm, type Orm } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import type { AnyTestDatabase, DatabaseOptions } from './databases.ts';

/** Inside of the repository, so that files of the project can import packages. */
const PARENT = join(import.meta.dirname, '..');

export interface Project extends AsyncDisposable {
  readonly root: string;
  /** Where its database is; `orm({ ...database, … })` opens it. */
  readonly database: DatabaseOptions;
  boot(models: readonly AnyModel[], options?: ProjectOptions): Promise<TestKernel & { readonly orm: Orm }>;
  /** Lists the tables of the database. */
  tables(orm: Orm): Promise<string[]>;
  write(path: string, text: string): string;
  read(path: string): string;
  list(directory: string): string[];
  /** Writes a migration from its statements. */
  migration(name: string, up: string, down?: string): void;
}

/** Options of the plugin besides the database and the models. */
export interface ProjectOptions {
  readonly autoMigrate?: 'migrations' | 'models' | 'off';
  /** Another file of SQLite. */
  readonly database?: string;
}

/** Creates an application on a database, by default SQLite in a file. */
export async function createProject(database?: AnyTestDatabase): Promise<Project> {
  const root = mkdtempSync(join(PARENT, '.fixtures-'));
  const opened = database === undefined || database.name === 'sqlite' ? undefined : await database.open();
  const place: DatabaseOptions = opened?.options ?? { driver: 'sqlite', database: 'app.db' };
  const project: Project = {
    root,
    database: place,
    async boot(models, options = {}) {
      const kernel = await createTestKernel({ root, plugins: [orm({ ...place, models: [...models], ...options })] });
      return Object.assign(kernel, { orm: kernel.use('orm') });
    },
    write(path, text) {
      const file = join(root, path);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    list: (directory) => readdirSync(join(root, directory)).toSorted(),
    migration(name, up, down) {
      const body = (statements: string): string =>
        `async (schema) => { for (const statement of ${JSON.stringify(
          statements
            .split(';')
            .map((part) => part.trim())
            .filter(Boolean),
        )}) await schema.sql(statement); }`;
      project.write(
        `migrations/${name}.ts`,
        `import { defineMigration } from '@oxidite/orm';\nexport default defineMigration({ up: ${body(up)}${down === undefined ? '' : `, down: ${body(down)}`} });\n`,
      );
    },
    async tables({ kysely }) {
      const rows = await kysely.introspection.getTables();
      return rows.map(({ name }) => name).toSorted();
    },
    async [Symbol.asyncDispose]() {
      rmSync(root, { recursive: true, force: true });
      await opened?.drop();
    },
  };
  return project;
}

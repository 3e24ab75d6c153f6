/** An application's directory with migrations and seeders, and kernels on it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyModel, orm, type Orm } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';

/** Inside of the repository, so that files of the project can import packages. */
const PARENT = join(import.meta.dirname, '..');

export interface Project extends Disposable {
  readonly root: string;
  boot(models: readonly AnyModel[], options?: Partial<Parameters<typeof orm>[0]>): Promise<TestKernel & { readonly orm: Orm }>;
  write(path: string, text: string): string;
  read(path: string): string;
  list(directory: string): string[];
  /** Writes a migration from its statements. */
  migration(name: string, up: string, down?: string): void;
}

export async function createProject(): Promise<Project> {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const root = mkdtempSync(join(PARENT, '.fixtures-'));
  const project: Project = {
    root,
    async boot(models, options = {}) {
      const kernel = await createTestKernel({ root, plugins: [orm({ driver: 'sqlite', database: 'app.db', models: [...models], ...options })] });
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
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
  return project;
}

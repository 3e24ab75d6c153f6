/**
 * The suite that the migrations of every application pass, for any test runner with `describe` and `it`:
 * `describeMigrations({ describe, it }, orm({ driver: 'sqlite', database: ':memory:' }), { root: import.meta.dirname })`.
 */
import { deepEqual, equal } from 'node:assert/strict';
import type { Plugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernelOptions, type TestRunner } from '@oxidite/plugin-sdk/testing';
import type { RehearsalOptions } from '../migrations/rehearse-migrations.ts';
import type { Migrator } from '../migrations/migrator.ts';
import { DEFAULT_CONNECTION } from '../options.ts';

/** How the application is booted, and its migrations are tried. */
export interface DescribeMigrationsOptions extends Omit<TestKernelOptions, 'plugins'>, RehearsalOptions {
  /** Further plugins, which bring models. */
  readonly plugins?: TestKernelOptions['plugins'];
  /** The connection whose migrations are tried. Default: `default`. */
  readonly connection?: string;
}

/**
 * Describes what migrations must do: have names in one order, go up, down and up again with rows in the tables, lead back to
 * exactly the tables before, and make what the models need. The application's own database is opened, and not changed.
 */
export function describeMigrations(runner: TestRunner, plugin: Plugin, options: DescribeMigrationsOptions = {}): void {
  const { count, rows, irreversible, plugins = [], connection = DEFAULT_CONNECTION, ...kernelOptions } = options;
  const rehearsal: RehearsalOptions = {
    ...(count === undefined ? {} : { count }),
    ...(rows === undefined ? {} : { rows }),
    ...(irreversible === undefined ? {} : { irreversible }),
  };

  async function withMigrator(work: (migrator: Migrator) => Promise<void>): Promise<void> {
    const kernel = await createTestKernel({ ...kernelOptions, plugins: [...plugins, plugin] });
    try {
      await work(kernel.use('orm').on(connection).migrator);
    } finally {
      await kernel.stop();
    }
  }

  runner.describe(connection === DEFAULT_CONNECTION ? 'the migrations' : `the migrations of ${connection}`, () => {
    runner.it('have names that are unique and in one order', () =>
      withMigrator(async (migrator) => {
        const stamps = (await migrator.status()).map(({ name }) => name.split('_')[0] ?? name);
        const twice = stamps.filter((stamp, index) => stamps.indexOf(stamp) !== index);
        deepEqual(
          twice,
          [],
          `several migrations begin with ${twice.join(', ')}: which is first, is left to the rest of their names; give each a time of its own`,
        );
      }),
    );

    runner.it('go up, down and up again with rows in the tables, and down leads back to the tables before', () =>
      withMigrator(async (migrator) => void (await migrator.rehearse(rehearsal))),
    );

    runner.it('make what the models need', () =>
      withMigrator(async (migrator) => {
        const missing = await migrator.compareWithModels();
        equal(missing.map(({ sql }) => `\n${sql}`).join(''), '', 'the models need more than the migrations make; run "oxidite make:migration"');
      }),
    );
  });
}

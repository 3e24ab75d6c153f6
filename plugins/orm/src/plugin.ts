/** The plugin: opens the database when the application boots, and gives each request, job and command its unit of work. */
import { resolve } from 'node:path';
import { definePlugin } from '@oxidite/plugin-sdk';
import type {} from '@oxidite/middleware';
import type {} from 'oxidite';
import { AutoMigrateError } from './errors.ts';
import { ormOptions } from './options.ts';
import type { Orm } from './orm.ts';

declare module '@oxidite/kernel' {
  interface Services {
    readonly orm: Orm;
  }
}

/** Lists the ORM in an application: `orm({ driver: 'sqlite', database: 'shop.db' })`. */
export const orm = definePlugin({
  name: '@oxidite/orm',
  version: '0.1.0',
  config: ormOptions,
  provides: ['orm'],
  async setup(kernel) {
    const { createDoctorChecks, createHealthChecks, createOrmRuntime, declareOrmHooks } = await kernel.step(
      'load the database library',
      import('./runtime.ts'),
    );
    const hooks = declareOrmHooks((name, hook) => kernel.declareHook(name, hook));
    const { root, clock, random, logger, env, scopes, services } = kernel;
    const runtime = await kernel.step('open the database', createOrmRuntime(kernel.config, { root, clock, random, logger, env, scopes, services, hooks }));
    kernel.onDispose(() => runtime.close());
    kernel.provide(
      'orm',
      (own, scope) => {
        if (scope.isRoot) return runtime.root;
        const unit = runtime.createUnitOfWork(own);
        scope.onComplete(() => unit.flush());
        scope.onDispose(() => unit.end());
        return unit;
      },
      { lifetime: 'scoped' },
    );
    const eachConnection = async (work: (orm: Orm) => Promise<unknown>): Promise<void> => {
      for (const name of runtime.root.connections) await work(runtime.root.on(name));
    };
    const { autoMigrate, modelsDirectory, seedersDirectory } = kernel.config;
    if (autoMigrate === 'models' && kernel.env['NODE_ENV'] === 'production') throw new AutoMigrateError();
    if (autoMigrate === 'models') kernel.tap('kernel:boot', () => eachConnection(({ schema }) => schema.create()), { band: 'first' });
    if (autoMigrate === 'migrations') {
      kernel.tap('kernel:boot', () => eachConnection(({ migrator }) => migrator.migrate()), { band: 'first' });
    }
    kernel.tap('cli:commands', (commands) => {
      commands.add(
        () => import('./commands/migrate.ts'),
        () => import('./commands/rollback.ts'),
        () => import('./commands/migrate-status.ts'),
        () => import('./commands/migrate-resolve.ts'),
        () => import('./commands/migrate-fresh.ts'),
        () => import('./commands/migrate-squash.ts'),
        () => import('./commands/make-migration.ts'),
        async () => ({ makeModel: (await import('./commands/make-model.ts')).createMakeModel(resolve(kernel.root, modelsDirectory)) }),
        async () => ({ makeSeeder: (await import('./commands/make-seeder.ts')).createMakeSeeder(resolve(kernel.root, seedersDirectory)) }),
        () => import('./commands/db-show.ts'),
        () => import('./commands/db-diff.ts'),
        () => import('./commands/db-pull.ts'),
        async () => ({ makeFactory: (await import('./commands/make-factory.ts')).createMakeFactory({ ...kernel.config, root: kernel.root }) }),
        () => import('./commands/orm-reencrypt.ts'),
        () => import('./commands/seed.ts'),
      );
    });
    kernel.tap('cli:doctor', (checks) => checks.add(...createDoctorChecks(runtime.connections)));
    kernel.tap('middleware:health', (checks) => checks.add(...createHealthChecks(runtime.connections, root)));
  },
});

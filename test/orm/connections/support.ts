/** An application with two databases: a shop, and what is counted of it. */
import { belongsTo, defineModel, field, type Orm, orm } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel, type TestKernelOptions } from '@oxidite/plugin-sdk/testing';
import { DATABASES, type OpenedDatabase, type TestDatabase } from '../support/databases.ts';

export const Order = defineModel('order', { name: field.string().unique() });
export const Event = defineModel('event', { kind: field.string({ maxLength: 20 }).unique(), count: field.integer().default(0) }, { connection: 'analytics' });
export const Visit = defineModel('visit', { event: belongsTo(() => Event) }, { connection: 'analytics' });

/** The pairs of databases: that of the default connection, and that of `analytics`. */
export const PAIRS = (
  [
    ['sqlite', 'sqlite'],
    ['sqlite', 'postgresql'],
    ['postgresql', 'mariadb'],
  ] as const
).map((names) => names.map((name) => DATABASES.find((database) => database.name === name)) as [TestDatabase, TestDatabase]); // each of them is listed

/** An application and its `orm`. */
export type Shop = TestKernel & { readonly orm: Orm };

/** Boots it with tables; the databases are gone with it. */
export async function createShop([first, second]: readonly [TestDatabase, TestDatabase], options: TestKernelOptions = {}): Promise<Shop> {
  const opened: OpenedDatabase[] = [await first.open(), await second.open()];
  const owner = definePlugin({
    name: 'test-databases',
    version: '1.0.0',
    setup: (kernel) =>
      kernel.onDispose(async () => {
        for (const database of opened) await database.drop();
      }),
  });
  const [own, analytics] = opened.map((database) => database.options);
  if (own === undefined || analytics === undefined) throw new Error('two were opened');
  const plugins = [owner(), ...(options.plugins ?? []), orm({ ...own, models: [Order, Visit], autoMigrate: 'models', connections: { analytics } })];
  const kernel = await createTestKernel({ ...options, plugins });
  return Object.assign(kernel, { orm: kernel.use('orm') });
}

/** Models whose relations are polymorphic, and an application with them. */
import { type AnyModel, belongsTo, defineModel, field, hasMany, type InferModel, morphMany, morphOne, morphTo, type Orm, orm } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { definePlugin } from '@oxidite/plugin-sdk';
import type { DatabaseOptions, TestDatabase } from '../support/databases.ts';

export const Author = defineModel('author', { name: field.string(), remarks: hasMany(() => Remark, 'author') });
export type Author = InferModel<typeof Author>;

export const Product = defineModel('product', {
  name: field.string(),
  remarks: morphMany(() => Remark, 'subject'),
  cover: morphOne(() => Image, 'of'),
});
export type Product = InferModel<typeof Product>;

export const Story = defineModel('story', { title: field.string(), remarks: morphMany(() => Remark, 'subject') }, { id: 'uuid', softDeletes: true });
export type Story = InferModel<typeof Story>;

export const Remark = defineModel(
  'remark',
  {
    body: field.text(),
    author: belongsTo(() => Author).nullable(),
    subject: morphTo(() => [Product, Story]).onDelete('cascade'),
  },
  { timestamps: true, indexes: [['subject', 'createdAt']] },
);
export type Remark = InferModel<typeof Remark>;

export const Image = defineModel('image', {
  path: field.string(),
  of: morphTo(() => [Product, Author])
    .nullable()
    .unique(),
});
export type Image = InferModel<typeof Image>;

/** An application with some models. */
export type Shop = TestKernel & { readonly orm: Orm };

/** Boots an application whose tables are made once for each list of models. */
export function createShopFactory(models: readonly AnyModel[]): (database: TestDatabase) => Promise<Shop> {
  const boot = async (
    options: DatabaseOptions,
    autoMigrate: 'models' | 'off',
    plugins: readonly ReturnType<ReturnType<typeof definePlugin>>[],
  ): Promise<Shop> => {
    const kernel = await createTestKernel({ plugins: [...plugins, orm({ ...options, models: [...models], autoMigrate })] });
    return Object.assign(kernel, { orm: kernel.use('orm') });
  };
  const fill = async (options: DatabaseOptions): Promise<void> => (await boot(options, 'models', [])).stop();
  return async (database) => {
    if (database.name === 'sqlite') return boot((await database.open()).options, 'models', []);
    const opened = await database.open(fill);
    const owner = definePlugin({ name: 'test-database', version: '1.0.0', setup: (kernel) => kernel.onDispose(() => opened.drop()) });
    return boot(opened.options, 'off', [owner()]);
  };
}

export const createShop = createShopFactory([Remark, Image]);

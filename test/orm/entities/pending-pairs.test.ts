/** Changes of many-to-many collections that are not flushed yet, while others are loaded that lead to the same entities. */
import { defineModel, field, type InferModel, manyToMany, orm as ormPlugin, type Orm } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, describeOnEach, DOCUMENT_DATABASES } from '../support/databases.ts';

const Post = defineModel('post', { name: field.string(), tags: manyToMany(() => Tag) }, { id: 'uuid' });
const Tag = defineModel('tag', { name: field.string(), posts: manyToMany(() => Post, 'tags') }, { id: 'uuid' });
type Post = InferModel<typeof Post>;

describeOnEach(
  (database) => {
    let kernel: TestKernel;
    let orm: Orm;

    beforeAll(async () => {
      const opened = await database.open();
      const owner = definePlugin({ name: 'test-database', version: '1.0.0', setup: (own) => own.onDispose(() => opened.drop()) });
      kernel = await createTestKernel({ plugins: [owner(), ormPlugin({ ...opened.options, models: [Post], autoMigrate: 'models' })] });
      orm = kernel.use('orm');
    });
    beforeEach(async () => {
      await orm.unitOfWork(async (unit) => {
        await unit.query(Post).where({}).delete();
        await unit.query(Tag).where({}).delete();
        const [js, css] = [unit.create(Tag, { name: 'js' }), unit.create(Tag, { name: 'css' })];
        unit.create(Post, { name: 'one', tags: [css] });
        unit.create(Post, { name: 'two', tags: [js, css] });
      });
    });
    afterAll(() => kernel.stop());

    const stored = async (): Promise<unknown> =>
      (
        await orm
          .query(Post)
          .with('tags', (tags) => tags.orderBy({ name: 'asc' }))
          .orderBy({ name: 'asc' })
          .all()
      ).map(({ name, tags }) => `${name}: ${tags.map((tag) => tag.name).join()}`);
    const two = (unit: Orm): Promise<Post> => unit.get(Post, { name: 'two' });

    describe('a change of a many-to-many collection', () => {
      it.each<[string, (unit: Orm) => Promise<unknown>]>([
        ['with', (unit) => unit.get(Post, { name: 'two' }, { with: ['tags'] })],
        ['populate', async (unit) => unit.populate(await two(unit), 'tags')],
        ['load', async (unit) => (await two(unit)).load('tags')],
        ['loadItems', async (unit) => (await two(unit)).tags.loadItems()],
      ])('is written when another one with the same entities is loaded by %s before the flush', async (_, load) => {
        await orm.unitOfWork(async (unit) => {
          const one = await unit.get(Post, { name: 'one' }, { with: ['tags'] });
          one.tags.add(await unit.get(Tag, { name: 'js' }));
          await load(unit);
        });
        expect(await stored()).toEqual(['one: css,js', 'two: css,js']);
        await orm.unitOfWork(async (unit) => {
          const one = await unit.get(Post, { name: 'one' }, { with: ['tags'] });
          one.tags.remove(await unit.get(Tag, { name: 'css' }));
          await load(unit);
        });
        expect(await stored()).toEqual(['one: js', 'two: css,js']);
      });

      it('is written when it was made from the other side, or attached', async () => {
        await orm.unitOfWork(async (unit) => {
          const js = await unit.get(Tag, { name: 'js' }, { with: ['posts'] });
          js.posts.add(await unit.get(Post, { name: 'one' }));
          await unit.list(Post, {}, { with: ['tags'] });
          const css = await unit.get(Tag, { name: 'css' });
          unit.detach(await two(unit), 'tags', css);
          unit.attach(await two(unit), 'tags', unit.create(Tag, { name: 'new' }));
          await unit.list(Tag, {}, { with: ['posts'] });
        });
        expect(await stored()).toEqual(['one: css,js', 'two: js,new']);
      });

      it('stays in a collection that is loaded after it', async () => {
        await orm.unitOfWork(async (unit) => {
          const one = await unit.get(Post, { name: 'one' });
          one.tags.add(await unit.get(Tag, { name: 'js' }));
          await one.load('tags');
          expect([...one.tags].map(({ name }) => name).toSorted()).toEqual(['css', 'js']);
        });
        expect(await stored()).toEqual(['one: css,js', 'two: css,js']);
      });
    });
  },
  [...DATABASES, ...DOCUMENT_DATABASES],
);

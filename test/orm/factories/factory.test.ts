import { belongsTo, type CreateData, defineFactory, defineModel, field, hasMany, type InferModel, isFactory, type Orm } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { orm as plugin } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { createShopFactory, Image, Remark, type Shop, Story } from '../relations/shop.ts';
import { createOrders, Item, Order } from '../relations/orders.ts';
import { Article, type Blog, Comment, createBlog, Profile, Tag, User } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject } from '../support/project.ts';

const Everything = defineModel(
  'everything',
  {
    code: field.string({ maxLength: 3 }).unique(),
    slug: field.string({ pattern: /^[a-z0-9]+(?:-[a-z0-9]+)*$/ }),
    plate: field.string({ pattern: /^[A-Z]{1,3}-[A-Z]{2} \d{1,4}$/ }),
    digits: field.text({ pattern: /^(?:\+\d{2}|0)[\d ]{5,}[^a-z]?$/ }),
    email: field.string({ format: 'email' }).unique(),
    site: field.string({ format: 'url' }),
    short: field.string({ minLength: 2, maxLength: 4 }),
    long: field.text({ minLength: 300, maxLength: 310 }),
    rank: field.integer({ min: -5, max: -1 }),
    below: field.integer({ max: 0 }),
    place: field.integer({ min: 10 }).unique(),
    big: field.bigint(),
    price: field.decimal({ precision: 5, scale: 2 }),
    whole: field.decimal({ precision: 3, scale: 0 }),
    at: field.datetime(),
    day: field.date(),
    flag: field.boolean(),
    kind: field.enum(['a', 'b']),
    token: field.uuid(),
    data: field.json(z.object({ size: z.number().min(3), names: z.array(z.string().min(2)), mode: z.enum(['x']), note: z.string().optional() })),
    optional: field.string().nullable(),
    usual: field.string().default('usual'),
  },
  { timestamps: true },
);
const First = defineModel('first', { name: field.string(), second: belongsTo(() => Second) });
const Second = defineModel('second', { firsts: hasMany(() => First, 'second'), first: belongsTo(() => First) });
const Part = defineModel('part', { everything: belongsTo(() => Everything), position: field.integer() }, { key: ['everything', 'position'] });
const Odd = defineModel('odd', { value: field.string({ pattern: /^(a)\1$/ }) });
const createEverything = createShopFactory([Everything, Part, First, Odd]);

const articles = defineFactory(
  Article,
  ({ sequence, pick, words, sentence, chance, integer, past }) => ({
    title: words(2),
    slug: `article-${sequence}`,
    body: sentence(),
    status: pick(['draft']),
    views: chance(0) ? 0 : integer(5, 5),
    createdAt: past(1),
  }),
  { states: { published: { status: 'published' }, viewed: ({ integer }) => ({ views: integer(100, 200) }) } },
);

describe('defineFactory', () => {
  it('is typed by its model, and its states by their names', () => {
    expect([isFactory(articles), isFactory({})]).toEqual([true, false]);
    const check = async (orm: Orm): Promise<void> => {
      expectTypeOf(await orm.factory(Article).create()).toEqualTypeOf<InferModel<typeof Article>>();
      const made = await orm.factory(articles).state('published').make();
      expectTypeOf(made.title).toEqualTypeOf<string>();
      const complete: CreateData<typeof Article> = { ...made, author: 1 };
      // @ts-expect-error the author was not given
      const incomplete: CreateData<typeof Article> = made;
      // @ts-expect-error there is no such state
      orm.factory(articles).state('gone');
      // @ts-expect-error a title is a text
      await orm.factory(Article).create({ title: 5 });
      // @ts-expect-error there is no such relation
      orm.factory(Article).has('comment', 1);
      // @ts-expect-error an author is no text
      orm.factory(Article).for('author', 'x');
      // @ts-expect-error a tag is no author
      orm.factory(Article).for('author', orm.factory(Tag));
      // @ts-expect-error a comment has no title
      orm.factory(Article).has('comments', 1, { title: 'x' });
      expect([complete, incomplete]).toBeDefined();
    };
    // @ts-expect-error there is no such field
    defineFactory(Article, () => ({ titel: 'x' }));
    expect(check).toBeDefined();
  });
});

describeOnDatabases((database) => {
  describe('orm.factory', () => {
    let blog: Blog;

    beforeEach(async () => {
      blog = await createBlog(database);
    });

    afterEach(() => blog.stop());

    it('creates entities with all that they need, without a declared factory', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.factory(Article).create({ title: 'Given' });
        expect(article).toMatchObject({ title: 'Given', status: 'draft', views: 0, editor: null });
        expect(article.author.email).toMatch(/@example\.com$/);
        await orm.factory(Profile).createMany(3);
        await orm.factory(Comment).create();
      });
      expect(await blog.orm.query(User).count()).toBe(6);
      expect(await blog.orm.query(Article).count()).toBe(2);
    });

    it('makes the data of a declared factory in its states, and what it leaves out', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const made = await orm.factory(articles).state('published').state({ title: 'State' }).make({ body: 'Given' });
        expect(made).toMatchObject({ slug: 'article-1', status: 'published', title: 'State', body: 'Given', views: 5 });
        expect(made).not.toHaveProperty('author');
        expect((await orm.factory(articles).state('viewed').make()).views).toBeGreaterThan(99);
        expect(await orm.query(Article).exists()).toBe(false);
        await expect(
          orm
            .factory(articles)
            .state('publisht' as 'published')
            .make(),
        ).rejects.toMatchObject({
          code: 'OXI_ORM_FACTORY_STATE_UNKNOWN',
          message: expect.stringContaining('Did you mean "published"'),
        });
      });
    });

    it('lets entities belong to one, and gives each of them related ones', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const user = await orm.factory(User).create();
        const factory = orm
          .factory(articles)
          .for('author', user)
          .has('comments', 2, (index) => ({ body: `comment ${index}` }));
        await factory.has('tags', 2).createMany(2, (index) => ({ title: `title ${index}` }));
        await orm.factory(Article).for('author', orm.factory(User)).createMany(2);
        await orm.factory(Article).for('author', user.id).create();
        await orm
          .factory(User)
          .has('profile')
          .has('comments', 1, orm.factory(Comment).state({ body: 'mine' }))
          .create();
      });
      const rows = await blog.orm.query(Article).with('comments').with('tags').orderBy({ id: 'asc' }).all();
      expect(rows.map(({ title, comments, tags }) => [title, comments.map(({ body }) => body).toSorted(), tags.length]).slice(0, 2)).toEqual([
        ['title 0', ['comment 0', 'comment 1'], 2],
        ['title 1', ['comment 0', 'comment 1'], 2],
      ]);
      expect(new Set(rows.slice(0, 2).map(({ authorId }) => authorId)).size).toBe(1);
      expect(new Set(rows.slice(2, 4).map(({ authorId }) => authorId)).size).toBe(1);
      expect(await blog.orm.query(Tag).count()).toBe(4);
      expect(await blog.orm.query(Comment).where({ body: 'mine' }).with('author').first()).toMatchObject({ author: { username: expect.any(String) } });
    });

    it('goes on behind the rows that are there, so that unique values stay unique', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        await orm.insertMany(Tag, [{ name: 'a' }, { name: 'b' }]);
        expect((await orm.factory(Tag).create()).name).toContain('3');
      });
    });

    it('needs a unit of work', () => {
      expect(() => blog.orm.factory(Tag)).toThrow(/needs a unit of work/);
    });
  });

  describe('the values that follow from a model', () => {
    let shop: Shop;

    beforeEach(async () => {
      shop = await createEverything(database);
    });

    afterEach(() => shop.stop());

    it('keep the rules of every field', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        const all = await orm.factory(Everything).createMany(30);
        expect(new Set(all.map(({ code }) => code)).size).toBe(30);
        expect(all[0]).toMatchObject({ optional: null, usual: 'usual', place: 10 });
        const parts = await orm.factory(Part).createMany(2);
        expect(parts.map(({ position }) => position)).toEqual([1, 2]);
      });
      expect(await shop.orm.query(Everything).count()).toBe(32);
    });

    it('are asked of a factory where none is known', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        await expect(orm.factory(Odd).create()).rejects.toMatchObject({ code: 'OXI_ORM_FACTORY_UNABLE', message: expect.stringContaining('"value"') });
        expect((await orm.factory(Odd).create({ value: 'aa' })).value).toBe('aa');
      });
    });

    it('do not go round in circles', async () => {
      const made = shop.orm.unitOfWork((orm) => orm.factory(First).create());
      await expect(made).rejects.toMatchObject({ code: 'OXI_ORM_FACTORY_UNABLE', message: expect.stringContaining('first → second → first') });
    });
  });

  describe('a factory of models with polymorphic relations and pairs', () => {
    const createStories = createShopFactory([Remark, Image]);

    it('makes one of the models, and the data of the pairs', async () => {
      const shop = await createStories(database);
      await shop.orm.unitOfWork(async (orm) => {
        expect((await orm.factory(Remark).create()).subject).toBeDefined();
        const story = await orm.factory(Story).has('remarks', 2).create();
        expect(await orm.query(Remark).where({ subject: story }).count()).toBe(2);
        await orm.factory(Remark).for('subject', story).create();
        expect(await orm.query(Remark).where({ subject: story }).count()).toBe(3);
      });
      await shop.stop();
      const orders = await createOrders(database);
      await orders.orm.unitOfWork((orm) => orm.factory(Order).has('items', 2).create());
      expect(await orders.orm.query(Item).count()).toBe(2);
      await orders.stop();
    });
  });
});

describe('the factories of an application', () => {
  it('repeat under a seed', async () => {
    const makeAll = async (seed: number): Promise<unknown> => {
      const kernel = await createTestKernel({
        seed,
        plugins: [plugin({ driver: 'sqlite', database: ':memory:', models: [Everything], autoMigrate: 'models' })],
      });
      try {
        return await kernel.use('orm').unitOfWork(async (orm) => [await orm.factory(Everything).make(), await orm.factory(Everything).make()]);
      } finally {
        await kernel.stop();
      }
    };
    expect(await makeAll(7)).toEqual(await makeAll(7));
    expect(await makeAll(7)).not.toEqual(await makeAll(8));
  });

  const write = (file: string, title: string): string =>
    `import { defineFactory } from '@oxidite/orm';\nimport { Tag } from '../../support/models/tag.ts';\nexport const ${file} = defineFactory(Tag, ({ sequence }) => ({ name: \`${title} \${sequence}\` }));\nexport const other = 1;\n`;

  it('are found in their directory, also by seeders', async () => {
    await using project = await createProject();
    project.write('factories/tags.ts', write('tags', 'found'));
    project.write(
      'seeders/tags.ts',
      "import { defineSeeder } from '@oxidite/orm';\nimport { Tag } from '../../support/models/tag.ts';\nexport const tags = defineSeeder('tags', async (_, { orm }) => void (await orm.factory(Tag).createMany(2)));\n",
    );
    const kernel = await project.boot([Tag], { autoMigrate: 'models' });
    await kernel.orm.seed();
    expect((await kernel.orm.query(Tag).all()).map(({ name }) => name)).toEqual(['found 1', 'found 2']);
    await kernel.stop();
  });

  it('are refused when a model has two, or a file throws', async () => {
    await using project = await createProject();
    project.write('factories/a.ts', write('tags', 'a'));
    project.write('factories/b.ts', write('tags', 'b'));
    const kernel = await project.boot([Tag], { autoMigrate: 'models' });
    await expect(kernel.orm.unitOfWork((orm) => orm.factory(Tag).create())).rejects.toMatchObject({
      code: 'OXI_ORM_FACTORY_INVALID',
      message: expect.stringContaining('second factory of tag'),
    });
    await kernel.stop();
  });
});

import type { AnyModel, CreateData, EntityCollection, InferRow, Orm, Where } from '@oxidite/orm';
import { describe, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import { Article } from './support/models/article.ts';
import type { Comment } from './support/models/comment.ts';
import { User } from './support/models/user.ts';
import type { Tag } from './support/models/tag.ts';

declare const orm: Orm;
/** The bodies are only type-checked. */
const typed = (_body: () => unknown): void => undefined;

describe('InferModel', () => {
  it('knows fields, keys, stamps and relations through a circle of files', () => {
    expectTypeOf<Article['id']>().toEqualTypeOf<number>();
    expectTypeOf<Comment['id']>().toEqualTypeOf<string>();
    expectTypeOf<Article['status']>().toEqualTypeOf<'draft' | 'published'>();
    expectTypeOf<Article['createdAt']>().toEqualTypeOf<Date>();
    expectTypeOf<Article['deletedAt']>().toEqualTypeOf<Date | null>();
    expectTypeOf<Article['author']['username']>().toEqualTypeOf<string>();
    expectTypeOf<NonNullable<Article['editor']>['bio']>().toEqualTypeOf<string | null>();
    expectTypeOf<Article['tags']>().toEqualTypeOf<EntityCollection<Tag>>();
    expectTypeOf<Parameters<Article['tags']['add']>[0]['articles']>().toEqualTypeOf<EntityCollection<Article>>();
    expectTypeOf<NonNullable<User['profile']>['user']['followers']>().toEqualTypeOf<EntityCollection<User>>();
  });

  it('has no stamps that were not asked for', () => {
    // @ts-expect-error tags have no timestamps
    typed((tag = {} as Tag) => tag.createdAt);
  });
});

describe('InferRow', () => {
  it('has foreign keys, and neither hidden fields nor relations', () => {
    type Row = InferRow<typeof User>;
    expectTypeOf<keyof Row>().toEqualTypeOf<'id' | 'username' | 'email' | 'bio' | 'createdAt' | 'updatedAt'>();
    expectTypeOf<InferRow<typeof Article>['authorId']>().toEqualTypeOf<number>();
    expectTypeOf<InferRow<typeof Article>['editorId']>().toEqualTypeOf<number | null>();
    expectTypeOf<InferRow<typeof Comment>['parentId']>().toEqualTypeOf<string | null>();
  });
});

describe('orm.create', () => {
  it('requires what has no default and may not be null', () => {
    expectTypeOf<CreateData<typeof Article>['title']>().toEqualTypeOf<string>();
    typed(() => {
      const author = {} as User;
      orm.create(Article, { title: 't', slug: 's', body: 'b', author });
      orm.create(Article, { title: 't', slug: 's', body: 'b', author: 1, tags: [1, {} as Tag], status: 'draft', editor: null });
      orm.create(Article, { title: 't', slug: 's', body: 'b', author: { id: 3 } });
      // @ts-expect-error the title is missing
      orm.create(Article, { slug: 's', body: 'b', author });
      // @ts-expect-error the author is missing
      orm.create(Article, { title: 't', slug: 's', body: 'b' });
      // @ts-expect-error there is no such status
      orm.create(Article, { title: 't', slug: 's', body: 'b', author, status: 'gone' });
      // @ts-expect-error a tag is no author
      orm.create(Article, { title: 't', slug: 's', body: 'b', author: { name: 'x' } });
      // @ts-expect-error there is no such field
      orm.create(Article, { title: 't', slug: 's', body: 'b', author, colour: 'red' });
      return expectTypeOf(orm.create(Article, { title: 't', slug: 's', body: 'b', author })).toEqualTypeOf<Article>();
    });
  });

  it('takes what the schema of the model returns', () => {
    typed((body = Article.create.parse({})) => orm.create(Article, { ...body, author: 1 }));
    typed((article = {} as Article, body = Article.update.parse({})) => article.assign(body));
  });
});

describe('orm.assign', () => {
  it('takes only fields and relations of the entity', () => {
    typed((article = {} as Article) => {
      orm.assign(article, { title: 'x', author: 2 });
      article.assign({ status: 'draft', editor: null });
      // @ts-expect-error a title is a text
      orm.assign(article, { title: 1 });
      // @ts-expect-error a title is a text
      article.assign({ title: 1 });
      orm.attach(article, 'tags', 1, { id: 2 });
      // @ts-expect-error the author is not a relation to many
      orm.attach(article, 'author', 1);
      // @ts-expect-error there is no such relation
      void orm.populate(article, 'nothing');
      return orm.populate([article], 'author', 'tags');
    });
  });
});

describe('orm.query', () => {
  it('returns rows, with what was asked for', () => {
    typed(async () => {
      expectTypeOf(await orm.query(Article).all()).toEqualTypeOf<InferRow<typeof Article>[]>();
      expectTypeOf(await orm.query(Article).first()).toEqualTypeOf<InferRow<typeof Article> | undefined>();
      const full = await orm.query(Article).with('author', 'editor', 'tags').withCount('favoritedBy').get();
      expectTypeOf(full.author.username).toEqualTypeOf<string>();
      expectTypeOf(full.editor?.username).toEqualTypeOf<string | undefined>();
      expectTypeOf(full.tags).toEqualTypeOf<InferRow<typeof Tag>[]>();
      expectTypeOf(full.favoritedByCount).toEqualTypeOf<number>();
      // @ts-expect-error hidden fields are not returned
      void full.author.passwordHash;
      const nested = await orm
        .query(Article)
        .with('comments', (comments) => comments.with('author').orderBy({ createdAt: 'desc' }))
        .get();
      expectTypeOf(nested.comments[0]?.author.username).toEqualTypeOf<string | undefined>();
      const latest = await orm
        .query(Article)
        .with('comments', (comments) => comments.with('author').orderBy({ createdAt: 'desc' }).limit(3).offset(1))
        .get();
      expectTypeOf(latest.comments).toEqualTypeOf(nested.comments);
      const picked = await orm.query(User).select('id', 'passwordHash').get();
      expectTypeOf(picked).toEqualTypeOf<{ readonly id: number; passwordHash: string }>();
      const hidden = await orm.query(User).withHidden().get();
      expectTypeOf(hidden.passwordHash).toEqualTypeOf<string>();
      const one = await orm.query(User).with('profile').get();
      expectTypeOf(one.profile?.userId).toEqualTypeOf<number | undefined>();
      const page = await orm.query(Article).with('tags').paginate({ limit: 3 });
      expectTypeOf(page.items[0]?.tags[0]?.name).toEqualTypeOf<string | undefined>();
      expectTypeOf((await orm.query(Article).onlyTrashed().get()).deletedAt).toEqualTypeOf<Date>();
    });
  });

  it('refuses names and values that do not fit', () => {
    typed(() => {
      const query = orm.query(Article);
      query.where({
        status: 'draft',
        author: { username: { contains: 'x' } },
        createdAt: { gt: new Date() },
        or: [{ views: 1 }, { not: { tags: { name: 'x' } } }],
        editor: null,
      });
      query.where({ author: 1, tags: { id: 2 }, editorId: null, deletedAt: { isNull: true } });
      // @ts-expect-error there is no such field
      query.where({ colour: 'red' });
      // @ts-expect-error views are a number
      query.where({ views: 'many' });
      // @ts-expect-error views are not a text
      query.where({ views: { contains: '1' } });
      // @ts-expect-error there is no such field of the author
      query.where({ author: { colour: 'red' } });
      query.orderBy({ createdAt: 'desc', author: { username: 'asc' } });
      // @ts-expect-error there is no such direction
      query.orderBy({ createdAt: 'down' });
      // @ts-expect-error there is no such relation
      query.with('nothing');
      // @ts-expect-error an author is not counted
      query.withCount('author');
    });
  });

  it('lets a query be refined when a value is there', () => {
    typed((tag = '' as string | undefined) => orm.query(Article).when(tag, (articles, name) => articles.where({ tags: { name } })));
  });
});

describe('the schemas of a model', () => {
  it('are zod objects whose members are known', () => {
    const read = Article.read.pick({ title: true, createdAt: true }).extend({ author: User.read.pick({ username: true }) });
    expectTypeOf<z.output<typeof read>>().toEqualTypeOf<{ title: string; createdAt: string; author: { username: string } }>();
    expectTypeOf<z.output<typeof Article.create>['status']>().toEqualTypeOf<'draft' | 'published'>();
    expectTypeOf<z.input<typeof Article.create>['status']>().toEqualTypeOf<'draft' | 'published' | undefined>();
    expectTypeOf<keyof z.output<typeof User.create>>().toEqualTypeOf<'username' | 'email' | 'bio'>();
    expectTypeOf<keyof z.output<typeof User.read>>().toEqualTypeOf<'id' | 'username' | 'email' | 'bio' | 'createdAt' | 'updatedAt'>();
    expectTypeOf<z.output<typeof User.update>>().toEqualTypeOf<{
      username?: string | undefined;
      email?: string | undefined;
      bio?: string | null | undefined;
    }>();
  });
});

describe('AnyModel', () => {
  it('holds every model', () => {
    expectTypeOf(Article).toExtend<AnyModel>();
    expectTypeOf<Where<typeof Comment>>().not.toBeNever();
  });
});

describe('bulk writes', () => {
  it('take fields and relations to one, and know the types of keys and counts', () => {
    typed(async () => {
      expectTypeOf(await orm.insertMany(Article, [{ title: 't', slug: 's', body: 'b', author: 1 }])).toEqualTypeOf<number[]>();
      // @ts-expect-error the author is missing
      await orm.insertMany(Article, [{ title: 't', slug: 's', body: 'b' }]);
      await orm.upsert(Article, [{ title: 't', slug: 's', body: 'b', author: 1 }], { by: ['slug'], update: ['title', 'author'] });
      // @ts-expect-error there is no such field
      await orm.upsert(Article, [], { by: ['colour'] });
      const query = orm.query(Article).where({});
      expectTypeOf(await query.update({ title: 'x', author: { id: 1 }, editor: null })).toEqualTypeOf<number>();
      // @ts-expect-error a title is a text
      await query.update({ title: 1 });
      // @ts-expect-error relations to many are not columns
      await query.update({ tags: [1] });
      await query.increment('views', 2);
      // @ts-expect-error views are a number
      await query.increment('views', 'x');
      // @ts-expect-error a moment is not added to
      await query.increment('createdAt');
    });
  });
});

describe('rows in parts', () => {
  it('are the rows of the query', () => {
    typed(async () => {
      const query = orm.query(Article).select('title').with('author');
      const page = await query.paginateByCursor({ after: 'x' });
      expectTypeOf(page.items[0]?.author.username).toEqualTypeOf<string | undefined>();
      expectTypeOf(page.next).toEqualTypeOf<string | null>();
      for await (const row of query.stream()) expectTypeOf(row.title).toEqualTypeOf<string>();
      for await (const rows of query.chunks(5)) expectTypeOf(rows[0]?.author.username).toEqualTypeOf<string | undefined>();
    });
  });
});

describe('entity.load', () => {
  it('takes the names of relations', () => {
    typed(async (article = {} as Article) => {
      expectTypeOf(await article.load('author', 'comments')).toEqualTypeOf<Article>();
      // @ts-expect-error there is no such relation
      await article.load('nothing');
    });
  });
});

import type { Orm } from '@oxidite/orm';
import { createLogger, type Logger } from '@oxidite/kernel';
import { describe, expect, it } from 'vitest';
import { addUser, Article, type Blog, Comment, createBlog, Tag, User } from '../support/blog.ts';
import { describeOnDatabases, type TestDatabase } from '../support/databases.ts';

describeOnDatabases((database) => {
  describe('entity.load', () => {
    it('loads relations of all entities that came with it, by one query each', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const articles = await unit.list(Article, {}, { orderBy: { slug: 'asc' } });
        const statements = countStatements(unit);
        const bodies: string[] = [];
        for (const article of articles) {
          expect(await article.load('comments', 'author')).toBe(article);
          bodies.push(
            `${article.author.username}: ${article.comments
              .getItems()
              .map(({ body }) => body)
              .toSorted()
              .join()}`,
          );
        }
        expect(bodies).toEqual(['ann: a1,a2', 'bob: b1', 'ann: ']);
        expect(statements()).toBeLessThanOrEqual(2);
        articles[0]?.comments.getItems()[0]?.assign({ body: 'changed' });
      });
      expect(await blog.orm.query(Comment).where({ body: 'changed' }).count()).toBe(1);
    });

    it('loads what came with a relation for all of that relation', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const articles = await unit.list(Article, {}, { with: ['comments'] });
        const statements = countStatements(unit);
        for (const article of articles) for (const comment of article.comments) expect((await comment.load('author')).author.username).toMatch(/ann|bob/);
        expect(statements()).toBeLessThanOrEqual(1);
      });
    });

    it('loads for one that came alone, and refuses other names and strangers', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const article = await unit.get(Article, { slug: 'a' });
        expect((await article.load('tags')).tags.getItems().map(({ name }) => name)).toEqual(['js']);
        await expect(article.load('nothing' as never)).rejects.toThrow(/no relation "nothing"/);
        unit.clear();
        await expect(article.load('author')).rejects.toMatchObject({ code: 'OXI_ORM_ENTITY_STALE' });
      });
    });
  });

  describe('collection.loadItems', () => {
    it('loads the collections of all entities that came together', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const articles = await unit.list(Article, {}, { orderBy: { slug: 'asc' } });
        const statements = countStatements(unit);
        const sizes: number[] = [];
        for (const article of articles) sizes.push((await article.comments.loadItems()).length, (await article.tags.loadItems()).length);
        expect(sizes).toEqual([2, 1, 1, 1, 0, 0]);
        expect(statements()).toBeLessThanOrEqual(2);
        for (const article of articles) await article.comments.loadItems();
        expect(statements()).toBeLessThanOrEqual(2);
      });
    });
  });
});

describe('queries that one line repeats', () => {
  const read = async (orm: Orm, times: number): Promise<void> => {
    for (let index = 0; index < times; index++) await orm.query(User).where({ id: index }).first();
  };

  it('are reported once, with the line', async () => {
    const { warnings, options } = createLog('development');
    await using blog = await createBlog(':memory:', options);
    await blog.orm.unitOfWork((unit) => read(unit, 10));
    expect(warnings).toEqual([]);
    await blog.orm.unitOfWork((unit) => read(unit, 15));
    await blog.orm.unitOfWork((unit) => read(unit, 15));
    const [warning, ...others] = warnings;
    expect(warning).toMatch(/siblings\.test\.ts:\d+ asks for user more than 10 times.*with\(/);
    expect(others).toEqual([]);
    await blog.orm.unitOfWork(async (unit) => {
      for (let index = 0; index < 11; index++) await unit.find(Tag, index);
    });
    expect(warnings).toHaveLength(2);
  });

  it('are not those of a stream, nor those of different lines', async () => {
    const { warnings, options } = createLog('development');
    await using blog = await createBlog(':memory:', options);
    await blog.orm.unitOfWork(async (unit) => {
      await unit.insertMany(
        Tag,
        Array.from({ length: 50 }, (_, index) => ({ name: `t${index}` })),
      );
      let count = 0;
      for await (const tag of unit.query(Tag).with('articles').stream({ chunk: 2 })) count += tag.articles.length + 1;
      expect(count).toBe(50);
    });
    expect(warnings).toEqual([]);
  });

  it('are not looked for elsewhere', async () => {
    const { warnings, options } = createLog('test');
    await using blog = await createBlog(':memory:', options);
    await blog.orm.unitOfWork((unit) => read(unit, 30));
    expect(warnings).toEqual([]);
  });
});

interface Log {
  readonly warnings: string[];
  readonly options: { readonly logger: Logger; readonly env: { readonly NODE_ENV: string } };
}

function createLog(environment: string): Log {
  const warnings: string[] = [];
  const logger = createLogger((level, _, message) => void (level === 'warn' && warnings.push(message)));
  return { warnings, options: { logger, env: { NODE_ENV: environment } } };
}

/** Counts the statements that MikroORM runs. */
function countStatements(unit: Orm): () => number {
  const connection = unit.em.getConnection();
  const original = connection.execute.bind(connection) as (...parts: unknown[]) => Promise<unknown>;
  let count = 0;
  (connection as { execute: unknown }).execute = (...parts: unknown[]) => {
    count++;
    return original(...parts);
  };
  return () => count;
}

/** Three articles: of ann with two comments, of bob with one, of ann without. */
async function createFilledBlog(database: TestDatabase): Promise<Blog> {
  const blog = await createBlog(database);
  const [ann, bob] = [await addUser(blog.orm, 'ann'), await addUser(blog.orm, 'bob')];
  await blog.orm.unitOfWork(async (unit) => {
    const [js] = await unit.insertMany(Tag, [{ name: 'js' }]);
    const tags = [js ?? 0];
    const first = unit.create(Article, { title: 'A', slug: 'a', body: '', author: ann, tags });
    const second = unit.create(Article, { title: 'B', slug: 'b', body: '', author: bob, tags });
    unit.create(Article, { title: 'C', slug: 'c', body: '', author: ann });
    unit.create(Comment, { body: 'a1', author: ann, article: first });
    unit.create(Comment, { body: 'a2', author: bob, article: first });
    unit.create(Comment, { body: 'b1', author: ann, article: second });
  });
  return blog;
}

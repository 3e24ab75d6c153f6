/** Drizzle on both databases. Lists are joins: they are faster than its relational queries. */
import Sqlite from 'better-sqlite3';
import { eq, gt, sql } from 'drizzle-orm';
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3';
import { drizzle as drizzlePostgresql } from 'drizzle-orm/node-postgres';
import { bigint, bigserial, pgTable, text as pgText, timestamp, varchar } from 'drizzle-orm/pg-core';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import pg from 'pg';
import { BULK_ROWS, type Subject, type Target, toListStart, toNewPost, toNewPosts, toPostId } from '../subject.ts';

const CHUNK = 1_000;

/** Opens it; `prepared` prepares what is read. */
export async function openDrizzle(target: Target, prepared: boolean): Promise<Subject> {
  return target.database === 'sqlite' ? openSqlite(target, prepared) : openPostgresql(target, prepared);
}

function openSqlite({ file }: Target, prepared: boolean): Subject {
  const authors = sqliteTable('authors', { id: integer().primaryKey(), name: text().notNull() });
  const posts = sqliteTable('posts', {
    id: integer().primaryKey(),
    authorId: integer('author_id').notNull(),
    title: text().notNull(),
    slug: text().notNull(),
    body: text().notNull(),
    views: integer().notNull(),
    createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
  });
  const client = new Sqlite(file);
  client.pragma('journal_mode = WAL');
  client.pragma('synchronous = NORMAL');
  client.pragma('foreign_keys = ON');
  const database = drizzleSqlite(client);
  const findAll = database
    .select()
    .from(posts)
    .where(eq(posts.id, sql.placeholder('id')))
    .prepare();
  const listAll = database
    .select()
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .where(gt(posts.id, sql.placeholder('start')))
    .orderBy(posts.id)
    .limit(20)
    .prepare();
  const find = async (number: number): Promise<unknown> =>
    prepared
      ? findAll.get({ id: toPostId(number) })
      : database
          .select()
          .from(posts)
          .where(eq(posts.id, toPostId(number)))
          .get();
  return {
    cases: {
      find,
      list: async (number) => {
        const start = toListStart(number);
        const rows = prepared
          ? listAll.all({ start })
          : database.select().from(posts).innerJoin(authors, eq(authors.id, posts.authorId)).where(gt(posts.id, start)).orderBy(posts.id).limit(20).all();
        return rows.map((row) => ({ ...row.posts, author: row.authors }));
      },
      insert: async (number) => database.insert(posts).values(toNewPost(number)).returning({ id: posts.id }).get().id,
      update: async (number) =>
        database
          .update(posts)
          .set({ title: `changed ${number}`, views: number })
          .where(eq(posts.id, toPostId(number)))
          .run(),
      transaction: async (number) =>
        database.transaction((transaction) => {
          transaction
            .select()
            .from(posts)
            .where(eq(posts.id, toPostId(number)))
            .get();
          transaction
            .update(posts)
            .set({ title: `changed ${number}`, views: number })
            .where(eq(posts.id, toPostId(number)))
            .run();
          transaction.insert(posts).values(toNewPost(number, 'transaction')).run();
        }),
      bulk: async (number) =>
        database.transaction((transaction) => {
          const rows = toNewPosts(number);
          for (let first = 0; first < BULK_ROWS; first += CHUNK)
            transaction
              .insert(posts)
              .values(rows.slice(first, first + CHUNK))
              .run();
        }),
    },
    close: async () => void client.close(),
  };
}

function openPostgresql({ url, concurrency }: Target, prepared: boolean): Subject {
  const authors = pgTable('authors', { id: bigserial({ mode: 'number' }).primaryKey(), name: varchar({ length: 100 }).notNull() });
  const posts = pgTable('posts', {
    id: bigserial({ mode: 'number' }).primaryKey(),
    authorId: bigint('author_id', { mode: 'number' }).notNull(),
    title: varchar({ length: 200 }).notNull(),
    slug: varchar({ length: 200 }).notNull(),
    body: pgText().notNull(),
    views: bigint({ mode: 'number' }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
  });
  const pool = new pg.Pool({ connectionString: url, max: concurrency });
  const database = drizzlePostgresql(pool);
  const findAll = database
    .select()
    .from(posts)
    .where(eq(posts.id, sql.placeholder('id')))
    .prepare('find');
  const listAll = database
    .select()
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .where(gt(posts.id, sql.placeholder('start')))
    .orderBy(posts.id)
    .limit(20)
    .prepare('list');
  return {
    cases: {
      find: async (number) => {
        const rows = prepared
          ? await findAll.execute({ id: toPostId(number) })
          : await database
              .select()
              .from(posts)
              .where(eq(posts.id, toPostId(number)));
        return rows[0];
      },
      list: async (number) => {
        const start = toListStart(number);
        const rows = prepared
          ? await listAll.execute({ start })
          : await database.select().from(posts).innerJoin(authors, eq(authors.id, posts.authorId)).where(gt(posts.id, start)).orderBy(posts.id).limit(20);
        return rows.map((row) => ({ ...row.posts, author: row.authors }));
      },
      insert: async (number) => (await database.insert(posts).values(toNewPost(number)).returning({ id: posts.id }))[0]?.id,
      update: (number) =>
        database
          .update(posts)
          .set({ title: `changed ${number}`, views: number })
          .where(eq(posts.id, toPostId(number))),
      transaction: (number) =>
        database.transaction(async (transaction) => {
          await transaction
            .select()
            .from(posts)
            .where(eq(posts.id, toPostId(number)));
          await transaction
            .update(posts)
            .set({ title: `changed ${number}`, views: number })
            .where(eq(posts.id, toPostId(number)));
          await transaction.insert(posts).values(toNewPost(number, 'transaction'));
        }),
      bulk: (number) =>
        database.transaction(async (transaction) => {
          const rows = toNewPosts(number);
          for (let first = 0; first < BULK_ROWS; first += CHUNK) await transaction.insert(posts).values(rows.slice(first, first + CHUNK));
        }),
    },
    close: () => pool.end(),
  };
}

/** Kysely, as a query builder: statements are built anew for each call. */
import Sqlite from 'better-sqlite3';
import { type Generated, Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import { BULK_ROWS, type NewPost, type OpenSubject, toListStart, toNewPost, toNewPosts, toPostId } from '../subject.ts';

interface Tables {
  readonly authors: { readonly id: Generated<number>; readonly name: string };
  readonly posts: {
    readonly id: Generated<number>;
    readonly author_id: number;
    readonly title: string;
    readonly slug: string;
    readonly body: string;
    readonly views: number;
    readonly created_at: Date | number;
  };
}

const CHUNK = 1_000;

/** Opens it. */
export const open: OpenSubject = async ({ database, file, url, concurrency }) => {
  const isSqlite = database === 'sqlite';
  pg.types.setTypeParser(20, Number);
  const kysely = new Kysely<Tables>({
    dialect: isSqlite
      ? new SqliteDialect({ database: openSqlite(file) })
      : new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: concurrency }) }),
  });
  const toRow = ({ authorId, title, slug, body, views, createdAt }: NewPost): Omit<Tables['posts'], 'id'> => ({
    author_id: authorId,
    title,
    slug,
    body,
    views,
    created_at: isSqlite ? createdAt.getTime() : createdAt,
  });
  const find = (on: Kysely<Tables>, number: number): Promise<unknown> =>
    on.selectFrom('posts').selectAll().where('id', '=', toPostId(number)).executeTakeFirstOrThrow();
  const update = (on: Kysely<Tables>, number: number): Promise<unknown> =>
    on
      .updateTable('posts')
      .set({ title: `changed ${number}`, views: number })
      .where('id', '=', toPostId(number))
      .execute();
  const insert = async (on: Kysely<Tables>, post: NewPost): Promise<unknown> => {
    const statement = on.insertInto('posts').values(toRow(post));
    return isSqlite ? (await statement.executeTakeFirst()).insertId : (await statement.returning('id').executeTakeFirstOrThrow()).id;
  };
  return {
    cases: {
      find: (number) => find(kysely, number),
      list: async (number) => {
        const rows = await kysely
          .selectFrom('posts')
          .innerJoin('authors', 'authors.id', 'posts.author_id')
          .selectAll('posts')
          .select(['authors.id as a_id', 'authors.name as a_name'])
          .where('posts.id', '>', toListStart(number))
          .orderBy('posts.id')
          .limit(20)
          .execute();
        return rows.map(({ a_id, a_name, ...post }) => ({ ...post, author: { id: a_id, name: a_name } }));
      },
      insert: (number) => insert(kysely, toNewPost(number)),
      update: (number) => update(kysely, number),
      transaction: (number) =>
        kysely.transaction().execute(async (transaction) => {
          await find(transaction, number);
          await update(transaction, number);
          await insert(transaction, toNewPost(number, 'transaction'));
        }),
      bulk: (number) =>
        kysely.transaction().execute(async (transaction) => {
          const rows = toNewPosts(number).map(toRow);
          for (let first = 0; first < BULK_ROWS; first += CHUNK)
            await transaction
              .insertInto('posts')
              .values(rows.slice(first, first + CHUNK))
              .execute();
        }),
    },
    close: () => kysely.destroy(),
  };
};

function openSqlite(file: string): Sqlite.Database {
  const database = new Sqlite(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  return database;
}

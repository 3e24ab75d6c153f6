/** The drivers themselves: statements prepared once on better-sqlite3, named statements on pg. */
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { BULK_ROWS, type NewPost, type OpenSubject, type Subject, type Target, toListStart, toNewPost, toNewPosts, toPostId } from '../subject.ts';

const COLUMNS = 'id, author_id as "authorId", title, slug, body, views, created_at as "createdAt"';
const LIST = `select p.id, p.author_id as "authorId", p.title, p.slug, p.body, p.views, p.created_at as "createdAt", a.id as a_id, a.name as a_name
  from posts p join authors a on a.id = p.author_id where p.id >`;
const INSERT = 'insert into posts (author_id, title, slug, body, views, created_at) values';
const CHUNK = 1_000;

/** Opens a driver. */
export const open: OpenSubject = (target) => (target.database === 'sqlite' ? openSqlite(target) : openPostgresql(target));

interface ListRow {
  readonly id: number;
  readonly authorId: number;
  readonly title: string;
  readonly slug: string;
  readonly body: string;
  readonly views: number;
  readonly createdAt: unknown;
  readonly a_id: number;
  readonly a_name: string;
}

function toNested({ a_id, a_name, ...post }: ListRow): object {
  return { ...post, author: { id: a_id, name: a_name } };
}

async function openSqlite({ file }: Target): Promise<Subject> {
  const database = new Sqlite(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  const find = database.prepare(`select ${COLUMNS} from posts where id = ?`);
  const list = database.prepare(`${LIST} ? order by p.id limit 20`);
  const insert = database.prepare(`${INSERT} (?, ?, ?, ?, ?, ?)`);
  const update = database.prepare('update posts set title = ?, views = ? where id = ?');
  const add = (post: NewPost): unknown => insert.run(post.authorId, post.title, post.slug, post.body, post.views, post.createdAt.getTime()).lastInsertRowid;
  return {
    cases: {
      find: async (number) => find.get(toPostId(number)),
      list: async (number) => (list.all(toListStart(number)) as ListRow[]).map(toNested),
      insert: async (number) => add(toNewPost(number)),
      update: async (number) => update.run(`changed ${number}`, number, toPostId(number)),
      transaction: async (number) =>
        database.transaction(() => {
          find.get(toPostId(number));
          update.run(`changed ${number}`, number, toPostId(number));
          add(toNewPost(number, 'transaction'));
        })(),
      bulk: async (number) =>
        database.transaction(() => {
          for (const post of toNewPosts(number)) add(post);
        })(),
    },
    close: async () => void database.close(),
  };
}

async function openPostgresql({ url, concurrency }: Target): Promise<Subject> {
  const pool = new pg.Pool({ connectionString: url, max: concurrency });
  pg.types.setTypeParser(20, Number);
  const find = (id: number): pg.QueryConfig => ({ name: 'find', text: `select ${COLUMNS} from posts where id = $1`, values: [id] });
  const update = (number: number): pg.QueryConfig => ({
    name: 'update',
    text: 'update posts set title = $1, views = $2 where id = $3',
    values: [`changed ${number}`, number, toPostId(number)],
  });
  const insert = (post: NewPost): pg.QueryConfig => ({ name: 'insert', text: `${INSERT} ($1, $2, $3, $4, $5, $6) returning id`, values: Object.values(post) });
  const bulkText = `${INSERT} ${Array.from({ length: CHUNK }, (_, row) => `(${[1, 2, 3, 4, 5, 6].map((column) => `$${row * 6 + column}`).join(', ')})`).join(', ')}`;
  return {
    cases: {
      find: async (number) => (await pool.query(find(toPostId(number)))).rows[0],
      list: async (number) =>
        (await pool.query<ListRow>({ name: 'list', text: `${LIST} $1 order by p.id limit 20`, values: [toListStart(number)] })).rows.map(toNested),
      insert: async (number) => (await pool.query<{ id: number }>(insert(toNewPost(number)))).rows[0]?.id,
      update: (number) => pool.query(update(number)),
      transaction: (number) =>
        withTransaction(pool, async (client) => {
          await client.query(find(toPostId(number)));
          await client.query(update(number));
          await client.query(insert(toNewPost(number, 'transaction')));
        }),
      bulk: (number) =>
        withTransaction(pool, async (client) => {
          const posts = toNewPosts(number);
          for (let first = 0; first < BULK_ROWS; first += CHUNK)
            await client.query(
              bulkText,
              posts.slice(first, first + CHUNK).flatMap((post) => Object.values(post)),
            );
        }),
    },
    close: () => pool.end(),
  };
}

async function withTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

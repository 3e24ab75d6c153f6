/** Makes the tables that all libraries work on, and fills them: 1,000 authors with 10 posts each. */
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { AUTHORS, POSTS, toNewPost } from './subject.ts';

const SQLITE = `
  create table authors (id integer primary key autoincrement, name varchar(100) not null);
  create table posts (
    id integer primary key autoincrement, author_id integer not null references authors (id), title varchar(200) not null,
    slug varchar(200) not null unique, body text not null, views integer not null, created_at datetime not null);
  create index posts_author on posts (author_id);`;

const POSTGRESQL = `
  create table authors (id bigserial primary key, name varchar(100) not null);
  create table posts (
    id bigserial primary key, author_id bigint not null references authors (id), title varchar(200) not null,
    slug varchar(200) not null unique, body text not null, views bigint not null, created_at timestamptz(3) not null);
  create index posts_author on posts (author_id);`;

/** Makes the file of SQLite. */
export function createSqliteTables(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('pragma journal_mode = WAL');
  database.exec(SQLITE);
  database.exec('begin');
  const author = database.prepare('insert into authors (name) values (?)');
  for (let number = 1; number <= AUTHORS; number++) author.run(`Author ${number}`);
  const post = database.prepare('insert into posts (author_id, title, slug, body, views, created_at) values (?, ?, ?, ?, ?, ?)');
  for (let number = 1; number <= POSTS; number++) {
    const { authorId, title, slug, body, views, createdAt } = toNewPost(number, 'first');
    post.run(authorId, title, slug, body, views, createdAt.getTime());
  }
  database.exec('commit');
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
}

/** Makes the tables in an empty database of PostgreSQL. */
export async function createPostgresqlTables(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(POSTGRESQL);
  await client.query(`insert into authors (name) select 'Author ' || n from generate_series(1, ${AUTHORS}) n`);
  await client.query(
    `insert into posts (author_id, title, slug, body, views, created_at)
     select (n % ${AUTHORS}) + 1, 'Post ' || n, 'first-' || n, repeat('lorem ipsum ', 8), n, to_timestamp(1700000000 + n / 1000.0) from generate_series(1, ${POSTS}) n`,
  );
  await client.query('analyze');
  await client.end();
}

/** Runs one statement on a server. */
export async function runOnServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

import { createSilentLogger } from '@oxidite/kernel';
import { describe, expect, it } from 'vitest';
import type { SchemaStatement } from '../../../../plugins/orm/src/drivers/schema-snapshot.ts';
import { createSqliteDriver } from '../../../../plugins/orm/src/drivers/sqlite/sqlite.ts';

const open = () =>
  createSqliteDriver({ database: ':memory:', busyTimeoutMs: 1_000, bigints: false, logger: createSilentLogger(), watch: () => () => undefined });

const AUTHORS = 'create table "authors" ("id" integer not null primary key autoincrement, "name" text not null)';
const POSTS =
  'create table "posts" ("id" integer not null primary key autoincrement, "title" text not null, "author_id" integer null, constraint "f" foreign key ("author_id") references "authors" ("id") on delete set null)';

/** Takes a database from one state to another and back, and returns what was done. */
async function change(
  from: readonly string[],
  to: readonly string[],
  rows: readonly string[] = [],
): Promise<{ up: readonly SchemaStatement[]; down: readonly SchemaStatement[]; read: (sql: string) => Promise<unknown> }> {
  const [actual, wanted] = [await open(), await open()];
  const run = (driver: typeof actual, statements: readonly string[]): Promise<void> =>
    driver.changeSchema((connection) =>
      connection.atomically(async () => {
        for (const statement of statements) await connection.execute(statement);
      }),
    );
  await run(actual, [...from, ...rows]);
  await run(wanted, to);
  const before = await actual.readSchema([]);
  const target = await wanted.readSchema([]);
  const { up, down } = actual.compareSchemas(before, target);
  await run(
    actual,
    up.map(({ sql }) => sql),
  );
  expect(actual.compareSchemas(await actual.readSchema([]), target)).toEqual({ up: [], down: [] });
  const seen = new Map<string, unknown>();
  const read = async (sql: string): Promise<unknown> => seen.get(sql) ?? actual.read(sql, [], false);
  const after = await actual.read('select count(*) from sqlite_master', [], false);
  await run(
    actual,
    down.map(({ sql }) => sql),
  );
  expect(actual.compareSchemas(await actual.readSchema([]), before)).toEqual({ up: [], down: [] });
  await run(
    actual,
    up.map(({ sql }) => sql),
  );
  expect(await actual.read('select count(*) from sqlite_master', [], false)).toEqual(after);
  return { up, down, read };
}

const kinds = (statements: readonly SchemaStatement[]): string[] => statements.map(({ sql }) => sql.split('\n')[0]?.replace(/\($/, '').trim() ?? '');

describe('compareSqliteSchemas', () => {
  it('creates and drops tables that refer to each other', async () => {
    const { up, down } = await change([], [POSTS, AUTHORS, 'create unique index "posts_title" on "posts" ("title")'], []);
    expect(kinds(up)).toEqual(['create table "posts"', 'create unique index "posts_title" on "posts" ("title")', 'create table "authors"']);
    expect(kinds(down)).toEqual(['drop table "authors"', 'drop table "posts"']);
    expect(down[0]?.note).toContain('loses all rows');
  });

  it('adds and drops plain columns in place', async () => {
    const { up, down } = await change(
      [AUTHORS],
      [AUTHORS.replace(')', ', "bio" text null, "rank" integer not null default 3)')],
      ["insert into authors (name) values ('ann')"],
    );
    expect(kinds(up)).toEqual(['alter table "authors" add column "bio" text null', 'alter table "authors" add column "rank" integer not null default 3']);
    expect(kinds(down)).toEqual(['alter table "authors" drop column "bio"', 'alter table "authors" drop column "rank"']);
    expect(down[0]?.note).toContain('loses the values');
  });

  it('changes indexes, whatever they are called', async () => {
    const { up, down } = await change([AUTHORS, 'CREATE INDEX old_name ON authors(name)'], [AUTHORS, 'create unique index "u" on "authors" ("name")']);
    expect(kinds(up)).toEqual(['drop index "old_name"', 'create unique index "u" on "authors" ("name")']);
    expect(kinds(down)).toEqual(['drop index "u"', 'create index old_name ON authors(name)']);
    const same = await change([AUTHORS, 'create index one on authors (name)'], [AUTHORS, 'create index two on authors (name)']);
    expect(same.up).toEqual([]);
  });

  it('builds a table anew for a foreign key, and keeps its rows and those that refer to it', async () => {
    const plain = 'create table "posts" ("id" integer not null primary key autoincrement, "title" text not null)';
    const child =
      'create table "comments" ("id" integer not null primary key autoincrement, "post_id" integer not null, constraint "c" foreign key ("post_id") references "posts" ("id"))';
    const { up, down, read } = await change(
      [AUTHORS, plain, child],
      [AUTHORS, POSTS, child, 'create index "i" on "posts" ("author_id")'],
      ["insert into posts (id, title) values (7, 't')", 'insert into comments (post_id) values (7)'],
    );
    expect(kinds(up)).toEqual([
      'create table "posts__new"',
      'insert into "posts__new" ("id", "title") select "id", "title" from "posts"',
      'drop table "posts"',
      'alter table "posts__new" rename to "posts"',
      'create index "i" on "posts" ("author_id")',
    ]);
    expect(kinds(down)).toHaveLength(4);
    expect(await read('select id, title, author_id from posts')).toEqual([[7, 't', null]]);
    expect(await read('select post_id from comments')).toEqual([[7]]);
  });

  it('says where a value is needed, and does not invent one', async () => {
    const from = 'create table "t" ("id" integer not null primary key, "a" text null)';
    const to = 'create table "t" ("id" integer not null primary key, "a" text not null, "b" integer not null)';
    const { up } = await change([from], [to]);
    expect(up[1]).toMatchObject({
      sql: 'insert into "t__new" ("id", "a", "b") select "id", "a", null from "t"',
      note: expect.stringContaining('"b", "a" must not be null'),
    });
    await expect(change([from], [to], ["insert into t values (1, 'x')"])).rejects.toThrow('NOT NULL constraint failed');
  });

  it('gives rows an empty value on the way back', async () => {
    const from = 'create table "t" ("id" integer not null primary key, "a" text not null, "n" integer not null)';
    const to = 'create table "t" ("id" integer not null primary key, "a" text null)';
    const { up, down } = await change([from], [to], ["insert into t values (1, 'x', 5)"]);
    expect(up[1]?.note).toContain('loses the values of "t"."n"');
    expect(down[1]?.sql).toBe('insert into "t__new" ("id", "a", "n") select "id", coalesce("a", \'\'), 0 from "t"');
  });

  it('sees changed types, defaults, checks and keys', async () => {
    const table = (columns: string): string => `create table "t" (${columns})`;
    const base = '"id" integer not null primary key, "a" text not null';
    for (const other of [
      '"id" integer not null primary key, "a" integer not null',
      '"id" integer not null primary key, "a" text not null default \'x\'',
      '"id" integer not null primary key, "a" text not null check ("a" in (\'x\'))',
      '"id" integer not null, "a" text not null primary key',
      '"id" integer not null primary key, "a" text not null unique',
    ]) {
      const { up } = await change([table(base)], [table(other)]);
      expect(up.length).toBeGreaterThan(3);
    }
  });

  it('finds no difference in how a statement is written', async () => {
    const { up } = await change(['CREATE TABLE authors (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `name`   TEXT NOT NULL)'], [AUTHORS]);
    expect(up).toEqual([]);
  });
});

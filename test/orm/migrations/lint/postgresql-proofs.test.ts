/** Shows on a real server that the rules about PostgreSQL are true, and that what they recommend does no harm. */
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isChangedInPlace } from '../../../../plugins/orm/src/migrations/lint/column-type.ts';
import type { OpenedDatabase } from '../../support/databases.ts';
import { createPostgresqlDatabase } from '../../support/postgresql-database.ts';

let opened: OpenedDatabase;
let clients: Client[] = [];
let client: Client;
/** What the server says of its work: that it reads or writes a table. */
let notices: string[] = [];

async function connect(): Promise<Client> {
  if (!('url' in opened.options)) throw new Error('the database has no address');
  const made = new Client({ connectionString: opened.options.url });
  clients.push(made);
  await made.connect();
  return made;
}

beforeEach(async () => {
  opened = await createPostgresqlDatabase().open();
  client = await connect();
  client.on('notice', ({ message }) => notices.push(message ?? ''));
  await client.query(`
    create table users (id bigint primary key);
    create table notes (id bigint primary key, title varchar(20), price numeric(12,2), user_id bigint);
    insert into users values (1);
    insert into notes values (1, 'one', 1.5, 1);
    set client_min_messages = debug1;`);
  notices = [];
});

afterEach(async () => {
  for (const each of clients) await each.end();
  clients = [];
  await opened.drop();
});

/** Runs statements in a transaction and returns the locks that are held at its end. */
async function inTransaction(...statements: readonly string[]): Promise<string[]> {
  await client.query('begin');
  for (const statement of statements) await client.query(statement);
  const { rows } = await client.query<{ lock: string }>(
    "select c.relname || ' ' || l.mode as lock from pg_locks l join pg_class c on c.oid = l.relation where l.pid = pg_backend_pid() and c.relname in ('notes', 'users') order by 1",
  );
  await client.query('commit');
  return rows.map(({ lock }) => lock);
}

/** Tells whether statements write the table anew. */
async function rewrites(...statements: readonly string[]): Promise<boolean> {
  const read = async (): Promise<unknown> => (await client.query("select pg_relation_filenode('notes') as node")).rows[0]?.node;
  const before = await read();
  for (const statement of statements) await client.query(statement);
  return (await read()) !== before;
}

const isRead = (): boolean => notices.some((notice) => /verifying table|validating foreign key/.test(notice));

describe('on a PostgreSQL server', () => {
  it('an index takes a lock that stops writes, and "concurrently" lets them go on', async () => {
    expect(await inTransaction('create index a on notes (title)')).toContain('notes ShareLock');
    const [reader, builder, writer] = [await connect(), await connect(), await connect()];
    await reader.query('begin isolation level repeatable read; select 1 from notes'); // the index has to wait for its end
    const built = builder.query('create index concurrently b on notes (title)');
    const isBuilding =
      "select 1 from pg_locks l join pg_class c on c.oid = l.relation where c.relname = 'notes' and l.mode = 'ShareUpdateExclusiveLock' and l.granted";
    while ((await writer.query(isBuilding)).rowCount === 0);
    await writer.query("set lock_timeout = '5s'; insert into notes values (2, 'two', 1, 1)");
    await reader.query('commit');
    await built;
    const count = async (): Promise<unknown> => (await client.query("select count(*)::int as n from pg_indexes where indexname = 'b'")).rows[0]?.n;
    await client.query('create index if not exists b on notes (title)');
    expect(await count()).toBe(1);
  });

  it('a unique constraint locks out readers and builds an index, and "using index" builds none', async () => {
    expect(await inTransaction('alter table notes add constraint u unique (title)')).toContain('notes AccessExclusiveLock');
    expect(notices.join('\n')).toMatch(/create implicit index "u"/);
    notices = [];
    await client.query('create unique index concurrently v on notes (price)');
    notices = [];
    await client.query('alter table notes add constraint v unique using index v');
    expect(notices.join('\n')).not.toMatch(/building index|implicit index/);
  });

  it.each([
    ['varchar(20)', 'varchar(40)'],
    ['varchar(20)', 'varchar(10)'],
    ['varchar(20)', 'varchar'],
    ['varchar(20)', 'text'],
    ['text', 'varchar'],
    ['text', 'varchar(20)'],
    ['char(5)', 'char(8)'],
    ['numeric(12,2)', 'numeric(14,2)'],
    ['numeric(12,2)', 'numeric'],
    ['numeric(12,2)', 'numeric(14,4)'],
    ['integer', 'bigint'],
    ['timestamp(0)', 'timestamp(3)'],
    ['timestamptz(3)', 'timestamptz'],
    ['timestamptz', 'timestamptz(0)'],
    ['varbit(4)', 'varbit(8)'],
    ['json', 'jsonb'],
    ['cidr', 'inet'],
  ])('a change from %s to %s writes the table anew exactly when the rule says so', async (from, to) => {
    await client.query(`alter table notes add column c ${from}`);
    const { rows } = await client.query(
      "select format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = 'notes'::regclass and attname = 'c'",
    );
    expect(await rewrites(`alter table notes alter column c type ${to}`)).toBe(!isChangedInPlace(rows[0]?.type, to));
  });

  it('a default that is computed for each row writes the table anew; set in a second statement it does not', async () => {
    expect(await rewrites('alter table notes add column a uuid default gen_random_uuid()')).toBe(true);
    expect(await rewrites('alter table notes add column b timestamptz not null default now()')).toBe(false);
    expect(await rewrites('alter table notes add column c uuid', 'alter table notes alter column c set default gen_random_uuid()')).toBe(false);
  });

  it('a column that counts or is stored writes the table anew; made in steps it does not', async () => {
    expect(await rewrites('alter table notes add column a bigserial')).toBe(true);
    expect(await rewrites('alter table notes add column b bigint generated always as identity')).toBe(true);
    expect(await rewrites('alter table notes add column c bigint generated always as (id * 2) stored')).toBe(true);
    expect(await rewrites('alter table notes add column d bigint', 'create sequence s', "alter table notes alter column d set default nextval('s')")).toBe(
      false,
    );
  });

  it('"set not null" reads the table under a lock of readers, and not when a check says the same', async () => {
    expect(await inTransaction('alter table notes alter column title set not null')).toContain('notes AccessExclusiveLock');
    expect(isRead()).toBe(true);
    await client.query('alter table notes add constraint c check (price is not null) not valid');
    await client.query('alter table notes validate constraint c');
    notices = [];
    await client.query('alter table notes alter column price set not null; alter table notes drop constraint c');
    expect(isRead()).toBe(false);
  });

  it('a check or foreign key reads the table under a lock; "not valid" does not, and to validate lets others read and write', async () => {
    expect(await inTransaction("alter table notes add constraint c check (title <> '')")).toContain('notes AccessExclusiveLock');
    expect(isRead()).toBe(true);
    notices = [];
    const locks = await inTransaction('alter table notes add constraint f foreign key (user_id) references users (id)');
    expect(locks).toEqual(expect.arrayContaining(['notes ShareRowExclusiveLock', 'users ShareRowExclusiveLock']));
    expect(isRead()).toBe(true);
    notices = [];
    await client.query("alter table notes add constraint d check (title <> '-') not valid");
    await client.query('alter table notes add constraint g foreign key (user_id) references users (id) not valid');
    expect(isRead()).toBe(false);
    for (const name of ['d', 'g'])
      expect((await inTransaction(`alter table notes validate constraint ${name}`)).filter((lock) => /Exclusive/.test(lock))).toEqual([
        'notes ShareUpdateExclusiveLock',
      ]);
  });

  it('to validate in the transaction that adds the constraint reads the table under the lock of adding it', async () => {
    expect(await inTransaction("alter table notes add constraint c check (title <> '') not valid", 'alter table notes validate constraint c')).toContain(
      'notes AccessExclusiveLock',
    );
    expect(isRead()).toBe(true);
  });
});

import { Pool, types } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PostgresqlSession } from '../../../../plugins/orm/src/drivers/postgresql/session.ts';
import type { PgClient, PgPool, PgResult } from '../../../../plugins/orm/src/drivers/postgresql/pg.ts';
import { createTypeParsers } from '../../../../plugins/orm/src/drivers/postgresql/values.ts';
import type { OpenedDatabase } from '../../support/databases.ts';
import { createPostgresqlDatabase } from '../../support/postgresql-database.ts';

/** The type `integer`. */
const INT4 = 23;

let opened: OpenedDatabase;
let pool: PgPool;
let session: PostgresqlSession;
let client: PgClient;

beforeEach(async () => {
  opened = await createPostgresqlDatabase().open();
  if (opened.options.driver !== 'postgresql') throw new Error('not PostgreSQL');
  pool = new Pool({ connectionString: opened.options.url, max: 2 }) as unknown as PgPool; // typed by what is used of it
  pool.on('error', () => undefined);
  pool.on('connect', (connected) => connected.on('error', () => undefined)); // the database is dropped while connections are being ended
  session = new PostgresqlSession(pool, createTypeParsers(types));
  client = await pool.connect();
});

afterEach(async () => {
  client.release();
  await pool.end();
  await opened.drop();
});

function run(text: string, ...values: unknown[]): Promise<PgResult> {
  return session.run(client, { text, values });
}

describe('a statement on PostgreSQL', () => {
  it('is answered with objects, the first time and later', async () => {
    const text = `select $1::int as number, $2::text as text, null as nothing, $3::bytea as bytes, 5::bigint as big, true as yes, '{"a":1}'::jsonb as json`;
    const expected = { number: 1, text: 'ä', nothing: null, bytes: Buffer.from([0, 255]), big: 5, yes: true, json: { a: 1 } };
    for (let round = 0; round < 3; round++) expect((await run(text, 1, 'ä', new Uint8Array([0, 255]))).rows).toEqual([expected]);
  });

  it('is answered with arrays, which keep columns of one name apart', async () => {
    for (let round = 0; round < 3; round++) expect(await session.readAlone('select 1 as a, null as a, $1 as a', ['x'])).toEqual([[1, null, 'x']]);
    expect(await session.readAlone('select 1 where false', [])).toEqual([]);
  });

  it('tells its command and the number of its rows', async () => {
    await run('create temporary table things (id int primary key)');
    const told: string[] = [];
    for (const text of [
      'begin',
      'insert into things values (1), (2)',
      'select id from things',
      'update things set id = id + 10',
      'delete from things',
      'commit',
    ]) {
      const { command, rowCount } = await run(text);
      told.push(`${command} ${rowCount}`);
    }
    expect(told).toEqual(['BEGIN null', 'INSERT 2', 'SELECT 2', 'UPDATE 2', 'DELETE 2', 'COMMIT null']);
  });

  it('of comments only is answered with nothing', async () => {
    for (let round = 0; round < 2; round++) expect(await run('-- nothing')).toEqual({ command: '', rowCount: null, rows: [] });
  });

  it('has its columns described once on a connection', async () => {
    const sent: string[] = [];
    const { connection } = client as unknown as { readonly connection: { describe(message: object): void } }; // as `pg` has it
    const describeColumns = connection.describe.bind(connection);
    connection.describe = (message) => {
      sent.push('describe');
      describeColumns(message);
    };
    for (let round = 0; round < 3; round++) await run('select $1::int + 1 as next', round);
    for (let round = 0; round < 3; round++) await run('set application_name = test');
    expect(sent).toHaveLength(2);
  });

  it('that runs another one has the columns of that one', async () => {
    await run('begin');
    await run('declare things cursor for select 1 as number');
    expect((await run('fetch 1 from things')).rows).toEqual([{ number: 1 }]);
    await run('close things');
    await run("declare things cursor for select 'a' as text, true as yes");
    expect((await run('fetch 1 from things')).rows).toEqual([{ text: 'a', yes: true }]);
    await run('prepare other as select 1 as number');
    expect((await run('execute other')).rows).toEqual([{ number: 1 }]);
    await run('deallocate other');
    await run("prepare other as select 'a' as text, true as yes");
    expect((await run('execute other')).rows).toEqual([{ text: 'a', yes: true }]);
  });

  it('is prepared again when the application has thrown all prepared ones away', async () => {
    for (const discard of ['deallocate all', 'discard all']) {
      for (const text of ['begin', 'select 1 as a', 'commit', discard, 'begin', 'select 1 as a']) await run(text);
      await run(discard === 'discard all' ? 'rollback' : discard);
      expect((await run('select 1 as a')).rows).toEqual([{ a: 1 }]);
      await run('rollback');
    }
  });

  it('gets arrays as arrays of the server', async () => {
    const texts = ['', 'null', 'a, "b"', String.raw`c:\d`, '{e}', null];
    expect((await run('select $1::text[] as texts', texts)).rows).toEqual([{ texts }]);
    expect((await run('select 2 = any($1) as yes, $2::int[] as none, $3::int[] as nested', [1, 2], [], [[1], [2]])).rows).toEqual([
      { yes: true, none: [], nested: [[1], [2]] },
    ]);
    const bytes = [new Uint8Array([0, 255])];
    expect((await run('select $1::bytea[] as bytes', bytes)).rows).toEqual([{ bytes: [Buffer.from([0, 255])] }]);
    expect((await run('select $1::timestamptz[] = array[$2::timestamptz] as yes', [new Date(5)], new Date(5))).rows).toEqual([{ yes: true }]);
  });

  it('that fails leaves its connection as it was, and says where it was run', async () => {
    const text = 'select $1::int as number';
    const error: unknown = await run(text, 'x').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: '22P02' });
    expect((error as Error).stack).toContain('session.ts');
    expect((await run(text, 2)).rows).toEqual([{ number: 2 }]);
    await expect(run('select nonsense')).rejects.toMatchObject({ code: '42703' });
    await expect(run('select 1 / $1::int as ratio', 0)).rejects.toMatchObject({ code: '22012' });
    expect((await run('select 1 / $1::int as ratio', 1)).rows).toEqual([{ ratio: 1 }]);
  });

  it('whose answer cannot be read is an error, and the connection goes on', async () => {
    const parsers = createTypeParsers(types);
    const fail = (): never => {
      throw new SyntaxError('unreadable');
    };
    const broken = new PostgresqlSession(pool, { getTypeParser: (oid, format) => (oid === INT4 ? fail : parsers.getTypeParser(oid, format)) });
    for (let round = 0; round < 2; round++)
      await expect(broken.run(client, { text: 'select n from generate_series(1, 3) n', values: [] })).rejects.toThrow('unreadable');
    expect((await broken.run(client, { text: "select 'well' as how", values: [] })).rows).toEqual([{ how: 'well' }]);
  });

  it('that wants data from the client is refused, and does not wait', async () => {
    await run('create temporary table copies (id int)');
    await expect(run('copy copies from stdin')).rejects.toThrow(/COPY FROM STDIN/);
    expect((await run('copy copies to stdout')).rows).toEqual([]);
  });

  it('is run without a name when there are very many', async () => {
    for (let number = 0; number < 1_010; number++) await run(`select ${number} as n`);
    for (let round = 0; round < 2; round++) expect((await run('select 1009 as n')).rows).toEqual([{ n: 1_009 }]);
    expect((await run('select count(*) as n from pg_prepared_statements')).rows).toEqual([{ n: 1_000 }]);
  });

  it('is answered in order when several are asked at once on one connection', async () => {
    const results = await Promise.all([1, 2, 3].map((number) => run('select $1::int as n', number)));
    expect(results.map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SqlDriverName } from '../../../../plugins/orm/src/drivers/driver.ts';
import { lintMigrations } from '../../../../plugins/orm/src/migrations/lint/lint-migrations.ts';
import { LINT_RULES, MIGRATION_RULES } from '../../../../plugins/orm/src/migrations/lint/lint-rules.ts';
import { sampleTables } from './sample-tables.ts';

function lint(driver: SqlDriverName, statements: readonly string[], options: { readonly rows?: number; readonly running?: readonly string[] } = {}): string[] {
  const tables = sampleTables(driver);
  const { findings } = lintMigrations({
    driver,
    tables,
    running: options.running === undefined ? undefined : new Map([...tables].filter(([name]) => options.running?.includes(name))),
    rows: new Map(options.rows === undefined ? [] : [...tables.keys()].map((name) => [name, options.rows ?? 0])),
    migrations: [{ name: '1_one', file: '1_one.ts', source: '', isReversible: true, statements: statements.map((sql) => ({ sql, parameters: [] })) }],
  });
  return findings.map(({ rule }) => rule);
}

/** What each rule is about, and what is close to it and harmless. */
const CASES: Readonly<Record<string, { readonly [Driver in SqlDriverName]?: { readonly harm: readonly string[]; readonly harmless: readonly string[] } }>> = {
  'pg-index': {
    postgresql: {
      harm: [
        'create index a on notes (title)',
        'CREATE UNIQUE INDEX IF NOT EXISTS "a" ON ONLY "notes" USING btree ("title")',
        'create index on public.notes (lower(title))',
      ],
      harmless: [
        'create index concurrently a on notes (title)',
        'create table t (a text); create index a on t (a)',
        'create index if not exists notes_index_0 on notes (user_id)',
        "select 'create index a on notes (title)' -- create index a on notes (title)",
      ],
    },
    mysql: { harm: [], harmless: ['create index a on notes (title)'] },
  },
  'pg-unique-scan': {
    postgresql: {
      harm: [
        'alter table notes add constraint u unique (title)',
        'alter table notes add unique nulls not distinct (title)',
        'alter table notes add column code text unique',
      ],
      harmless: ['alter table notes add constraint u unique using index u', 'create table t (a text unique)', 'alter table notes add column code text'],
    },
  },
  'pg-type-rewrite': {
    postgresql: {
      harm: [
        'alter table notes alter column price type numeric(14,4)',
        'alter table notes alter title type varchar(50)',
        'alter table notes alter column title set data type text using lower(title)',
        'alter table users alter column id type integer',
      ],
      harmless: [
        'alter table notes alter column title type varchar(200)',
        'alter table "notes" alter column "title" type text using "title"::text',
        'alter table notes alter column title type character varying(255) using title::character varying(255)',
        'alter table notes alter column price type numeric(14,2)',
        'alter table notes alter column body type varchar',
      ],
    },
  },
  'pg-volatile-default': {
    postgresql: {
      harm: [
        'alter table notes add column token uuid default gen_random_uuid()',
        "alter table notes add column n bigint not null default nextval('s')",
        'alter table notes add at timestamptz default clock_timestamp()',
      ],
      harmless: [
        'alter table notes add column at timestamptz default now()',
        'alter table notes add n numeric(12,2) default (1 + 2)',
        "alter table notes add n varchar(20) default 'f(x)'",
      ],
    },
  },
  'pg-generated-column': {
    postgresql: {
      harm: [
        'alter table notes add column n bigserial',
        'alter table notes add n bigint generated always as identity',
        'alter table notes add n int generated always as (id * 2) stored',
      ],
      harmless: ['alter table notes add column n bigint', 'create table t (n bigserial)'],
    },
  },
  'pg-not-null-scan': {
    postgresql: {
      harm: ['alter table notes alter column status set not null', 'alter table notes alter column body set not null'],
      harmless: [
        'alter table notes alter column done set not null', // a check that says so is there
        'alter table notes alter column status drop not null',
        'alter table notes validate constraint notes_2; alter table notes alter column body set not null',
        'alter table notes add column n text; alter table notes alter column n set not null',
      ],
    },
  },
  'pg-constraint-scan': {
    postgresql: {
      harm: [
        "alter table notes add constraint c check (title <> '')",
        'alter table notes add foreign key (price) references users (id)',
        'alter table notes add column n int check (n > 0)',
      ],
      harmless: [
        "alter table notes add constraint c check (title <> '') not valid",
        'alter table notes add constraint f foreign key (user_id) references users (id) not valid',
        'create table t (a text check (a > 1), u bigint references users (id)); create index i on t (u); alter table t add constraint f foreign key (u) references users (id)',
      ],
    },
  },
  'pg-validate-together': {
    postgresql: {
      harm: ['alter table notes add constraint c check (title is not null) not valid; alter table notes validate constraint c'],
      harmless: ['alter table notes validate constraint notes_2'],
    },
  },
  'pg-table-lock': {
    postgresql: {
      harm: [
        'lock table notes in share mode',
        'vacuum full notes',
        'vacuum (full, analyze) notes',
        'cluster notes using i',
        'reindex table notes',
        'refresh materialized view m',
        'alter table notes set logged',
      ],
      harmless: ['vacuum notes', 'reindex table concurrently notes', 'refresh materialized view concurrently m', 'create table t (a text); lock table t'],
    },
  },
  'pg-lock-timeout': {
    postgresql: {
      harm: ['alter table notes add a text; alter table users add b text'],
      harmless: [
        "set local lock_timeout = '3s'; alter table notes add a text; alter table users add b text",
        'alter table notes add a text; create table t (a text); alter table t add b text',
        'create index concurrently a on notes (title); create index concurrently b on users (name)',
      ],
    },
  },
  'mysql-type-copy': {
    mysql: {
      harm: [
        'alter table notes modify column price decimal(14,4) not null',
        'alter table notes change title heading varchar(300) not null',
        'alter table `notes` modify `title` text',
      ],
      harmless: [
        'alter table notes modify title varchar(100) null',
        'alter table notes modify column price decimal(14,4) not null, algorithm=inplace, lock=none',
        'alter table notes modify status varchar(60)',
        'create table t (a int); alter table t modify a bigint',
      ],
    },
  },
  'mysql-charset-copy': {
    mariadb: {
      harm: ['alter table notes convert to character set utf8mb4', 'alter table notes modify title varchar(100) character set latin1 not null'],
      harmless: ['alter table notes default character set utf8mb4', 'alter table notes convert to character set utf8mb4, lock=none'],
    },
  },
  'mysql-primary-key-copy': {
    mysql: {
      harm: ['alter table notes drop primary key'],
      harmless: ['alter table notes drop primary key, add primary key (id, user_id)', 'alter table notes drop key notes_index_0'],
    },
  },
  'mysql-constraint-copy': {
    mariadb: {
      harm: ['alter table notes add constraint f foreign key (user_id) references users (id)', 'alter table notes add check (price > 0)'],
      harmless: [
        'set foreign_key_checks = 0; alter table notes add constraint f foreign key (user_id) references users (id); set foreign_key_checks = 1',
        'alter table notes add unique u (title)',
      ],
    },
    mysql: { harm: ['set session check_constraint_checks = 0; alter table notes add check (price > 0)'], harmless: ['alter table notes drop foreign key f'] },
  },
  'mysql-blocked-writes': {
    mysql: {
      harm: [
        'create fulltext index f on notes (body)',
        'alter table notes add fulltext key f (body)',
        'alter table notes add n bigint not null auto_increment unique',
        'alter table notes add column n longtext generated always as (lower(title)) stored',
      ],
      harmless: ['create index f on notes (title)', 'alter table notes add key f (title)', '/* fulltext index */ create table t (a text, fulltext key f (a))'],
    },
  },
  'mysql-table-lock': {
    mysql: { harm: ['lock tables notes write'], harmless: ['unlock tables', "insert into notes (title) values ('lock tables notes write')"] },
  },
  'sqlite-rebuild': {
    sqlite: {
      harm: [
        'create table "notes__new" ("id" integer, "title" text); insert into "notes__new" ("id", "title") select "id", "title" from "notes"; drop table "notes"; alter table "notes__new" rename to "notes"',
      ],
      harmless: [
        'alter table notes add column a text',
        'create table t (a text); create table u (a text); insert into u select a from t; drop table t; alter table u rename to t',
      ],
    },
  },
  'drop-table': {
    sqlite: {
      harm: ['drop table notes', 'drop table if exists "main"."notes"', 'drop table [notes]'],
      harmless: ['create table t (a text); drop table t', 'drop index notes', "select 'drop table notes'"],
    },
    postgresql: {
      harm: ['drop table users, notes cascade'],
      harmless: ['comment on table notes is $x$drop table notes$x$', '/* drop table /* nested */ notes; drop table notes */ select 1'],
    },
    mysql: { harm: ['drop table `notes`', '/*!50000 drop table notes */'], harmless: ["select 'it\\'s; drop table notes'", '# drop table notes'] },
  },
  'drop-column': {
    sqlite: {
      harm: [
        'alter table notes drop body',
        'create table n (id integer, title text); insert into n select id, title from notes; drop table notes; alter table n rename to notes',
      ],
      harmless: ['alter table notes add extra text; alter table notes drop column extra', 'alter table notes rename column body to text'],
    },
    postgresql: {
      harm: ['alter table if exists only notes add a text, drop column if exists body cascade'],
      harmless: ['alter table notes drop constraint notes_2'],
    },
    mariadb: { harm: ['alter table notes rename column body to text; alter table notes drop text'], harmless: ['alter table notes drop check c'] },
  },
  'narrow-type': {
    postgresql: {
      harm: ['alter table notes alter body type varchar(20)', 'alter table notes alter price type numeric(8,2)', 'alter table users alter id type int4'],
      harmless: ['alter table notes alter title type text'],
    },
    mysql: {
      harm: ['alter table notes modify id smallint', 'alter table notes modify price decimal(12,1)'],
      harmless: ['alter table notes modify body longtext', 'alter table notes modify id bigint(20) not null'],
    },
  },
  'delete-all': {
    sqlite: {
      harm: ['delete from notes', "delete from notes returning 'where'"],
      harmless: [
        'create trigger t after insert on users begin delete from notes; select case when 1 then 2 end; end; select 1',
        'delete from notes where id = ?',
        'delete from nothing',
      ],
    },
    postgresql: {
      harm: ['truncate only users, notes', 'with x as (select 1 where true) delete from notes'],
      harmless: ['with x as (select 1) delete from notes where id in (select * from x)'],
    },
    mysql: {
      harm: ['truncate table notes', 'delete low_priority from notes limit 5'],
      harmless: ['delete notes from notes join users on true where users.id = 1'],
    },
  },
  'update-all': {
    mariadb: {
      harm: ["update notes set title = 'where'", 'update notes set price = (select 1 from users where id = 1)'],
      harmless: ['update notes set title = ? where title is null'],
    },
  },
  'drop-used-table': { mysql: { harm: ['drop table notes'], harmless: ['create table t (a int); drop table t'] } },
  'drop-used-column': {
    postgresql: { harm: ['alter table notes drop column body'], harmless: ['alter table notes add c text; alter table notes drop column c'] },
  },
  'rename-used-table': {
    sqlite: { harm: ['alter table notes rename to memos'], harmless: ['create table t (a text); alter table t rename to u'] },
    mysql: { harm: ['rename table notes to memos'], harmless: ['alter table notes rename key a to b'] },
  },
  'rename-used-column': {
    postgresql: {
      harm: ['alter table notes rename column body to text', 'alter table notes rename body to text'],
      harmless: ['alter table notes rename constraint notes_2 to c', 'alter table notes add a text; alter table notes rename a to b'],
    },
    mysql: { harm: ['alter table notes change title heading varchar(100)'], harmless: ['alter table notes change title title varchar(100) not null'] },
  },
  'add-required-column': {
    sqlite: {
      harm: [
        'create table n (id integer, title text, body text, price numeric, status text, done int, user_id int, extra text not null); insert into n select *, null from notes; drop table notes; alter table n rename to notes',
      ],
      harmless: ["alter table notes add a text not null default ''"],
    },
    postgresql: {
      harm: ['alter table notes add a text not null'],
      harmless: ['alter table notes add a text default null', "alter table notes add a text default 'x' not null", 'create table t (a text not null)'],
    },
    mysql: { harm: ['alter table notes add (a int not null, b int)'], harmless: ['alter table notes add a int not null auto_increment unique'] },
  },
  'require-column': {
    postgresql: { harm: ['alter table users alter name set not null'], harmless: ['alter table notes alter status set not null'] },
    mysql: {
      harm: ['alter table users modify name varchar(100) not null'],
      harmless: ["alter table users modify name varchar(100) not null default ''", 'alter table users modify email varchar(100) not null'],
    },
  },
  'new-constraint': {
    sqlite: {
      harm: ['create unique index u on notes (title)'],
      harmless: [
        'create index u on notes (title)',
        'create unique index u on users (email)',
        'alter table notes add a text; create unique index u on notes (a, title)',
      ],
    },
    postgresql: {
      harm: ['alter table notes add constraint c check (price > 0) not valid'],
      harmless: ['alter table notes add a int; alter table notes add constraint c check (a > 0) not valid'],
    },
    mariadb: { harm: ['alter table notes add unique (title)'], harmless: ['alter table notes add unique using index u'] },
  },
  'foreign-key-index': {
    sqlite: {
      harm: ['create table t (u integer references users (id))'],
      harmless: ['create table t (u integer references users (id)); create index i on t (u)', 'create table t (u integer primary key references users (id))'],
    },
    postgresql: {
      harm: ['alter table notes add constraint f foreign key (price) references users (id)', 'alter table notes add u bigint references users (id)'],
      harmless: [
        'alter table notes add constraint f foreign key (user_id) references users (id)',
        'create table t (u bigint, n bigint, unique (u, n), foreign key (u) references users (id))',
      ],
    },
  },
};

describe('the rules about migrations', () => {
  it('have cases, each of them', () => {
    expect(Object.keys(CASES).toSorted()).toEqual(LINT_RULES.map(({ id }) => id).toSorted());
  });

  for (const [rule, byDriver] of Object.entries(CASES))
    for (const [driver, { harm, harmless }] of Object.entries(byDriver) as [
      SqlDriverName,
      { readonly harm: readonly string[]; readonly harmless: readonly string[] },
    ][])
      describe(`${rule} on ${driver}`, () => {
        for (const sql of harm) it(`finds: ${sql}`, () => expect(lint(driver, [sql])).toContain(rule));
        for (const sql of harmless) it(`lets pass: ${sql}`, () => expect(lint(driver, [sql])).not.toContain(rule));
      });

  it('stand in the README, as they are', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../../plugins/orm/README.md'), 'utf8');
    const rows = [...LINT_RULES, ...Object.values(MIGRATION_RULES)].map(
      ({ id, severity, about }) => `| \`${id}\`${severity === 'error' ? '' : ' (warning)'} | ${about} |`,
    );
    expect(readme).toContain(`| rule | about |\n| --- | --- |\n${rows.join('\n')}\n\n`);
  });

  it('hold only for their databases', () => {
    for (const driver of ['sqlite', 'mysql', 'mariadb'] as const)
      expect(lint(driver, ['create index a on notes (title)', 'alter table notes add a text; alter table users add b text'])).toEqual([]);
    expect(lint('postgresql', ['alter table notes drop primary key']).filter((rule) => rule.startsWith('mysql'))).toEqual([]);
  });

  it('count the rows of a table that SQLite builds anew', () => {
    const rebuild =
      'create table n (id bigint, email varchar(100) not null, name varchar(100)); insert into n select * from users; drop table users; alter table n rename to users; create unique index e on users (email)';
    expect(lint('sqlite', [rebuild], { rows: 9_999 })).toEqual([]);
    expect(lint('sqlite', [rebuild], { rows: 10_000 })).toEqual(['sqlite-rebuild']);
  });

  it('know what the running release uses', () => {
    const statements = ['drop table notes', 'alter table users rename column name to full_name'];
    expect(lint('sqlite', statements, { running: ['notes'] })).toEqual(['drop-table', 'drop-used-table']);
    expect(lint('sqlite', statements, { running: [] })).toEqual(['drop-table']);
    expect(lint('sqlite', statements)).toEqual(['drop-table', 'drop-used-table', 'rename-used-column']);
  });

  it('follow a table that is renamed', () => {
    expect(lint('postgresql', ['alter table notes rename to memos', 'alter table memos alter column price type numeric(14,4)'], { running: [] })).toEqual([
      'pg-type-rewrite',
      'pg-lock-timeout',
    ]);
  });
});

/** Shows on a real MariaDB that the rules about copies are true: it refuses to do online what they are about, and does what they recommend. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isChangedOnline } from '../../../../plugins/orm/src/migrations/lint/column-type.ts';
import type { OpenedDatabase } from '../../support/databases.ts';
import { askMysql, createMysqlDatabase } from '../../support/mysql-database.ts';

const mariadb = await createMysqlDatabase('mariadb', 'MARIADB_URL');
const ONLINE = ', algorithm=inplace, lock=none';

describe.skipIf(mariadb.problem !== undefined)(`on a MariaDB server${mariadb.problem === undefined ? '' : `: ${mariadb.problem}`}`, () => {
  let opened: OpenedDatabase;

  beforeEach(async () => {
    opened = await mariadb.open();
    await ask(
      'create table users (id bigint primary key)',
      'create table notes (id bigint not null, title varchar(20), body text, price decimal(12,2), user_id bigint, primary key (id)) default character set latin1',
      'insert into users values (1)',
      "insert into notes values (1, 'one', 'text', 1.5, 1)",
    );
  });

  afterEach(() => opened.drop());

  async function ask(...statements: readonly string[]): Promise<unknown[]> {
    if (!('url' in opened.options)) throw new Error('the database has no address');
    return askMysql(opened.options.url, ...statements);
  }

  async function isRefused(...statements: readonly string[]): Promise<boolean> {
    try {
      await ask(...statements);
      return false;
    } catch (error) {
      if (error instanceof Error && /is not supported/.test(error.message)) return true;
      throw error;
    }
  }

  it.each([
    ['varchar(20)', 'varchar(40)'],
    ['varchar(20)', 'varchar(10)'],
    ['varchar(20)', 'text'],
    ['decimal(12,2)', 'decimal(14,4)'],
    ['int', 'bigint'],
    ["enum('a','b')", "enum('a','b','c')"],
    ["enum('a','b')", "enum('b','a')"],
    ['bigint', 'bigint(20)'],
  ])('a change from %s to %s is done online exactly when the rule lets it pass', async (from, to) => {
    await ask(`alter table notes add column c ${from}`);
    expect(await isRefused(`alter table notes modify column c ${to}${ONLINE}`)).toBe(!isChangedOnline(from, to));
  });

  it.each([
    ['mysql-charset-copy', 'alter table notes convert to character set utf8mb4'],
    ['mysql-primary-key-copy', 'alter table notes drop primary key'],
    ['mysql-constraint-copy', 'alter table notes add constraint f foreign key (user_id) references users (id)'],
    ['mysql-constraint-copy', 'alter table notes add constraint c check (price > 0)'],
    ['mysql-blocked-writes', 'alter table notes add fulltext index f (body)'],
    ['mysql-blocked-writes', 'alter table notes add column n bigint not null auto_increment unique'],
    ['mysql-blocked-writes', 'alter table notes add column n longtext generated always as (lower(title)) stored'],
  ])('%s: it refuses to do online "%s"', async (_, statement) => {
    expect(await isRefused(`${statement}${ONLINE}`)).toBe(true);
  });

  it.each([
    ['alter table notes default character set utf8mb4'],
    ['alter table notes drop primary key, add primary key (id, user_id)'],
    ['alter table notes add index i (title)'],
    ['alter table notes add unique u (title)'],
  ])('it does online "%s"', async (statement) => {
    await ask('update notes set user_id = 1', 'alter table notes modify user_id bigint not null');
    expect(await isRefused(`${statement}${ONLINE}`)).toBe(false);
  });

  it('it does online what is recommended for foreign keys', async () => {
    expect(await isRefused('set foreign_key_checks = 0', `alter table notes add constraint f foreign key (user_id) references users (id)${ONLINE}`)).toBe(
      false,
    );
  });
});

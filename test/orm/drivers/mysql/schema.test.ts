import { describe, expect, it } from 'vitest';
import { compareMysqlSchemas } from '../../../../plugins/orm/src/drivers/mysql/schema-diff.ts';
import { readMysqlSchema } from '../../../../plugins/orm/src/drivers/mysql/schema.ts';
import type { SchemaSnapshot } from '../../../../plugins/orm/src/drivers/schema-snapshot.ts';

const column = (name: string, type: string, nullable = 'NO', value: string | null = null): object => ({
  table: 'notes',
  name,
  type,
  nullable,
  default: value,
  key: name === 'id' ? 'PRI' : '',
  collation: 'utf8mb4_0900_bin',
});

function read(columns: readonly object[], statement: string): Promise<SchemaSnapshot> {
  return readMysqlSchema(async (sql) => (sql.startsWith('show') ? [{ Table: 'notes', 'Create Table': statement }] : columns), []);
}

const COLUMNS = [column('id', 'bigint unsigned'), column('a,b', 'varchar(20)', 'YES'), column('data', 'json'), column('owner_id', 'bigint unsigned')];
// as MySQL 8 writes it
const STATEMENT = `CREATE TABLE "notes" (
  "id" bigint unsigned NOT NULL AUTO_INCREMENT,
  "a,b" varchar(20) COLLATE utf8mb4_0900_bin DEFAULT 'x,(''y',
  "data" json NOT NULL,
  "owner_id" bigint unsigned NOT NULL,
  PRIMARY KEY ("id"),
  UNIQUE KEY "notes_a_unique" ("a,b"),
  KEY "notes_owner_id_index" ("owner_id"),
  CONSTRAINT "notes_owner_id_foreign" FOREIGN KEY ("owner_id") REFERENCES "owners" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "notes_a_check" CHECK (("a,b" in (_utf8mb4'x',_utf8mb4'y)')))
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin`;

describe('a table of MySQL', () => {
  it('is made of columns, constraints and indexes; foreign keys come last', async () => {
    const { up, down } = compareMysqlSchemas(new Map(), await read(COLUMNS, STATEMENT));
    expect(up.map(({ sql }) => sql)).toEqual([
      `create table "notes" (
  "id" bigint unsigned NOT NULL AUTO_INCREMENT,
  "a,b" varchar(20) COLLATE utf8mb4_0900_bin DEFAULT 'x,(''y',
  "data" json NOT NULL,
  "owner_id" bigint unsigned NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "notes_a_check" CHECK (("a,b" in (_utf8mb4'x',_utf8mb4'y)')))
) collate utf8mb4_0900_bin`,
      'create unique index "notes_a_unique" on "notes" ("a,b")',
      'create index "notes_owner_id_index" on "notes" ("owner_id")',
      'alter table "notes" add constraint "notes_owner_id_foreign" FOREIGN KEY ("owner_id") REFERENCES "owners" ("id") ON DELETE RESTRICT ON UPDATE CASCADE',
    ]);
    expect(down.map(({ sql }) => sql)).toEqual(['alter table "notes" drop constraint "notes_owner_id_foreign"', 'drop table "notes"']);
  });

  it('has JSON where MariaDB has a text with a check', async () => {
    const mariadb = STATEMENT.replace('"data" json NOT NULL', '"data" longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (json_valid("data"))');
    const columns = COLUMNS.with(2, column('data', 'longtext'));
    expect((await read(columns, mariadb)).get('notes')?.columns.get('data')).toMatchObject({ type: 'json', definition: '"data" json NOT NULL' });
  });

  it('changes columns, and gives rows an empty value on the way back', async () => {
    const from = await read(COLUMNS, STATEMENT);
    const loose = STATEMENT.replace('"data" json NOT NULL', '"data" json DEFAULT NULL').replace('  "owner_id" bigint unsigned NOT NULL,\n', '');
    const to = await read([COLUMNS[0], COLUMNS[1], column('data', 'json', 'YES', 'NULL')] as object[], loose);
    const { up, down } = compareMysqlSchemas(from, to);
    expect(up.map(({ sql }) => sql)).toEqual(['alter table "notes" modify column "data" json DEFAULT NULL', 'alter table "notes" drop column "owner_id"']);
    expect(down.map(({ sql }) => sql)).toEqual([
      `update "notes" set "data" = 'null' where "data" is null`,
      'alter table "notes" modify column "data" json NOT NULL',
      'alter table "notes" add column "owner_id" bigint unsigned NOT NULL default (0)',
      'alter table "notes" alter column "owner_id" drop default',
    ]);
  });
});

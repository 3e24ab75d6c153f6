/** Tables that migrations change in the tests of the rules, as each database would describe them. */
import type { SqlDriverName } from '../../../../plugins/orm/src/drivers/driver.ts';
import type { ColumnSnapshot, SchemaSnapshot, TableSnapshot } from '../../../../plugins/orm/src/drivers/schema-snapshot.ts';

function toColumn(name: string, type: string, { nullable = false, value = null as string | null, primary = false } = {}): ColumnSnapshot {
  return { name, type, nullable, default: value, primary, definition: `"${name}" ${type}${nullable ? '' : ' not null'}` };
}

function toTable(name: string, columns: readonly ColumnSnapshot[], constraints: readonly string[] = [], indexes: readonly string[] = []): TableSnapshot {
  return {
    name,
    sql: `create table "${name}" (${columns.map(({ definition }) => definition).join(', ')})`,
    columns: new Map(columns.map((column) => [column.name, column])),
    constraints: new Map(constraints.map((definition, place) => [definition, `${name}_${place}`])),
    indexes: new Map(
      indexes.map((sql, place) => [
        `${name}_index_${place}`,
        {
          name: `${name}_index_${place}`,
          unique: sql.startsWith('unique'),
          sql: `create ${sql.startsWith('unique') ? 'unique ' : ''}index "${name}_index_${place}" on "${name}" ${sql.replace('unique ', '')}`,
        },
      ]),
    ),
  };
}

/** Users, and notes that belong to them. */
export function sampleTables(driver: SqlDriverName): SchemaSnapshot {
  const types =
    driver === 'postgresql'
      ? { text: 'text', short: 'character varying(100)', number: 'numeric(12,2)', big: 'bigint' }
      : { text: 'text', short: 'varchar(100)', number: 'decimal(12,2)', big: 'bigint' };
  const users = toTable(
    'users',
    [toColumn('id', types.big, { primary: true }), toColumn('email', types.short), toColumn('name', types.short, { nullable: true })],
    ['PRIMARY KEY (id)'],
    ['unique ("email")'],
  );
  const notes = toTable(
    'notes',
    [
      toColumn('id', types.big, { primary: true }),
      toColumn('title', types.short),
      toColumn('body', types.text, { nullable: true }),
      toColumn('price', types.number),
      toColumn('status', 'varchar(20)', { value: "'draft'", nullable: true }),
      toColumn('done', 'boolean', { nullable: true }),
      toColumn('user_id', types.big),
    ],
    ['PRIMARY KEY (id)', 'CHECK ((done IS NOT NULL))', 'CHECK ((body IS NOT NULL)) NOT VALID', 'FOREIGN KEY (user_id) REFERENCES users(id)'],
    ['("user_id")'],
  );
  return new Map([users, notes].map((table) => [table.name, table]));
}

/**
 * Puts rows into empty tables, made from what the database says of them: values of the type of each column, different in each
 * row, keys of rows that exist, and words that the checks allow. Where a check asks for more, several ways are tried.
 */
import type { SqlDriver, SchemaConnection } from '../drivers/driver.ts';
import { quote } from '../drivers/quote.ts';
import type { ColumnSnapshot, TableSnapshot } from '../drivers/schema-snapshot.ts';
import { orderTables, readForeignKeys, readWords } from './table-links.ts';

/** Rows by their table; the names are those of the database. */
export type TableRows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** A table that got no rows, and why. */
export interface UnfilledTable {
  readonly table: string;
  readonly error: unknown;
}

/** How tables are filled. */
export interface FillOptions {
  /** How many rows each table gets. */
  readonly count: number;
  /** Rows that are taken instead of made ones. */
  readonly rows: TableRows;
}

/** Fills the tables that are empty, and returns those that cannot be filled. */
export async function fillTables(driver: SqlDriver, { count, rows }: FillOptions): Promise<UnfilledTable[]> {
  const tables = orderTables(await driver.readSchema([]));
  const unfilled: UnfilledTable[] = [];
  await driver.changeSchema(async (connection) => {
    for (const table of tables) {
      if ((await connection.query(`select 1 from ${quote(table.name)} limit 1`)).length > 0) continue;
      try {
        const given = rows[table.name]?.filter((row) => Object.keys(row).every((name) => table.columns.has(name)));
        if (given !== undefined) await connection.atomically(() => insertRows(connection, table, given));
        else await fillTable(connection, table, count);
      } catch (error) {
        unfilled.push({ table: table.name, error });
      }
    }
  });
  return unfilled;
}

async function fillTable(connection: SchemaConnection, table: TableSnapshot, count: number): Promise<void> {
  const optional = [...table.columns.values()].filter((column) => column.nullable).map(({ name }) => name);
  const choices: readonly (readonly string[])[] = [optional, [], ...optional.map((name) => [name])];
  let failure: unknown;
  for (const chosen of choices) {
    try {
      await connection.atomically(async () => {
        for (let index = 0; index < count; index++) await insertRows(connection, table, [await makeRow(connection, table, { index, chosen })]);
      });
      return;
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

async function makeRow(
  connection: SchemaConnection,
  table: TableSnapshot,
  { index, chosen }: { readonly index: number; readonly chosen: readonly string[] },
): Promise<Record<string, unknown>> {
  const row: Record<string, unknown> = {};
  const referring = new Set<string>();
  for (const key of readForeignKeys(table)) {
    key.columns.forEach((column) => referring.add(column));
    if (!key.columns.every((column) => chosen.includes(column) || table.columns.get(column)?.nullable === false)) continue;
    const targets = key.targets.every((name) => name === '') ? ['id'] : key.targets;
    const others = await connection.query(`select ${targets.map(quote).join(', ')} from ${quote(key.table)}`);
    const other = others[index % Math.max(1, others.length)];
    key.columns.forEach((column, place) => {
      if (other !== undefined) row[column] = other[targets[place] ?? ''];
    });
  }
  for (const column of table.columns.values()) {
    if (referring.has(column.name) || counts(column) || (column.nullable && !chosen.includes(column.name))) continue;
    const words = readWords(table, column.name);
    row[column.name] = words.length > 0 ? words[index % words.length] : makeValue(column, index);
  }
  return row;
}

async function insertRows(connection: SchemaConnection, table: TableSnapshot, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  for (const row of rows) {
    const names = Object.keys(row);
    if (names.length > 0)
      await connection.execute(
        `insert into ${quote(table.name)} (${names.map(quote).join(', ')}) values (${names.map(() => '?').join(', ')})`,
        names.map((name) => row[name]),
      );
    else await insertEmpty(connection, table);
  }
}

/** Databases do not agree on how a row without values is written; one column can always be named. */
async function insertEmpty(connection: SchemaConnection, table: TableSnapshot): Promise<void> {
  const [first] = table.columns.values();
  if (first === undefined) return;
  const value = first.type === 'integer' ? 'null' : 'default'; // SQLite counts with an integer, and does not know the word
  await connection.execute(`insert into ${quote(table.name)} (${quote(first.name)}) values (${value})`);
}

/** Whether the database gives the values itself. */
function counts({ type, primary, definition }: ColumnSnapshot): boolean {
  return type.endsWith('serial') || /auto_?increment/i.test(definition) || (primary && type === 'integer' && /primary key/i.test(definition));
}

function makeValue({ name, type }: ColumnSnapshot, index: number): unknown {
  if (/bool|tinyint\(1\)|^bit/.test(type)) return index % 2 === 0 ? (type === 'boolean' ? true : 1) : type === 'boolean' ? false : 0;
  if (/json/.test(type)) return `{"row":${index}}`;
  if (/uuid/.test(type)) return `00000000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`;
  if (/timestamp|datetime/.test(type)) return toMoment(type, index);
  if (type === 'date') return `2026-01-${String((index % 28) + 1).padStart(2, '0')}`;
  if (type.startsWith('time')) return `00:00:${String(index % 60).padStart(2, '0')}`;
  if (/int|num|dec|real|double|float|serial/.test(type)) return index + 1;
  if (/blob|bytea|binary/.test(type)) return new Uint8Array([index + 1]);
  return toFitting(`${name} ${index + 1}`, type, index);
}

/** SQLite keeps moments as numbers. */
function toMoment(type: string, index: number): unknown {
  return type === 'datetime' ? 1_767_225_600_000 + index * 1_000 : new Date(1_767_225_600_000 + index * 1_000);
}

function toFitting(text: string, type: string, index: number): string {
  const length = Number(/\((\d+)/.exec(type)?.[1] ?? text.length);
  return text.length <= length ? text : String(index + 1).slice(0, length);
}

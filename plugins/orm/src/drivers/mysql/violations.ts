/**
 * Reads what MySQL and MariaDB say of a violated constraint. Only foreign keys are named with table and column; else the
 * table stands in the statement, and of an index there is only its name.
 * Source: MySQL, "Server Error Message Reference"; MariaDB, "Error Codes".
 */
import type { ViolatedConstraint } from '../driver.ts';

/** Runs a query and returns its rows. */
export type ValuesQuery = (sql: string, values: readonly unknown[]) => Promise<readonly object[]>;

type Columns = ViolatedConstraint['columns'];

const NAME = '[`"]((?:[^`"]|``|"")+)[`"]';
const WRITES = new RegExp(`^\\s*(?:insert (?:ignore )?into|replace into|update|delete from)\\s+(?:${NAME}\\.)?${NAME}`, 'i');
const FOREIGN_KEY = new RegExp(`\\(${NAME}\\.${NAME}, CONSTRAINT ${NAME} FOREIGN KEY \\(([^)]+)\\)`);
const INDEX_COLUMNS =
  'select table_name as "table", column_name as "column" from information_schema.statistics where table_schema = database() and index_name = ? and (? is null or table_name = ?) order by table_name, seq_in_index';

/** Says what a violated constraint is about. */
export async function explainViolation(error: Error, query: ValuesQuery): Promise<ViolatedConstraint> {
  const { errno, sqlMessage = error.message, sql = '' } = error as { readonly errno?: number; readonly sqlMessage?: string; readonly sql?: string };
  const table = WRITES.exec(sql)?.[2];
  const at = (column: string | undefined): ViolatedConstraint => ({ columns: table === undefined || column === undefined ? [] : [{ table, column }] });
  switch (errno) {
    case 1062: // duplicate entry
      return { columns: await listColumns(query, /for key '(?:[^']*\.)?([^']*)'$/.exec(sqlMessage)?.[1], table) };
    case 1048: // null
      return at(/^Column '(.+)' cannot be null/.exec(sqlMessage)?.[1]);
    case 1364: // no default
      return at(/^Field '(.+)' doesn't have a default/.exec(sqlMessage)?.[1]);
    case 3819: // check, on MySQL
    case 4025: {
      // check, on MariaDB
      const check = /constraint ['`](.+?)['`]/i.exec(sqlMessage)?.[1];
      return { ...at(toCheckedColumn(table, check)), check };
    }
    default: {
      const [, , child = '', , columns = ''] = FOREIGN_KEY.exec(sqlMessage) ?? [];
      const isReferenced = errno === 1451 || errno === 1217;
      const names = columns.split(',').map((name) => name.trim().replaceAll(/[`"]/g, ''));
      return { columns: names.filter((name) => name !== '').map((column) => ({ table: child, column })), isReferenced };
    }
  }
}

/** The name is unknown to the models when the columns cannot be asked for. */
async function listColumns(query: ValuesQuery, index: string | undefined, table: string | undefined): Promise<Columns> {
  if (index === undefined || (index === 'PRIMARY' && table === undefined)) return [];
  const rows = await query(INDEX_COLUMNS, [index, table ?? null, table ?? null]).catch(() => []);
  return rows as Columns; // the query names the columns of its rows
}

/** The check of an enum is named after its column; MariaDB names that of JSON `table.column`, and it refuses very deep values. */
function toCheckedColumn(table: string | undefined, constraint = ''): string | undefined {
  if (table !== undefined && constraint.startsWith(`${table}.`)) return constraint.slice(table.length + 1);
  return constraint.startsWith(`${table}_`) && constraint.endsWith('_check') ? constraint.slice(`${table}_`.length, -'_check'.length) : undefined;
}

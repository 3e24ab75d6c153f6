/**
 * Tells what a statement of a migration changes: tables, rows, nothing that stays, or something that is not seen when tables are
 * compared, like a view. In doubt it is the last.
 */
import type { SqlDriverName } from '../drivers/driver.ts';

/** What a statement changes. */
export type StatementEffect = 'nothing' | 'rows' | 'tables' | 'unseen';

const TABLES = /^\s*(?:(?:alter|create|drop)\s+table|rename\s+table|create\s+(?:unique\s+|fulltext\s+)?index|(?:alter|drop)\s+index)\b/i;
const ROWS = /^\s*(?:call|delete|insert|load|merge|replace|select|truncate|update|with)\b/i;
/** What puts in order, or holds for the run. */
const NOTHING = /^\s*(?:analyze|reindex|reset|set(?!\s+(?:global|persist))|vacuum)\b/i;
/** A table that is built anew copies its rows. */
const COPY = /^\s*insert\s+into\s+"?(\w+)__new"?[\s(].*\bselect\b.*\bfrom\s+"?(\w+)"?\s*$/is;
/** An index of texts is read with its table, whatever it consists of. */
const SEARCH =
  /^\s*(?:create\s+virtual\s+table\s+"?\w+_search"?\s+using\s+fts5\b|(?:create|drop)\s+trigger\s+"?\w+_search_|insert\s+into\s+"?(\w+_search)"?\s*\("?\1"?\))/i;
/** Another statement behind it in the same text. */
const SEVERAL = /;\s*\S/;

/** What is not read of a table. */
const UNREAD: Readonly<Record<SqlDriverName, RegExp>> = {
  sqlite: /^\s*create\s+virtual\b/i,
  postgresql: /\b(?:collate|generated|identity|inherits|partition|storage|tablespace|unlogged)\b/i,
  mysql: /\b(?:auto_increment\s*=|engine\s*=|partition\s+by|row_format)/i,
  mariadb: /\b(?:auto_increment\s*=|engine\s*=|partition\s+by|row_format|system\s+versioning)/i,
};

/** Tells what a statement changes. */
export function findEffect(sql: string, driver: SqlDriverName): StatementEffect {
  if (driver === 'sqlite' && SEARCH.test(sql)) return 'tables';
  const plain = sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) => (part.startsWith('"') ? part : ' '));
  if (SEVERAL.test(plain)) return 'unseen';
  if (TABLES.test(plain)) return UNREAD[driver].test(plain.replaceAll(/"(?:[^"]|"")*"/g, '""')) ? 'unseen' : 'tables';
  if (NOTHING.test(plain)) return 'nothing';
  if (!ROWS.test(plain)) return 'unseen';
  const [, target, source] = COPY.exec(plain) ?? [];
  return target !== undefined && target === source ? 'tables' : 'rows';
}

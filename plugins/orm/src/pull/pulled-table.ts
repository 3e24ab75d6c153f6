/** Describes a table by what a model can say of it, and by what it cannot. */
import type { SqlDriverName } from '../drivers/driver.ts';
import { SEARCH_COLUMN } from '../drivers/mysql/search.ts';
import type { ColumnSnapshot, TableSnapshot } from '../drivers/schema-snapshot.ts';
import { searchIndexOf } from '../drivers/search-dialect.ts';
import { type ForeignKey, readForeignKeys } from '../migrations/table-links.ts';

/** A table, as a model sees it. */
export interface PulledTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, ColumnSnapshot>;
  /** The columns of the primary key, in their order. */
  readonly key: readonly string[];
  /** Whether the database counts the values of the key. */
  readonly counts: boolean;
  readonly foreignKeys: readonly ForeignKey[];
  readonly uniques: readonly (readonly string[])[];
  readonly indexes: readonly (readonly string[])[];
  /** The columns whose texts are searched. */
  readonly search: readonly string[];
  /** The words that a column may hold, by its name. */
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** What no model can say. */
  readonly unsaid: readonly string[];
}

const KEY = /^primary key \((.*)\)$/i;
const UNIQUE = /^unique \((.*)\)$/i;
const INDEX = /^create (unique )?index .*? on "?[^"]+"? \((.*)\)$/is;
const PLAIN = /^\s*"?\w+"?\s*$/;
const WORDS = /^check \(*"?(\w+)"?\)*(?:::text)? (?:in|= any) \(+(?:array\[)?(?=\s*')(.*?)[\])(:a-z\s]*$/is;

/** Describes a table. */
export function readPulledTable(table: TableSnapshot, driver: SqlDriverName): PulledTable {
  const definitions = [...table.constraints.keys()];
  const words = new Map<string, readonly string[]>();
  const uniques = definitions.flatMap((definition) => readList(UNIQUE.exec(definition)?.[1]));
  const indexes: string[][] = [];
  const unsaid: string[] = [];
  for (const definition of definitions) {
    const [, column, list] = WORDS.exec(definition) ?? [];
    const known = [...table.columns.keys()].find((name) => name.toLowerCase() === column?.toLowerCase());
    if (known !== undefined && list !== undefined) words.set(known, readWords(list, driver));
    else if (/^(?:check|exclude)/i.test(definition)) unsaid.push(`the constraint ${definition.replace(/\s+/g, ' ')}`);
  }
  let search: readonly string[] = [];
  for (const { name, sql } of table.indexes.values()) {
    if (name === searchIndexOf(table.name)) {
      search = readSearched(table, sql);
      continue;
    }
    const [, unique, columns = ''] = INDEX.exec(sql) ?? [];
    const parts = columns.split(',');
    if (!parts.every((part) => PLAIN.test(part))) unsaid.push(`the index ${sql}`);
    else (unique === undefined ? indexes : uniques).push(parts.map(toName));
  }
  const marked = [...table.columns.values()].filter(({ primary }) => primary).map(({ name }) => name);
  const key = definitions.flatMap((definition) => readList(KEY.exec(definition)?.[1]))[0] ?? readKeyOrder(table.sql, marked);
  const [first] = key;
  return {
    name: table.name,
    columns: search.length === 0 ? table.columns : new Map([...table.columns].filter(([name]) => name !== SEARCH_COLUMN)),
    key,
    counts: key.length === 1 && first !== undefined && isCounted(table, first, driver),
    foreignKeys: readForeignKeys(table),
    uniques,
    indexes,
    search,
    words,
    unsaid,
  };
}

function isCounted({ columns, constraints }: TableSnapshot, name: string, driver: SqlDriverName): boolean {
  const column = columns.get(name);
  if (column === undefined) return false;
  if (driver === 'sqlite') return constraints.has('autoincrement') || (column.type === 'integer' && /primary key/i.test(column.definition));
  return column.type.endsWith('serial') || / auto_increment\b/i.test(column.definition) || /identity/i.test(column.definition);
}

/** MySQL names the columns of the key in the statement that makes the table. */
function readKeyOrder(sql: string, marked: readonly string[]): readonly string[] {
  const named = /primary key \(([^)]*)\)/i.exec(sql)?.[1]?.split(',').map(toName) ?? [];
  return named.length === marked.length && named.every((name) => marked.includes(name)) ? named : marked;
}

/** The index of a model's texts, or the column that MySQL and MariaDB fill for it, names their columns. */
function readSearched({ columns }: TableSnapshot, sql: string): string[] {
  const generated = columns.get(SEARCH_COLUMN)?.definition.split(/ as /i)[1];
  const list = (generated ?? sql.slice(sql.indexOf('('))).replace(/content=.*$/s, '');
  const names = [...list.matchAll(/\w+/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => columns.has(name) && /char|text/.test(columns.get(name)?.type ?? ''));
}

/** MySQL and MariaDB write a quote in a text with a backslash. */
function readWords(list: string, driver: SqlDriverName): string[] {
  const isEscaped = driver === 'mysql' || driver === 'mariadb';
  const found = list.matchAll(isEscaped ? /'((?:\\[\s\S]|''|[^'\\])*)'/g : /'((?:''|[^'])*)'/g);
  return [...found].map(([, word = '']) => (isEscaped ? word.replace(/\\([\s\S])/g, '$1') : word).replaceAll("''", "'"));
}

function readList(list: string | undefined): string[][] {
  return list === undefined ? [] : [list.split(',').map(toName)];
}

function toName(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}

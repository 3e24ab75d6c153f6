/**
 * Full-text search of SQLite: a virtual table that has only the index, while the texts stay in the table, and triggers that
 * keep the two equal. Source: https://sqlite.org/fts5.html, section 4.4.3.
 */
import { sql } from 'kysely';
import { quote } from '../quote.ts';
import { type SearchDialect, type SearchedTable, searchIndexOf } from '../search-dialect.ts';

/** How SQLite searches. */
export const SQLITE_SEARCH: SearchDialect = {
  toCreation,
  toText(terms) {
    const wanted = terms.filter(({ negated }) => !negated);
    if (wanted.length === 0) return undefined;
    const unwanted = terms.filter(({ negated }) => negated);
    const phrases = (list: typeof terms, operator: string): string => list.map(({ words }) => `"${words.join(' ')}"`).join(operator);
    return unwanted.length === 0 ? phrases(wanted, ' AND ') : `(${phrases(wanted, ' AND ')}) NOT (${phrases(unwanted, ' OR ')})`;
  },
  condition({ table, alias, text }) {
    const index = sql.table(searchIndexOf(table));
    return sql`${sql.ref(`${alias}.rowid`)} in (select rowid from ${index} where ${index} match ${text})`;
  },
  sort(select, { table, alias, text }) {
    const index = sql.table(searchIndexOf(table));
    const found = sql<{ id: number; score: number }>`(select rowid as id, rank as score from ${index} where ${index} match ${text})`.as('found');
    return select
      .innerJoin(found, (join) => join.on(sql<boolean>`${sql.ref('found.id')} = ${sql.ref(`${alias}.rowid`)}`))
      .orderBy(sql`${sql.ref('found.score')}`);
  },
};

function toCreation({ table, columns, key }: SearchedTable): string[] {
  const index = quote(searchIndexOf(table));
  const names = columns.map(quote).join(', ');
  const trigger = (event: string, when: string, body: string): string =>
    `create trigger ${quote(`${searchIndexOf(table)}_${event}`)} after ${when} on ${quote(table)} begin ${body} end`;
  const valuesOf = (row: string): string => `${row}.rowid, ${columns.map((column) => `${row}.${quote(column)}`).join(', ')}`;
  const add = `insert into ${index} (rowid, ${names}) values (${valuesOf('new')});`;
  const remove = `insert into ${index} (${index}, rowid, ${names}) values ('delete', ${valuesOf('old')});`;
  return [
    `create virtual table ${index} using fts5(${names}, content=${quote(table)}, tokenize="unicode61")`,
    trigger('insert', 'insert', add),
    trigger('delete', 'delete', remove),
    trigger('update', `update of ${[key, ...columns].map(quote).join(', ')}`, `${remove} ${add}`),
    toRebuild(searchIndexOf(table)),
  ];
}

/** Returns the statement that fills an index with the rows that are there. */
export function toRebuild(index: string): string {
  return `insert into ${quote(index)} (${quote(index)}) values ('rebuild')`;
}

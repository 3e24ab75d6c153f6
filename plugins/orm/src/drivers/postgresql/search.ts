/**
 * Full-text search of PostgreSQL: an index over an expression, so that the table has no further column. The configuration is
 * `simple`, which knows no language. Source: PostgreSQL, sections 12.2.2 and 12.3.2.
 */
import { type RawBuilder, sql } from 'kysely';
import { quote } from '../quote.ts';
import { type SearchDialect, searchIndexOf, type SearchSource } from '../search-dialect.ts';

/** How PostgreSQL searches. */
export const POSTGRESQL_SEARCH: SearchDialect = {
  toCreation({ table, columns }) {
    const texts = columns.map((column) => `coalesce(${quote(column)}, '')`).join(` || ' ' || `);
    return [`create index ${quote(searchIndexOf(table))} on ${quote(table)} using gin (to_tsvector('simple', ${texts}))`];
  },
  toText(terms) {
    if (terms.every(({ negated }) => negated)) return undefined;
    return terms.map(({ words, negated }) => `${negated ? '-' : ''}"${words.join(' ')}"`).join(' ');
  },
  condition: (source) => sql`${toVector(source)} @@ ${toQuery(source)}`,
  sort: (select, source) =>
    select.where(sql<boolean>`${toVector(source)} @@ ${toQuery(source)}`).orderBy(sql`ts_rank(${toVector(source)}, ${toQuery(source)})`, 'desc'),
};

/** It has to be the expression of the index. */
function toVector({ alias, columns }: SearchSource): RawBuilder<unknown> {
  const texts = columns.map((column) => sql`coalesce(${sql.ref(`${alias}.${column}`)}, '')`);
  return sql`to_tsvector('simple', ${sql.join(texts, sql` || ' ' || `)})`;
}

function toQuery({ text }: SearchSource): RawBuilder<unknown> {
  return sql`websearch_to_tsquery('simple', ${text})`;
}

/**
 * Full-text search of MySQL and MariaDB. Tables compare texts by their bytes, so what is searched is a further column that the
 * server fills, in small letters. Source: MySQL, "Boolean Full-Text Searches" and "InnoDB Full-Text Indexes".
 */
import { type RawBuilder, sql } from 'kysely';
import { quote } from '../quote.ts';
import { type SearchDialect, searchIndexOf, type SearchSource } from '../search-dialect.ts';

/** The column that is searched. */
export const SEARCH_COLUMN = 'search_text';

/** Shorter words are not in the index, unless the server is told so. */
const MIN_LENGTH = 3;
/** Source: MySQL, "Full-Text Stopwords", those of InnoDB with at least three letters. */
const STOPWORDS = new Set([
  'about',
  'are',
  'com',
  'for',
  'from',
  'how',
  'that',
  'the',
  'this',
  'was',
  'what',
  'when',
  'where',
  'who',
  'will',
  'with',
  'und',
  'www',
]);

/** How MySQL and MariaDB search. */
export const MYSQL_SEARCH: SearchDialect = {
  toCreation({ table, columns }) {
    const texts = `lower(concat_ws(' ', ${columns.map(quote).join(', ')}))`;
    return [
      `alter table ${quote(table)} add column ${quote(SEARCH_COLUMN)} longtext generated always as (${texts}) stored`,
      `create fulltext index ${quote(searchIndexOf(table))} on ${quote(table)} (${quote(SEARCH_COLUMN)})`,
    ];
  },
  /** What is not in the index cannot be asked for, and is left out. */
  toText(terms) {
    const known = terms
      .map(({ words, negated }) => ({ words: words.map((word) => word.toLowerCase()), negated }))
      .filter(({ words }) => words.every(isIndexed));
    if (known.every(({ negated }) => negated)) return undefined;
    return known.map(({ words, negated }) => `${negated ? '-' : '+'}"${words.join(' ')}"`).join(' ');
  },
  condition: (source) => sql`${toMatch(source)}`,
  sort: (select, source) => select.where(sql<boolean>`${toMatch(source)}`).orderBy(toMatch(source), 'desc'),
};

function isIndexed(word: string): boolean {
  return [...word].length >= MIN_LENGTH && !STOPWORDS.has(word);
}

function toMatch({ alias, text }: SearchSource): RawBuilder<unknown> {
  return sql`match (${sql.ref(`${alias}.${SEARCH_COLUMN}`)}) against (${text} in boolean mode)`;
}

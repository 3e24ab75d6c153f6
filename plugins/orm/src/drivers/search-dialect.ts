/** How a database searches texts: the index of a model's texts, and the statements that ask it. */
import type { RawBuilder, SqlBool } from 'kysely';
import type { AnySelect } from '../query/query-compiler.ts';
import type { SearchTerm } from '../query/search-terms.ts';

/** A table whose texts are searched. */
export interface SearchedTable {
  readonly table: string;
  /** Its columns. */
  readonly columns: readonly string[];
  /** The column of its key. */
  readonly key: string;
}

/** The texts of a table, as a statement names them. */
export interface SearchSource extends SearchedTable {
  /** The table's alias. */
  readonly alias: string;
  /** The text of the search, as a value. */
  readonly text: RawBuilder<unknown>;
}

/** How a database searches texts. */
export interface SearchDialect {
  /** Returns the statements that create the index; it holds the rows that are there already. */
  toCreation(table: SearchedTable): readonly string[];
  /** Writes terms as the database reads them; `undefined` when they find nothing, because none of them has to be there. */
  toText(terms: readonly SearchTerm[]): string | undefined;
  /** Returns the condition of the rows that are found. */
  condition(source: SearchSource): RawBuilder<SqlBool>;
  /** Keeps the rows that are found, the best first. */
  sort(select: AnySelect, source: SearchSource): AnySelect;
}

/** Returns the name of the index of a table. */
export function searchIndexOf(table: string): string {
  return `${table}_search`;
}

/** How tables are described so that two states of a database can be compared, and what comes out of it. */

/** A column. */
export interface ColumnSnapshot {
  readonly name: string;
  /** In lower case. */
  readonly type: string;
  readonly nullable: boolean;
  /** An SQL expression, or `null`. */
  readonly default: string | null;
  readonly primary: boolean;
  /** As it is written in a statement that creates the table. */
  readonly definition: string;
}

/** An index that is not made by a constraint. */
export interface IndexSnapshot {
  readonly name: string;
  readonly unique: boolean;
  /** The statement that creates it. */
  readonly sql: string;
  /** Those that create and drop it, when it is made of several things. */
  readonly parts?: { readonly creation: readonly string[]; readonly removal: readonly string[] };
}

/** A table. */
export interface TableSnapshot {
  readonly name: string;
  /** The statement that creates it. */
  readonly sql: string;
  readonly columns: ReadonlyMap<string, ColumnSnapshot>;
  /** Each foreign key, check and further property of the table, as a text that is equal when they are, and its name, if it has one. */
  readonly constraints: ReadonlyMap<string, string>;
  readonly indexes: ReadonlyMap<string, IndexSnapshot>;
}

/** The tables of a database, by their names. */
export type SchemaSnapshot = ReadonlyMap<string, TableSnapshot>;

/** One statement of a migration. */
export interface SchemaStatement {
  readonly sql: string;
  /** What whoever reads it should know: that it loses data, or needs a value. */
  readonly note?: string;
}

/** How to get from one state to another, and back. */
export interface SchemaChanges {
  readonly up: readonly SchemaStatement[];
  readonly down: readonly SchemaStatement[];
}

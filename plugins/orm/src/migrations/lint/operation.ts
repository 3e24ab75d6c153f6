/** What statements do to tables and rows, said alike for all databases: what the rules look at. */
import type { SqlToken } from './sql-tokens.ts';

/** A column, as a statement declares it. */
export interface DeclaredColumn {
  readonly name: string;
  /** In lower case, with one space between words: `character varying(200)`. */
  readonly type: string;
  readonly required: boolean;
  /** The expression of the default; missing when there is none. */
  readonly default?: readonly SqlToken[];
  readonly primary: boolean;
  readonly unique: boolean;
  readonly check: boolean;
  readonly references: boolean;
  /** Whether the database makes its values: a counter, or an expression that is stored. */
  readonly generated?: 'counter' | 'stored';
  readonly charset?: string;
}

/** A constraint or an index, as a statement declares it. */
export interface DeclaredConstraint {
  readonly kind: 'check' | 'exclusion' | 'foreign key' | 'primary key' | 'unique';
  readonly name?: string;
  /** Of a check: the words in it, which may be columns. */
  readonly columns: readonly string[];
  /** Of a check: its condition. */
  readonly condition?: string;
  /** `not valid`: the rows that are there are not looked at. */
  readonly unvalidated: boolean;
  /** The index that is made to the constraint. */
  readonly usesIndex: boolean;
  /** Of a check that says only that a column is not null: this column. */
  readonly notNull?: string;
}

/** What a statement does. */
export type Operation =
  | {
      readonly kind: 'create table';
      readonly table: string;
      readonly columns: readonly DeclaredColumn[];
      /** Also those that are declared with a column. */
      readonly constraints: readonly DeclaredConstraint[];
      /** The indexes that are declared in it. */
      readonly indexes: readonly (readonly string[])[];
    }
  /** A table that takes the place of one that it has got the rows of. */
  | {
      readonly kind: 'rebuild table';
      readonly table: string;
      readonly columns: readonly DeclaredColumn[];
      readonly constraints: readonly DeclaredConstraint[];
    }
  | { readonly kind: 'drop table' | 'rewrite table' | 'truncate'; readonly table: string }
  | { readonly kind: 'rename table'; readonly table: string; readonly to: string }
  | { readonly kind: 'add column'; readonly table: string; readonly column: DeclaredColumn }
  | { readonly kind: 'drop column' | 'require column'; readonly table: string; readonly name: string }
  | { readonly kind: 'rename column'; readonly table: string; readonly name: string; readonly to: string }
  /** `using` is the expression that makes the new value, where it is more than a cast. */
  | { readonly kind: 'change type'; readonly table: string; readonly name: string; readonly type: string; readonly using: boolean }
  /** MySQL says all of a column anew. */
  | { readonly kind: 'change column'; readonly table: string; readonly name: string; readonly column: DeclaredColumn }
  | { readonly kind: 'change charset' | 'drop primary key'; readonly table: string }
  | { readonly kind: 'add constraint'; readonly table: string; readonly constraint: DeclaredConstraint }
  | { readonly kind: 'drop constraint' | 'validate constraint'; readonly table: string; readonly name: string }
  | {
      readonly kind: 'create index';
      readonly table: string;
      readonly name: string;
      readonly columns: readonly string[];
      readonly unique: boolean;
      readonly concurrently: boolean;
      readonly type: 'fulltext' | 'plain' | 'spatial';
      readonly onlyIfMissing: boolean;
    }
  | { readonly kind: 'drop index'; readonly name: string; readonly concurrently: boolean }
  /** Of every row, or of those that a condition names. */
  | { readonly kind: 'delete' | 'update'; readonly table: string; readonly conditional: boolean }
  | { readonly kind: 'copy rows'; readonly table: string }
  /** A lock of the whole table, for what the words say. */
  | { readonly kind: 'lock table'; readonly table: string; readonly by: string }
  | { readonly kind: 'set'; readonly variable: string; readonly value: string };

/** The operation of a kind. */
export type OperationOf<Kind extends Operation['kind']> = Extract<Operation, { readonly kind: Kind }>;

/** What a query was asked for; each step of a query copies it, so that a query can be kept and refined in several ways. */
import type { ColumnLayout, RelationLayout } from '../model/model-layout.ts';
import type { Aggregate } from './aggregate.ts';
import type { LockMode, LockOptions } from './lock.ts';
import type { Direction } from './where.ts';

/** Which softly deleted rows are found. */
export type Trashed = 'only' | 'with' | 'without';

/** A relation that is loaded by a query of its own. */
export interface RelationLoad {
  readonly relation: RelationLayout;
  /** What that query is refined by. */
  readonly refine?: ((query: never) => unknown) | undefined;
  /** Where the rows go when the relation is an arm of one to several models. */
  readonly morph?: string | undefined;
}

/** The owners whose related rows are wanted; set by the loading of relations. */
export interface OwnerFilter {
  readonly relation: RelationLayout;
  readonly keys: readonly unknown[];
}

/** How rows are locked. */
export interface LockState extends LockOptions {
  readonly mode: LockMode;
}

/** Where a part of the rows begins: behind the row, or before it, that has these values in the order of the query. */
export interface SeekStart {
  readonly side: 'after' | 'before';
  /** As the database stores them. */
  readonly values: readonly unknown[];
}

/** What a query was asked for. */
export interface QueryState {
  readonly wheres: readonly unknown[];
  readonly orders: readonly Readonly<Record<string, unknown>>[];
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** The fields to return. Default: all visible ones. */
  readonly selected?: readonly string[] | undefined;
  readonly hidden: boolean;
  readonly trashed: Trashed;
  /** Relations to one that are joined. */
  readonly joined: readonly string[];
  readonly loads: readonly RelationLoad[];
  readonly counted: readonly string[];
  readonly owner?: OwnerFilter | undefined;
  /** The default scopes that do not hold. */
  readonly unscoped?: readonly string[] | undefined;
  /** How the rows are locked. */
  readonly lock?: LockState | undefined;
  /** Whether a replica, which may be behind, will not do. */
  readonly fresh?: boolean | undefined;
  /** A full-text search. */
  readonly search?: string | undefined;
  /** What is made of the values of a field. */
  readonly aggregate?: Aggregate | undefined;
  /** Whether rows that are equal in the order are sorted by their key. */
  readonly tied?: boolean | undefined;
  /** Where to begin when rows are read in parts; rows then have, as `seek:0` and so on, the values that they have in the order. */
  readonly seek?: SeekStart | 'first' | undefined;
}

/** A query that was asked for nothing yet. */
export const EMPTY_STATE: QueryState = { wheres: [], orders: [], hidden: false, trashed: 'without', joined: [], loads: [], counted: [] };

/** A direction in which a column is sorted, behind relations to one. */
export interface SortTerm {
  readonly path: readonly RelationLayout[];
  readonly column: ColumnLayout;
  readonly direction: Direction;
}

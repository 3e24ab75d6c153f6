/** What a query was asked for; each step of a query copies it, so that a query can be kept and refined in several ways. */
import type { RelationLayout } from '../model/model-layout.ts';
import type { Direction } from './where.ts';

/** Which softly deleted rows are found. */
export type Trashed = 'only' | 'with' | 'without';

/** A relation that is loaded by a query of its own. */
export interface RelationLoad {
  readonly relation: RelationLayout;
  /** What that query is refined by. */
  readonly refine?: ((query: never) => unknown) | undefined;
}

/** The owners whose related rows are wanted; set by the loading of relations. */
export interface OwnerFilter {
  readonly relation: RelationLayout;
  readonly keys: readonly unknown[];
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
}

/** A query that was asked for nothing yet. */
export const EMPTY_STATE: QueryState = { wheres: [], orders: [], hidden: false, trashed: 'without', joined: [], loads: [], counted: [] };

/** A direction in which a column is sorted, behind relations to one. */
export interface SortTerm {
  readonly path: readonly RelationLayout[];
  readonly column: string;
  readonly direction: Direction;
}

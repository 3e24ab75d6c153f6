/** Tells which columns a query returns. */
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import { columnsOf } from './find-names.ts';
import type { QueryState } from './query-state.ts';

/** Returns the columns that rows have unless a query asks otherwise. */
export function visibleColumns(layout: ModelLayout): ColumnLayout[] {
  return [...layout.columns.values()].filter(({ name, spec }) => spec.hidden !== true && name !== 'deletedAt');
}

/** Returns the columns of the rows that a query asks for. */
export function pickColumns(layout: ModelLayout, state: QueryState): ColumnLayout[] {
  if (state.selected !== undefined) return [...new Set(state.selected.flatMap((name) => columnsOf(layout, name)))];
  const columns = state.hidden ? [...layout.columns.values()].filter(({ name }) => name !== 'deletedAt') : visibleColumns(layout);
  const deletedAt = state.trashed === 'without' ? undefined : layout.columns.get('deletedAt');
  return deletedAt === undefined ? columns : [...columns, deletedAt];
}

/** How the columns of embedded values are read: where they go in a row, and what tells that a nullable value exists. */
import { pathOf } from '../model/embedded-layout.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import type { RowColumn } from './row-reader.ts';

/** A column that is read, and its place in the object of its model. */
export interface ReadColumn extends Pick<RowColumn, 'embedded' | 'isMark' | 'path'> {
  readonly column: ColumnLayout;
}

/**
 * Returns how columns are read. Of a nullable embedded value, one that has a value whenever that exists is among them; if nobody
 * asked for it, it is read without being returned.
 */
export function toReadColumns(layout: ModelLayout, columns: readonly ColumnLayout[]): ReadColumn[] {
  if (layout.embedded.size === 0) return columns.map((column) => ({ column, path: [column.name] }));
  const marks = new Set<ColumnLayout>();
  for (const { nullable, required, columns: own } of layout.embedded.values()) {
    const [mark] = required;
    if (nullable && mark !== undefined && own.some((column) => columns.includes(column)) && !required.some((column) => columns.includes(column)))
      marks.add(mark);
  }
  const asked = columns.map((column) => toReadColumn(layout, column));
  return [...asked, ...[...marks].map((column) => ({ ...toReadColumn(layout, column), isMark: true }))];
}

function toReadColumn({ embedded }: ModelLayout, column: ColumnLayout): ReadColumn {
  const path = pathOf(column);
  if (path.length === 1) return { column, path };
  return { column, path, embedded: path.slice(0, -1).map((_, index) => embedded.get(path.slice(0, index + 1).join('.'))?.nullable === true) };
}

/** Whether the tables and columns of all models have names of their own. */
import { ModelInvalidError } from '../errors.ts';
import type { ModelLayout } from './model-layout.ts';

/**
 * Checks the names of tables and columns.
 * @throws {ModelInvalidError} when two tables, or two columns of one, have the same.
 */
export function assertTables(drafts: Iterable<ModelLayout>): void {
  const owners = new Map<string, string>();
  const claim = (table: string, owner: string): void => {
    const other = owners.get(table);
    if (other !== undefined) throw new ModelInvalidError(owner, `its table "${table}" is also that of ${other}; set another with "table"`);
    owners.set(table, owner);
  };
  for (const draft of drafts) {
    claim(draft.table, draft.name);
    const columns = new Set<string>();
    for (const { column } of draft.columns.values()) {
      if (columns.has(column)) throw new ModelInvalidError(draft.name, `two of its columns are named "${column}"`);
      columns.add(column);
    }
    for (const relation of draft.relations.values()) {
      if (relation.kind !== 'manyToMany' || relation.inverse !== undefined) continue;
      const { table, sourceColumn, targetColumn, fields } = relation.pivot;
      claim(table, `${draft.name}.${relation.name}`);
      const pair = [sourceColumn, targetColumn, ...fields.map(({ column }) => column)];
      const twice = pair.find((column, index) => pair.indexOf(column) !== index);
      if (twice !== undefined) throw new ModelInvalidError(draft.name, `two columns of the pairs of "${relation.name}" are named "${twice}"`);
    }
  }
}

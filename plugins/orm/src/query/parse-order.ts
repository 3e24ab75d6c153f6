/** Reads the order an application wrote: resolves names and checks directions. */
import { QueryInvalidError } from '../errors.ts';
import type { EmbeddedLayout } from '../model/embedded-layout.ts';
import type { ModelLayout, RelationLayout } from '../model/model-layout.ts';
import { columnOf } from './find-names.ts';
import type { QueryState, SortTerm } from './query-state.ts';

/**
 * Returns by what a query is sorted; when it is tied, rows that are equal in the order are sorted by their key.
 * @throws {QueryInvalidError} when a name is unknown, or a direction is not one.
 */
export function toSortTerms(layout: ModelLayout, { orders, tied }: Pick<QueryState, 'orders' | 'tied'>): readonly SortTerm[] {
  const terms = orders.flatMap((order) => parseOrder(layout, order, []));
  if (tied !== true) return terms;
  const missing = new Set(layout.keys);
  for (const [index, { path, column }] of terms.entries()) {
    if (path.length === 0) missing.delete(column);
    if (missing.size === 0) return terms.slice(0, index + 1); // behind the key there are no equal rows
  }
  return [...terms, ...[...missing].map((column): SortTerm => ({ path: [], column, direction: 'asc' }))];
}

function parseOrder(layout: ModelLayout, order: unknown, path: readonly RelationLayout[]): SortTerm[] {
  if (typeof order !== 'object' || order === null) throw new QueryInvalidError(layout.name, 'the order has to be an object like { createdAt: "desc" }');
  return Object.entries(order).flatMap(([name, direction]: [string, unknown]) => {
    const relation = layout.relations.get(name);
    if (relation !== undefined) {
      if (relation.kind === 'hasMany' || relation.kind === 'manyToMany')
        throw new QueryInvalidError(layout.name, `it cannot be sorted by "${name}", which has many entities`);
      return parseOrder(relation.target, direction, [...path, relation]);
    }
    const embedded = layout.embedded.get(name);
    if (embedded !== undefined) return parseEmbeddedOrder(layout, embedded, direction, path);
    const column = columnOf(layout, name);
    if (direction !== 'asc' && direction !== 'desc')
      throw new QueryInvalidError(layout.name, `the direction of "${name}" is ${JSON.stringify(direction)}; it is "asc" or "desc"`);
    if (column.spec.encrypted === true) throw new QueryInvalidError(layout.name, `it cannot be sorted by "${name}", which is encrypted`);
    return [{ path, column, direction }];
  });
}

/** The order by what is in an embedded value. */
function parseEmbeddedOrder(layout: ModelLayout, { name, parts }: EmbeddedLayout, order: unknown, path: readonly RelationLayout[]): SortTerm[] {
  if (typeof order !== 'object' || order === null)
    throw new QueryInvalidError(
      layout.name,
      `it cannot be sorted by "${name}" as a whole; name a field of it: { ${name}: { ${[...parts.keys()][0] ?? ''}: "asc" } }`,
    );
  return Object.entries(order).flatMap(([key, direction]: [string, unknown]) => parseOrder(layout, { [`${name}.${key}`]: direction }, path));
}

/** Loads the related rows of many rows at once, and puts them into those rows. */
import type { ModelLayout, RelationLayout } from '../model/model-layout.ts';
import type { RelationLoad } from './query-state.ts';
import type { ReadRows } from './row-reader.ts';

/** Databases limit the parameters of a statement; more keys than this are asked for in turns. */
const MAX_KEYS = 8_192;

/** What is needed of a query for related rows. */
export interface RelatedQuery {
  /**
   * Returns what reads the rows that are related to owners.
   * @throws {QueryInvalidError} when they cannot be read as the query says.
   */
  toOwnedReader(relation: RelationLayout): ReadOwned;
}

/** Reads the rows that are related to the owners of these keys; `owners` are the owner's keys of the rows. */
export type ReadOwned = (keys: readonly unknown[]) => Promise<{ readonly items: Record<string, unknown>[]; readonly owners: readonly unknown[] }>;

/**
 * Adds the related rows to each row: a list, or for a relation to one the row or `null`.
 * @param start begins the query for the related rows; a reference of a row leads also to what is softly deleted, or out of scope.
 */
export async function loadRelation(
  layout: ModelLayout,
  { relation, refine, morph }: RelationLoad,
  { items, extras }: ReadRows,
  start: (target: ModelLayout, isReference: boolean) => RelatedQuery,
): Promise<void> {
  const keys = extras.get(`key:${relation.kind === 'belongsTo' ? relation.column.name : layout.key.name}`) ?? [];
  const wanted = [...new Set(keys)].filter((key) => key !== null);
  const query = start(relation.target, relation.kind === 'belongsTo');
  const refined = (refine === undefined ? query : refine(query as never)) as RelatedQuery; // the types of `with` promise a query
  const readOwned = refined.toOwnedReader(relation);
  const groups = new Map<unknown, Record<string, unknown>[]>();
  for (let first = 0; first < wanted.length; first += MAX_KEYS) {
    const { items: related, owners } = await readOwned(wanted.slice(first, first + MAX_KEYS));
    for (const [index, row] of related.entries()) {
      const group = groups.get(owners[index]);
      if (group === undefined) groups.set(owners[index], [row]);
      else group.push(row);
    }
  }
  const many = relation.kind === 'hasMany' || relation.kind === 'manyToMany';
  for (const [index, item] of items.entries()) {
    const related = groups.get(keys[index]);
    if (morph !== undefined) {
      const [row] = related ?? [];
      item[morph] = row === undefined ? (item[morph] ?? null) : { type: relation.target.name, ...row }; // of all arms, at most one leads somewhere
      continue;
    }
    item[relation.name] = many ? (related ?? []) : (related?.[0] ?? null);
  }
}

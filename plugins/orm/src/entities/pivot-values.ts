/** Checks what an application gives for the pairs of a many-to-many relation, and turns it into what the database stores. */
import type { Database } from '../database.ts';
import { toStoredConverter } from '../drivers/field-values.ts';
import { EntityInvalidError, type FieldIssue } from '../errors.ts';
import { toValueSchema } from '../model/field-schemas.ts';
import type { ColumnLayout, RelationLayout } from '../model/model-layout.ts';
import { toDefault } from './default-value.ts';
import { toPointer } from './flush-rules.ts';
import { findTextProblem } from './text-problem.ts';

type Values = Readonly<Record<string, unknown>>;
/** A many-to-many relation, from either side. */
export type ManyToManyLayout = Extract<RelationLayout, { kind: 'manyToMany' }>;

/** What is given for one pair. */
export interface GivenPair {
  /** The entity at the other end, its key, or something that has it. */
  readonly to: unknown;
  /** The data of the pair, if there is any. */
  readonly pivot: Values | undefined;
}

/** What is stored of one pair besides its keys, by column. */
export interface StoredPair {
  /** What was given, as the application has it. */
  readonly given: Values;
  /** Of a new pair: what was given, and defaults. */
  readonly values: Values;
  /** What was given; it changes a pair that is there already. */
  readonly changes: Values;
}

/** Tells a reference from one with the data of the pair. */
export function toGivenPair(relation: ManyToManyLayout, value: unknown): GivenPair {
  const isPair = relation.pivot.fields.length > 0 && typeof value === 'object' && value !== null && 'to' in value && !(relation.target.key.name in value);
  if (!isPair) return { to: value, pivot: undefined };
  const { to, pivot = {} } = value as { readonly to: unknown; readonly pivot?: unknown };
  if (typeof pivot === 'object' && pivot !== null && !Array.isArray(pivot)) return { to, pivot: pivot as Values };
  throw new EntityInvalidError(relation.source.name, [{ in: 'body', path: `/${relation.name}`, message: 'has a "pivot" that is not an object' }]);
}

/**
 * Checks the data of pairs and converts it.
 * @throws {EntityInvalidError} when a value breaks the rules of its field; all violations are named.
 */
export function toStoredPairs(database: Database, relation: ManyToManyLayout, pairs: readonly GivenPair[]): StoredPair[] {
  const { fields } = relation.pivot;
  if (fields.length === 0) return pairs.map(() => ({ given: {}, values: {}, changes: {} }));
  const issues: FieldIssue[] = [];
  const stored = pairs.map(({ pivot = {} }, index): StoredPair => {
    const path = [relation.name, index, 'pivot'];
    for (const name of Object.keys(pivot)) {
      if (!fields.some((field) => field.name === name)) issues.push({ in: 'body', path: toPointer([...path, name]), message: 'is not a field of the pairs' });
    }
    const values: Record<string, unknown> = {};
    const changes: Record<string, unknown> = {};
    for (const field of fields) {
      const given = pivot[field.name];
      const value = given === undefined ? toDefault(field) : given;
      issues.push(...check(database, field, value, path));
      const converted = toStoredField(database, field, value);
      values[field.column] = converted;
      if (given !== undefined) changes[field.column] = converted;
    }
    return { given: pivot, values, changes };
  });
  if (issues.length > 0) throw new EntityInvalidError(relation.source.name, issues);
  return stored;
}

function check({ driver }: Database, { name, spec }: ColumnLayout, value: unknown, path: readonly PropertyKey[]): FieldIssue[] {
  const at = (message: string, rest: readonly PropertyKey[] = []): FieldIssue => ({ in: 'body', path: toPointer([...path, name, ...rest]), message });
  if (value === undefined || value === null) return spec.nullable === true ? [] : [at('is required')];
  const result = toValueSchema(spec).safeParse(value);
  if (!result.success) return result.error.issues.map((issue) => at(issue.message, issue.path));
  const problem = findTextProblem(value, driver.traits.holdsNul);
  return problem === undefined ? [] : [at(problem)];
}

function toStoredField({ driver }: Database, field: ColumnLayout, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const convert = toStoredConverter(driver, field); // the value is checked before anything is written
  try {
    return convert === undefined ? value : convert(value);
  } catch {
    return null; // it is of another type, which the check has found
  }
}

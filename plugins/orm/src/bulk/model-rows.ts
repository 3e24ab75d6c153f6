/**
 * Turns the data of many rows into what the database stores, without entities: defaults, keys and timestamps are filled in,
 * and the rules of the model are checked, before anything is written.
 */
import type { SqlDatabase } from '../database.ts';
import type { ValueDriver } from '../drivers/driver.ts';
import { toStoredConverter } from '../drivers/field-values.ts';
import { toDefault } from '../entities/default-value.ts';
import { checkRules, createRules, type ModelRules } from '../entities/flush-rules.ts';
import { toPropertyName } from '../entities/property-names.ts';
import { spreadEmbedded } from '../entities/spread-embedded.ts';
import { findKeyProblem } from '../entities/key-problem.ts';
import { createUuidV7 } from '../entities/uuid-v7.ts';
import { EntityInvalidError, type FieldIssue, QueryInvalidError } from '../errors.ts';
import type { ColumnLayout, ModelLayout, RelationLayout } from '../model/model-layout.ts';
import { spreadMorphs } from './spread-morphs.ts';

/** What is needed of a database that understands SQL. */
export type BulkParts = Pick<SqlDatabase, 'clock' | 'driver' | 'random'>;

/** What is needed of any database. */
export interface RowParts extends Pick<SqlDatabase, 'clock' | 'random'> {
  readonly driver: ValueDriver;
}

/** Rows as they are stored. */
export interface StoredRows {
  readonly columns: readonly ColumnLayout[];
  /** The values of each row, in the order of the columns. */
  readonly rows: readonly (readonly unknown[])[];
}

type Values = Readonly<Record<string, unknown>>;

/** How one column gets its value. */
interface ColumnPlan {
  readonly column: ColumnLayout;
  /** The name by which data gives it: that of the relation, for a foreign key; of a field of an embedded value, `address_city`. */
  readonly name: string;
  readonly relation: RelationLayout | undefined;
  readonly convert: ((value: unknown) => unknown) | undefined;
}

/** How the rows of a model are made; made once for each model. */
interface RowPlan {
  readonly rules: ModelRules;
  readonly columns: readonly ColumnPlan[];
  readonly names: ReadonlySet<string>;
}

/** More than this say nothing new. */
const MAX_ISSUES = 100;

const plans = new WeakMap<ModelLayout, RowPlan>();

/**
 * Makes rows of data.
 * @throws {EntityInvalidError} when rows break the rules of the model; paths begin with the place of the row: `/3/title`.
 */
export function toStoredRows(parts: RowParts, layout: ModelLayout, data: readonly Values[]): StoredRows {
  const plan = planOf(parts, layout);
  const now = new Date(parts.clock.now());
  const issues: FieldIssue[] = [];
  const withoutKey = layout.keySource === 'database' && data.every((item) => item[layout.key.name] === undefined);
  const columns = withoutKey ? plan.columns.filter(({ column }) => column !== layout.key) : plan.columns;
  const rows: unknown[][] = [];
  for (const [index, item] of data.entries()) {
    const found = issues.length;
    const values = complete(parts, layout, plan, item, now, (name, message) => issues.push({ in: 'body', path: `/${index}/${name}`, message }));
    for (const issue of checkRules(plan.rules, values, undefined)) {
      const path = `/${index}${issue.path}`;
      if (!issues.slice(found).some((known) => known.path === path)) issues.push({ ...issue, path });
    }
    if (issues.length >= MAX_ISSUES) break;
    if (issues.length === 0) rows.push(columns.map((part) => store(part, values[part.name])));
  }
  if (issues.length > 0) throw new EntityInvalidError(layout.name, issues);
  return { columns: columns.map(({ column }) => column), rows };
}

/**
 * Makes changes of data: the columns that change, and their values. `undefined` changes nothing.
 * @throws {EntityInvalidError} when a value breaks the rules of the model.
 */
export function toStoredChanges(parts: RowParts, layout: ModelLayout, data: Values): ReadonlyMap<ColumnLayout, unknown> {
  const plan = planOf(parts, layout);
  const issues: FieldIssue[] = [];
  const values: Record<string, unknown> = {};
  const report = (name: string, message: string): void => void issues.push({ in: 'body', path: `/${name}`, message });
  for (const name of Object.keys(data)) if (!plan.names.has(name)) report(name, describeUnknown(layout, name));
  const given = spreadEmbedded(layout, data, { isWhole: () => false, report: (path, message) => report(path.join('/'), message) });
  for (const [name, value] of Object.entries(spreadMorphs(layout, given, false, report))) {
    if (value === undefined) continue;
    const part = plan.columns.find((candidate) => candidate.name === name);
    if (part !== undefined && layout.keys.includes(part.column)) throw new QueryInvalidError(layout.name, `"${name}" is its key, which does not change`);
    if (layout.morphs.has(name)) values[name] = value;
    else if (part !== undefined)
      values[name] = part.relation === undefined ? value : toKey(parts, part.relation, value, (message) => report(part.column.relation ?? name, message));
  }
  const { fields } = plan.rules;
  const rules = { ...plan.rules, fields: fields.filter(({ property }) => property in values) }; // what else an embedded value has is not known here
  if (issues.length === 0) issues.push(...checkRules(rules, values, values));
  if (issues.length > 0) throw new EntityInvalidError(layout.name, issues);
  return new Map(plan.columns.filter(({ name }) => name in values).map((part) => [part.column, store(part, values[part.name])]));
}

/** Returns a moment as the database stores it. */
export function toStoredMoment({ driver }: RowParts, column: ColumnLayout, date: Date): unknown {
  const convert = driver.toStored(column.spec) as ((date: Date) => unknown) | undefined; // the columns of stamps hold moments
  return convert === undefined ? date : convert(date);
}

function planOf({ driver }: RowParts, layout: ModelLayout): RowPlan {
  const known = plans.get(layout);
  if (known !== undefined) return known;
  const references = new Map(
    [...layout.relations.values()].flatMap((relation) => (relation.kind === 'belongsTo' ? [[relation.column, relation] as const] : [])),
  );
  const columns = [...layout.columns.values()].map((column): ColumnPlan => {
    const relation = references.get(column);
    const convert = toStoredConverter(driver, column); // values are checked before
    return { column, name: relation?.name ?? toPropertyName(column), relation, convert };
  });
  const names = new Set(columns.map(({ column, name }) => column.relation ?? column.path?.[0] ?? name));
  const plan = { rules: createRules(layout, driver.traits), columns, names };
  plans.set(layout, plan);
  return plan;
}

function complete(
  parts: RowParts,
  layout: ModelLayout,
  { columns, names }: RowPlan,
  item: Values,
  now: Date,
  report: (name: string, message: string) => void,
): Record<string, unknown> {
  for (const name of Object.keys(item)) if (!names.has(name)) report(name, describeUnknown(layout, name));
  const whole = spreadEmbedded(layout, item, { isWhole: () => true, report: (path, message) => report(path.join('/'), message) });
  const given = spreadMorphs(layout, whole, true, report);
  const values: Record<string, unknown> = {};
  for (const { name } of layout.morphs.values()) values[name] = given[name];
  for (const { column, name, relation } of columns) {
    let value = given[name];
    if (value === undefined) value = toDefault(column);
    else if (relation !== undefined) value = toKey(parts, relation, value, (message) => report(column.relation ?? name, message));
    values[name] = value;
  }
  if (layout.keySource === 'uuid') values[layout.key.name] ??= createUuidV7(parts.clock, parts.random);
  if (layout.timestamps) {
    values['createdAt'] ??= now;
    values['updatedAt'] ??= now;
  }
  if (layout.versioned) values['version'] ??= 1;
  return values;
}

/** A value that is not valid is reported, and stands for itself, so that it is not reported as missing too. */
function toKey({ driver }: RowParts, { target }: RelationLayout, value: unknown, report: (message: string) => void): unknown {
  if (value === null) return null;
  const key = typeof value === 'object' ? (value as Values)[target.key.name] : value;
  const problem = findKeyProblem(driver, target, key);
  if (problem === undefined) return key;
  report(problem);
  return value;
}

function store({ convert }: ColumnPlan, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return convert === undefined ? value : convert(value);
}

function describeUnknown(layout: ModelLayout, name: string): string {
  const relation = layout.relations.get(name);
  return relation !== undefined && relation.kind !== 'belongsTo'
    ? 'is a relation of which rows know nothing; write it with orm.attach, or from its other side'
    : `is not a field of ${layout.name}`;
}

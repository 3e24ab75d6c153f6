/**
 * Reads the conditions an application wrote: resolves names, checks the types of values, and numbers them. A name that the
 * model does not have is an error, so no text of a request ever becomes a part of a statement.
 */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { keyOfEntity } from '../entities/composite-keys.ts';
import type { ValueDriver } from '../drivers/driver.ts';
import { findTextProblem } from '../entities/text-problem.ts';
import { QueryInvalidError } from '../errors.ts';
import type { ColumnLayout, ModelLayout, RelationLayout } from '../model/model-layout.ts';
import { toUuidText } from '../model/uuid-text.ts';
import { findSide } from '../model/value-limits.ts';
import type { CompareOperator, Condition, ShapeWriter } from './condition.ts';
import { listRelations } from './find-names.ts';
import { parseEmbedded } from './parse-embedded.ts';
import { parseMorph } from './parse-morph.ts';
import { NO_VALUE, toStoredValue } from './stored-value.ts';

const COMPARES: Readonly<Record<string, CompareOperator>> = { eq: '=', ne: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=' };
const OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'notIn', 'isNull', 'like', 'contains', 'startsWith', 'endsWith'];

/**
 * Reads conditions.
 * @throws {QueryInvalidError} when a name is unknown, or a value does not fit its field.
 */
export function parseWhere(layout: ModelLayout, where: unknown, writer: ShapeWriter, driver: ValueDriver): Condition {
  if (!isRecord(where) || (!isPlainObject(where) && Object.keys(where).length === 0))
    throw new QueryInvalidError(layout.name, `conditions have to be an object, but ${describe(where)} was given`);
  const items: Condition[] = [];
  writer.shape += '{';
  for (const name of Object.keys(where)) {
    const value = where[name];
    if (value === undefined) {
      throw new QueryInvalidError(
        layout.name,
        `the condition "${name}" is undefined, which would silently match everything; leave it out, or use .when(value, (query, value) => …)`,
      );
    }
    writer.shape += `${name}:`;
    items.push(parseMember(layout, name, value, writer, driver));
  }
  writer.shape += '}';
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: 'all', items };
}

/** Reads the conditions that hold by default, but those that are named. */
export function parseDefaultScopes(layout: ModelLayout, writer: ShapeWriter, driver: ValueDriver, unscoped: readonly string[] = []): Condition[] {
  const { scopes = {} } = layout.model.options;
  return layout.defaultScopes
    .filter((name) => !unscoped.includes(name))
    .map((name) => {
      const scope: unknown = scopes[name];
      writer.shape += `/scope:${name}`;
      return parseWhere(layout, typeof scope === 'function' ? (scope as () => unknown)() : scope, writer, driver); // it takes no values, which is checked at boot
    });
}

function parseMember(layout: ModelLayout, name: string, value: unknown, writer: ShapeWriter, driver: ValueDriver): Condition {
  const column = layout.columns.get(name);
  if (column !== undefined) return parseColumn(layout, column, value, writer, driver);
  const relation = layout.relations.get(name);
  if (relation !== undefined) return parseRelation(layout, relation, value, writer, driver);
  const embedded = layout.embedded.get(name);
  if (embedded !== undefined) return parseEmbedded(layout, embedded, value, writer, (part, item) => parseColumn(layout, part, item, writer, driver));
  const morph = layout.morphs.get(name);
  if (morph !== undefined) return parseMorph(layout, morph, value, writer, (arm, condition) => parseRelation(layout, arm, condition, writer, driver));
  if (name === 'and' || name === 'or') {
    if (!Array.isArray(value)) throw new QueryInvalidError(layout.name, `"${name}" takes a list of conditions`);
    writer.shape += '[';
    const items = value.map((item) => parseWhere(layout, item, writer, driver));
    writer.shape += ']';
    return { kind: name === 'and' ? 'all' : 'any', items };
  }
  if (name === 'not') return { kind: 'not', item: parseWhere(layout, value, writer, driver) };
  const known = [...layout.columns.keys(), ...listRelations(layout)];
  throw new QueryInvalidError(layout.name, `it has no field or relation ${JSON.stringify(name)}.${toSuggestion(name, known)} There are: ${known.join(', ')}`);
}

function parseColumn(layout: ModelLayout, column: ColumnLayout, value: unknown, writer: ShapeWriter, driver: ValueDriver): Condition {
  if (value === null) {
    writer.shape += '0;';
    return { kind: 'null', column, negated: false };
  }
  if (!isPlainObject(value) || column.codec?.accepts(value) === true) return compare(layout, column, '=', value, writer, driver);
  const items: Condition[] = [];
  writer.shape += '<';
  for (const operator of Object.keys(value)) items.push(parseOperator(layout, column, operator, value[operator], writer, driver));
  writer.shape += '>';
  if (items.length === 0) throw new QueryInvalidError(layout.name, `the comparison of "${column.name}" is empty`);
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: 'all', items };
}

function parseOperator(layout: ModelLayout, column: ColumnLayout, operator: string, value: unknown, writer: ShapeWriter, driver: ValueDriver): Condition {
  if (value === undefined) throw new QueryInvalidError(layout.name, `"${operator}" of "${column.name}" is undefined`);
  const sign = Object.hasOwn(COMPARES, operator) ? COMPARES[operator] : undefined;
  if (sign !== undefined) {
    if (value !== null) return compare(layout, column, sign, value, writer, driver);
    if (sign !== '=' && sign !== '!=') throw new QueryInvalidError(layout.name, `"${operator}" of "${column.name}" cannot be compared with null`);
    return isNull(column, sign === '!=', writer);
  }
  switch (operator) {
    case 'isNull':
      if (typeof value !== 'boolean') throw new QueryInvalidError(layout.name, `"isNull" of "${column.name}" takes true or false`);
      return isNull(column, !value, writer);
    case 'in':
    case 'notIn': {
      if (!Array.isArray(value)) throw new QueryInvalidError(layout.name, `"${operator}" of "${column.name}" takes a list`);
      const stored = value.flatMap((item: unknown) => {
        const slot = toStoredValue(layout, column, item, driver);
        return slot === NO_VALUE || isFraction(column, slot) || sideOf(column, item) !== undefined ? [] : [slot];
      });
      writer.shape += `${operator}${stored.length};`;
      return { kind: 'in', column, slots: stored.map((item) => writer.slot(item)), negated: operator === 'notIn' };
    }
    case 'like':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return like(layout, column, operator, value, writer);
    default:
      throw new QueryInvalidError(
        layout.name,
        `${JSON.stringify(operator)} is not a comparison.${toSuggestion(operator, OPERATORS)} There are: ${OPERATORS.join(', ')}`,
      );
  }
}

function compare(layout: ModelLayout, column: ColumnLayout, operator: CompareOperator, value: unknown, writer: ShapeWriter, driver: ValueDriver): Condition {
  const stored = toStoredValue(layout, column, value, driver);
  if (isFraction(column, stored)) return compareFraction(column, operator, stored, writer);
  const side = sideOf(column, value);
  if (side !== undefined) return nothingOrAll(column, operator === '!=' || operator.startsWith(side === 'above' ? '<' : '>'), writer);
  if (stored !== NO_VALUE) {
    writer.shape += `${operator};`;
    return { kind: 'compare', column, operator, slot: writer.slot(stored) };
  }
  if (operator !== '=' && operator !== '!=')
    throw new QueryInvalidError(layout.name, `"${column.name}" is compared with ${JSON.stringify(value)}, which is no ${column.spec.type}`);
  return nothingOrAll(column, operator === '!=', writer);
}

/** No whole number equals a fraction; one is greater when it is greater than what is left without the fraction. */
function compareFraction(column: ColumnLayout, operator: CompareOperator, value: number, writer: ShapeWriter): Condition {
  if (operator === '=' || operator === '!=') return nothingOrAll(column, operator === '!=', writer);
  const whole = operator.startsWith('>') ? '>' : '<=';
  writer.shape += `${whole};`;
  return {
    kind: 'compare',
    column,
    operator: whole,
    slot: writer.slot(Math.min(Math.max(Math.floor(value), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)),
  };
}

/** No value of a column equals one that it cannot hold; all or none are greater. */
function sideOf({ spec, codec }: ColumnLayout, value: unknown): ReturnType<typeof findSide> {
  return codec === undefined ? findSide(spec, value) : undefined;
}

/** Tells whether a value is a number that a column of whole numbers cannot hold. */
function isFraction({ spec }: ColumnLayout, value: unknown): value is number {
  return spec.type === 'integer' && typeof value === 'number' && !Number.isSafeInteger(value);
}

function nothingOrAll(column: ColumnLayout, all: boolean, writer: ShapeWriter): Condition {
  if (all) return isNull(column, true, writer);
  writer.shape += '!;';
  return { kind: 'any', items: [] };
}

function isNull(column: ColumnLayout, negated: boolean, writer: ShapeWriter): Condition {
  writer.shape += negated ? '1;' : '0;';
  return { kind: 'null', column, negated };
}

function like(
  layout: ModelLayout,
  column: ColumnLayout,
  operator: 'contains' | 'endsWith' | 'like' | 'startsWith',
  value: unknown,
  writer: ShapeWriter,
): Condition {
  if (column.spec.encrypted === true) throw new QueryInvalidError(layout.name, `"${column.name}" is encrypted, and can only be compared with null`);
  if (typeof value !== 'string') throw new QueryInvalidError(layout.name, `"${operator}" of "${column.name}" takes a text`);
  if (!['date', 'decimal', 'enum', 'string', 'text', 'uuid'].includes(column.spec.type))
    throw new QueryInvalidError(layout.name, `"${operator}" needs a text, and "${column.name}" is not one`);
  if (findTextProblem(value, false) !== undefined) return nothingOrAll(column, false, writer); // for SQLite, a pattern ends at U+0000, so that the rest would match anything
  const text = column.spec.type === 'uuid' ? toUuidText(value) : value;
  const literal = text.replace(/[\\%_]/g, '\\$&');
  const pattern = { like: text, contains: `%${literal}%`, startsWith: `${literal}%`, endsWith: `%${literal}` }[operator];
  writer.shape += '~;';
  return { kind: 'like', column, slot: writer.slot(pattern) };
}

function parseRelation(layout: ModelLayout, relation: RelationLayout, value: unknown, writer: ShapeWriter, driver: ValueDriver): Condition {
  const { target } = relation;
  if (value === null) {
    if (relation.kind === 'belongsTo') return isNull(relation.column, false, writer);
    if (relation.kind === 'hasOne')
      return { kind: 'not', item: { kind: 'related', relation, target, item: { kind: 'all', items: parseDefaultScopes(target, writer, driver) } } };
    throw new QueryInvalidError(layout.name, `"${relation.name}" has many entities and is never null`);
  }
  const isComposite = target.keys.length > 1;
  const key = isComposite ? undefined : toReferenceKey(target, value);
  const scopes = relation.kind === 'belongsTo' ? [] : parseDefaultScopes(target, writer, driver);
  const within = (item: Condition): Condition => (scopes.length === 0 ? item : { kind: 'all', items: [item, ...scopes] });
  if (key === undefined)
    return { kind: 'related', relation, target, item: within(parseWhere(target, isComposite ? toKeyConditions(target, value) : value, writer, driver)) };
  if (relation.kind === 'belongsTo') return compare(target, relation.column, '=', key, writer, driver);
  return { kind: 'related', relation, target, item: within(compare(target, target.key, '=', key, writer, driver)) };
}

/** A managed entity stands for its key, whose parts are conditions. */
function toKeyConditions(target: ModelLayout, value: unknown): unknown {
  return isRecord(value) && !isPlainObject(value) ? keyOfEntity(target, value) : value;
}

/** Tells whether a value stands for one entity: a key, a managed entity, or a whole row; not conditions that name the key. */
function toReferenceKey(target: ModelLayout, value: unknown): unknown {
  if (!isRecord(value)) return value;
  const key = value[target.key.name];
  if (key === undefined || key === null || typeof key === 'object') return undefined;
  if (!isPlainObject(value)) return key;
  for (const column of target.columns.values()) {
    if (column.spec.hidden !== true && column.name !== 'deletedAt' && !((column.path?.[0] ?? column.name) in value)) return undefined;
  }
  return key;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

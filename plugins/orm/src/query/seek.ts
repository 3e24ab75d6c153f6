/**
 * Goes on behind a row: turns the values a row has in the order of a query into the condition that only later rows keep. It
 * costs the same for every page, and rows that are added or removed meanwhile do not shift the others.
 * Source: "Paging through results", https://use-the-index-luke.com/no-offset.
 */
import type { ValueDriver } from '../drivers/driver.ts';
import { findTextProblem } from '../entities/text-problem.ts';
import { CursorInvalidError, QueryInvalidError } from '../errors.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import type { CompareOperator, Condition, ShapeWriter } from './condition.ts';
import type { SeekStart, SortTerm } from './query-state.ts';
import { isDay } from './stored-value.ts';

const NOTHING: Condition = { kind: 'any', items: [] };
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const MOMENT = /^(\d{4}-\d\d-\d\d) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:[+-]\d\d(?::\d\d)?)?$/;
const LONGEST = 2n ** 63n;

/** The order in which rows are read: backwards it is the opposite. */
export function toReadingOrder(terms: readonly SortTerm[], backwards: boolean): readonly SortTerm[] {
  return backwards ? terms.map((term) => ({ ...term, direction: term.direction === 'asc' ? 'desc' : 'asc' })) : terms;
}

/**
 * Returns the condition of the rows behind a row, in reading order. `null` is less than any value.
 * @throws {CursorInvalidError} when a value cannot be one of its column.
 */
export function toSeekCondition(layout: ModelLayout, terms: readonly SortTerm[], start: SeekStart, writer: ShapeWriter, driver: ValueDriver): Condition {
  if (start.values.length !== terms.length) throw new CursorInvalidError(layout.name, start.side);
  const values = terms.map((term, index) => toBound(layout, term, start, index, driver));
  const slots = values.map((value) => (value === null ? undefined : writer.slot(value)));
  writer.shape += `/seek:${slots.map((slot) => (slot === undefined ? 0 : 1)).join('')}`;
  let condition: Condition = NOTHING;
  for (const [index, term] of [...terms.entries()].toReversed()) {
    const slot = slots[index];
    const beyond = toBeyond(term, slot);
    const isLast = index === terms.length - 1;
    const ties: Condition[] = isLast ? [] : [{ kind: 'all', items: [toEqual(term, slot), condition] }];
    condition = { kind: 'any', items: [...(beyond === undefined ? [] : [beyond]), ...ties] };
  }
  // Databases do not find the range of an index in what is joined by "or", so it is also said by itself.
  const [first] = terms;
  const [slot] = slots;
  if (first === undefined || slot === undefined || terms.length === 1 || canBeNull(first)) return condition;
  return { kind: 'all', items: [at(first, compare(first, first.direction === 'asc' ? '>=' : '<=', slot)), condition] };
}

function toBeyond(term: SortTerm, slot: number | undefined): Condition | undefined {
  if (term.direction === 'asc') return at(term, slot === undefined ? { kind: 'null', column: term.column, negated: true } : compare(term, '>', slot));
  if (slot === undefined) return undefined;
  const less = compare(term, '<', slot);
  return at(term, canBeNull(term) ? { kind: 'any', items: [less, { kind: 'null', column: term.column, negated: false }] } : less);
}

function toEqual(term: SortTerm, slot: number | undefined): Condition {
  return at(term, slot === undefined ? { kind: 'null', column: term.column, negated: false } : compare(term, '=', slot));
}

function compare({ column }: SortTerm, operator: CompareOperator, slot: number): Condition {
  return { kind: 'compare', column, operator, slot };
}

function at({ path }: SortTerm, item: Condition): Condition {
  return path.length === 0 ? item : { kind: 'joined', path, item };
}

/** Tells whether a row can have no value to be sorted by. */
export function canBeNull({ path, column }: SortTerm): boolean {
  return column.spec.nullable === true || path.some((relation) => relation.kind !== 'belongsTo' || relation.column.spec.nullable === true);
}

/** Checks a value, which may come from a client, and returns it as it is bound. */
function toBound(layout: ModelLayout, term: SortTerm, { values, side }: SeekStart, index: number, driver: ValueDriver): unknown {
  if (term.column.spec.type === 'json')
    throw new QueryInvalidError(layout.name, `it cannot be read in parts in the order of "${term.column.name}", which is JSON`);
  const value = values[index];
  if (value === null && canBeNull(term)) return null;
  const bound = toStored(term.column, value, driver);
  if (bound === undefined) throw new CursorInvalidError(layout.name, side);
  return bound;
}

/** Databases give numbers as numbers, as texts or as `bigint`; moments as numbers or texts. */
function toStored({ spec }: ColumnLayout, value: unknown, driver: ValueDriver): unknown {
  switch (spec.type) {
    case 'integer':
    case 'bigint':
      return toWhole(value);
    case 'decimal': {
      const convert = driver.toStored(spec) as ((text: string) => unknown) | undefined; // decimals are texts
      if (typeof value === 'string') return NUMBER.test(value) ? (convert?.(value) ?? value) : undefined;
      return typeof value === 'bigint' || Number.isFinite(value) ? value : undefined;
    }
    case 'boolean': {
      const usesNumbers = driver.toStored(spec) !== undefined;
      if (!usesNumbers) return typeof value === 'boolean' ? value : undefined;
      return Number(value) === 0 || Number(value) === 1 ? Number(value) : undefined;
    }
    case 'datetime':
      return toMoment(spec, value, driver);
    case 'date':
      return typeof value === 'string' && isDay(value) ? value : undefined;
    case 'uuid':
      return typeof value === 'string' && UUID.test(value) ? value : undefined;
    case 'enum':
    case 'string':
    case 'text':
      return typeof value === 'string' && findTextProblem(value, driver.traits.holdsNul) === undefined ? value : undefined;
    case 'json':
      return undefined;
    default:
      return spec.type satisfies never;
  }
}

function toWhole(value: unknown): bigint | number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === 'string') return /^-?\d{1,19}$/.test(value) ? toWhole(BigInt(value)) : undefined;
  return typeof value === 'bigint' && value >= -LONGEST && value < LONGEST ? value : undefined;
}

function toMoment(spec: ColumnLayout['spec'], value: unknown, driver: ValueDriver): unknown {
  const convert = driver.toStored(spec) as ((date: Date) => unknown) | undefined; // moments are dates
  const example = convert?.(new Date(0));
  if (example instanceof Date) return typeof value === 'number' && !Number.isNaN(new Date(value).getTime()) ? new Date(value) : undefined; // cursors have numbers
  if (typeof example === 'number') return typeof value === 'bigint' || Number.isFinite(value) ? value : undefined;
  const day = typeof value === 'string' ? MOMENT.exec(value)?.[1] : undefined;
  return day !== undefined && isDay(day) ? value : undefined;
}

/** Checks a value against the type of a column and turns it into what the database stores. */
import type { ValueDriver, ValueTraits } from '../drivers/driver.ts';
import { findTextProblem } from '../entities/text-problem.ts';
import { QueryInvalidError } from '../errors.ts';
import type { FieldSpec } from '../model/field.ts';
import type { FieldCodec } from '../model/field-codec.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';

/** Stands for a value of the right type that no row can have: a text that is no UUID, in a column of UUIDs. */
export const NO_VALUE: unique symbol = Symbol('no value');

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const DAY = /^(?!0000)\d{4}-\d\d-\d\d$/;

/**
 * Returns the stored form of a value, or {@link NO_VALUE}. Databases differ in what they do with values that a column cannot
 * hold, from finding nothing to breaking off; so none is asked.
 * @throws {QueryInvalidError} when the value has another type than the column; without this, a database may compare
 * values of different types and find what was never meant.
 */
export function toStoredValue(layout: ModelLayout, column: ColumnLayout, value: unknown, driver: ValueDriver): unknown {
  return column.codec === undefined ? toStoredPlain(layout, column, value, driver) : toStoredCast(layout, column, column.codec, value, driver);
}

/** A value of a cast is compared by its stored form. */
function toStoredCast(layout: ModelLayout, column: ColumnLayout, codec: FieldCodec, value: unknown, driver: ValueDriver): unknown {
  if (column.spec.encrypted === true) throw new QueryInvalidError(layout.name, `"${column.name}" is encrypted, and can only be compared with null`);
  if (!codec.accepts(value))
    throw new QueryInvalidError(layout.name, `"${column.name}" is compared with ${describeValue(value)}, but its cast has another type`);
  return toStoredPlain(layout, { name: column.name, column: column.column, spec: codec.spec }, codec.encode(value), driver);
}

function toStoredPlain(layout: ModelLayout, column: ColumnLayout, value: unknown, driver: ValueDriver): unknown {
  const problem = findProblem(column, value);
  if (problem !== undefined) throw new QueryInvalidError(layout.name, `"${column.name}" is compared with ${describeValue(value)}, but ${problem}`);
  if (typeof value === 'string' && !canBeHeld(column.spec, value, driver.traits)) return NO_VALUE;
  const convert = driver.toStored(column.spec) as ((value: unknown) => unknown) | undefined; // the type was just checked
  return convert === undefined ? value : convert(value);
}

function canBeHeld({ type }: FieldSpec, text: string, { holdsNul }: ValueTraits): boolean {
  if (type === 'uuid') return UUID.test(text);
  if (type === 'decimal') return DECIMAL.test(text);
  if (type === 'date') return isDay(text);
  return findTextProblem(text, holdsNul) === undefined;
}

/** Tells whether a text is a day, like `2026-11-22`. There is no 30th of February, though `Date` takes it for a day of March. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function findProblem({ spec }: ColumnLayout, value: unknown): string | undefined {
  switch (spec.type) {
    case 'integer':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : 'it is a number';
    case 'bigint':
      return typeof value === 'bigint' || Number.isSafeInteger(value) ? undefined : 'it is a bigint';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'it is true or false';
    case 'datetime':
      return value instanceof Date && !Number.isNaN(value.getTime()) ? undefined : 'it is a valid Date';
    case 'json':
      return 'JSON can only be compared with null; use toKysely() for more';
    case 'date':
    case 'decimal':
    case 'enum':
    case 'string':
    case 'text':
    case 'uuid':
      return typeof value === 'string' ? undefined : 'it is a text';
    default:
      return spec.type satisfies never;
  }
}

function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

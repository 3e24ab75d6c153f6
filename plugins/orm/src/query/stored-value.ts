/** Checks a value against the type of a column and turns it into what the database stores. */
import type { DatabaseDriver } from '../drivers/driver.ts';
import { QueryInvalidError } from '../errors.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';

/**
 * Returns the stored form of a value.
 * @throws {QueryInvalidError} when the value has another type than the column; without this, a database may compare
 * values of different types and find what was never meant.
 */
export function toStoredValue(layout: ModelLayout, column: ColumnLayout, value: unknown, driver: DatabaseDriver): unknown {
  const problem = findProblem(column, value);
  if (problem !== undefined) throw new QueryInvalidError(layout.name, `"${column.name}" is compared with ${describeValue(value)}, but ${problem}`);
  const convert = driver.toStored(column.spec) as ((value: unknown) => unknown) | undefined; // the type was just checked
  return convert === undefined ? value : convert(value);
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

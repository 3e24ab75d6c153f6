/**
 * The order of all values, those of other types too.
 * Source: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
import { inspect } from 'node:util';
import { Binary, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { isDocument } from './document.ts';
import { compareNumbers, isBsonNumber, writeNumber } from './exact-number.ts';

/** Returns the place of a value's type in the order. */
export function placeOf(value: unknown): number {
  if (value instanceof MinKey) return 0;
  if (value === undefined) return 1;
  if (value === null) return 2;
  if (isBsonNumber(value)) return 3;
  if (typeof value === 'string') return 4;
  if (isDocument(value)) return 5;
  if (Array.isArray(value)) return 6;
  if (value instanceof Binary) return 7;
  if (value instanceof ObjectId) return 8;
  if (typeof value === 'boolean') return 9;
  if (value instanceof Date) return 10;
  if (value instanceof Timestamp) return 11;
  if (value instanceof RegExp) return 12;
  return value instanceof MaxKey ? 14 : 13;
}

/** Says which of two values comes first, as `sort` does. */
export function compareValues(left: unknown, right: unknown): number {
  const byType = placeOf(left) - placeOf(right);
  if (byType !== 0) return byType;
  if (left instanceof Timestamp && right instanceof Timestamp) return left.compare(right);
  if (isBsonNumber(left) && isBsonNumber(right)) return compareNumbers(left, right);
  if (typeof left === 'string' && typeof right === 'string') return order(left, right);
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime();
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (left instanceof ObjectId && right instanceof ObjectId) return order(left.toHexString(), right.toHexString());
  if (left instanceof Binary && right instanceof Binary) {
    return left.length() - right.length() || left.sub_type - right.sub_type || Buffer.compare(left.value(), right.value());
  }
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right);
  if (isDocument(left) && isDocument(right)) return compareLists(toParts(left), toParts(right));
  return order(inspect(left), inspect(right));
}

/** Writes a value so that equal values, and only they, are written alike: `5`, Long 5 and Decimal128 5.0 are equal. */
export function signValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof ObjectId) return `id:${value.toHexString()}`;
  if (value instanceof Date) return `date:${value.getTime()}`;
  if (value instanceof Timestamp) return `timestamp:${value.toBigInt()}`;
  if (isBsonNumber(value)) return writeNumber(value);
  if (value instanceof Binary) return `binary:${value.sub_type}:${value.toString('hex')}`;
  if (Array.isArray(value)) return `[${value.map(signValue).join(',')}]`;
  if (isDocument(value))
    return `{${Object.entries(value)
      .map(([name, field]) => `${JSON.stringify(name)}:${signValue(field)}`)
      .join(',')}}`;
  return inspect(value);
}

function order(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function compareLists(left: readonly unknown[], right: readonly unknown[]): number {
  for (const [index, value] of left.entries()) {
    if (index >= right.length) return 1;
    const compared = compareValues(value, right[index]);
    if (compared !== 0) return compared;
  }
  return left.length - right.length;
}

/** The fields one after another: the type of each, its name and its value. */
function toParts(document: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Object.entries(document).flatMap(([name, value]) => [placeOf(value), name, value]);
}

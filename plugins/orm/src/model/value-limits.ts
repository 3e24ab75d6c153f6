/** The values that columns hold on every database, where a type of JavaScript has more. */
import type { FieldSpec } from './field.ts';

/** The first and the last moment: years have four digits, and there is no year 0. */
export const MOMENTS = [new Date('0001-01-01T00:00:00.000Z'), new Date('9999-12-31T23:59:59.999Z')] as const;

/** The least and the greatest whole number of 64 bits. */
export const BIGINTS = [-(2n ** 63n), 2n ** 63n - 1n] as const;

/** Tells on which side of all values of a field another one is: `below`, `above`, or `undefined` when the field may hold it. */
export function findSide({ type }: FieldSpec, value: unknown): 'above' | 'below' | undefined {
  if (type === 'bigint' && (typeof value === 'bigint' || typeof value === 'number')) return compare(value, BIGINTS);
  return type === 'datetime' && value instanceof Date ? compare(value, MOMENTS) : undefined;
}

function compare(value: Date | bigint | number, [least, greatest]: readonly [Date | bigint, Date | bigint]): 'above' | 'below' | undefined {
  if (value < least) return 'below';
  return value > greatest ? 'above' : undefined;
}

/** The names and numbers of types, as `$type` has them. Source: https://www.mongodb.com/docs/manual/reference/bson-types/ */
import { Binary, Decimal128, Long, ObjectId, Timestamp } from 'bson';
import { isDocument } from './document.ts';

const MAX_INT = 2 ** 31;

/** Lists what the type of a value is called. */
export function namesOfType(value: unknown): readonly string[] {
  if (value === null) return ['null', '10'];
  if (value instanceof Timestamp) return ['timestamp', '17'];
  if (Long.isLong(value)) return ['long', '18', 'number'];
  if (value instanceof Decimal128) return ['decimal', '19', 'number'];
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < MAX_INT ? ['int', '16', 'number'] : ['double', '1', 'number'];
  if (typeof value === 'string') return ['string', '2'];
  if (typeof value === 'boolean') return ['bool', '8'];
  if (value instanceof Date) return ['date', '9'];
  if (Array.isArray(value)) return ['array', '4'];
  if (value instanceof Binary) return ['binData', '5'];
  if (value instanceof ObjectId) return ['objectId', '7'];
  if (value instanceof RegExp) return ['regex', '11'];
  return isDocument(value) ? ['object', '3'] : [];
}

/** How SQLite holds values: booleans are 0 and 1, moments are milliseconds, JSON is text. */
import type { FieldSpec } from '../../model/field.ts';
import { toUuidText } from '../../model/uuid-text.ts';

/** Turns a value into one that SQLite can bind. */
export function toBindable(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'undefined':
      return null;
    case 'object':
      if (value === null || value instanceof Uint8Array) return value;
      if (value instanceof Date) return value.getTime();
      return JSON.stringify(value); // MikroORM marks what is JSON, and everything else has its type by now
    default:
      return String(value);
  }
}

/** Tells how a value is stored; `undefined`: as it is. */
export function toStored(spec: FieldSpec): ((value: never) => unknown) | undefined {
  if (spec.type === 'boolean') return (value: boolean) => (value ? 1 : 0);
  if (spec.type === 'datetime') return (value: Date) => value.getTime();
  if (spec.type === 'json') return (value: unknown) => JSON.stringify(value);
  if (spec.type === 'uuid') return toUuidText;
  return undefined;
}

/** Tells what a stored value means; `undefined`: itself. */
export function toValue(spec: FieldSpec): ((stored: never) => unknown) | undefined {
  switch (spec.type) {
    case 'boolean':
      return (stored: number | bigint) => Number(stored) !== 0;
    case 'datetime':
      return (stored: number | bigint | string) => new Date(typeof stored === 'string' ? stored : Number(stored));
    case 'json':
      return (stored: string) => JSON.parse(stored) as unknown;
    case 'integer':
      return (stored: number | bigint) => Number(stored);
    case 'bigint':
      return (stored: number | bigint) => BigInt(stored);
    case 'decimal':
      return (stored: number | bigint | string) => Number(stored).toFixed(spec.scale ?? 2);
    default:
      return undefined;
  }
}

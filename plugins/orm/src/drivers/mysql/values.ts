/** How MySQL gets and gives values. Moments, days, decimals and JSON arrive as texts, booleans are 0 and 1. */
import type { FieldSpec } from '../../model/field.ts';
import { toUuidText } from '../../model/uuid-text.ts';
import type { Mysql } from './mysql2.ts';

const LONGEST = 2n ** 63n;

/** A decimal, which would be compared as an inexact number if it were a text. */
export class Decimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Turns a value into one that can be bound. */
export function toBindable(value: unknown): unknown {
  switch (typeof value) {
    case 'boolean':
      return value ? 1 : 0;
    case 'undefined':
      return null;
    case 'object':
      if (value === null || value instanceof Uint8Array || value instanceof Decimal) return value;
      if (value instanceof Date) return toMoment(value);
      return JSON.stringify(value); // what is no JSON, has its type by now
    default:
      return value;
  }
}

/** Says the type of a number; by itself every number would be bound as one with a fraction, which `limit` does not take. */
export function toTyped(value: unknown, { TypedParameter }: Mysql): unknown {
  if (value instanceof Decimal) return TypedParameter.NEWDECIMAL(value.text);
  if (typeof value === 'bigint') return value >= -LONGEST && value < LONGEST ? TypedParameter.LONGLONG(value) : String(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? TypedParameter.LONGLONG(value) : value;
}

/** Tells how a value is stored; `undefined`: as it is. */
export function toStored(spec: FieldSpec): ((value: never) => unknown) | undefined {
  if (spec.type === 'bigint') return (value: bigint | number) => BigInt(value);
  if (spec.type === 'boolean') return (value: boolean) => (value ? 1 : 0);
  if (spec.type === 'datetime') return (value: Date) => toMoment(value);
  if (spec.type === 'decimal') return (value: string) => new Decimal(value);
  if (spec.type === 'json') return (value: unknown) => JSON.stringify(value);
  if (spec.type === 'uuid') return toUuidText;
  return undefined;
}

/** Tells what a stored value means; `undefined`: itself. */
export function toValue(spec: FieldSpec): ((stored: never) => unknown) | undefined {
  switch (spec.type) {
    case 'bigint':
      return (stored: number | string) => BigInt(stored);
    case 'boolean':
      return (stored: number) => stored !== 0;
    case 'datetime':
      return (stored: string) => toDate(stored);
    case 'integer':
      return (stored: number | string) => Number(stored);
    case 'json':
      return (stored: string) => JSON.parse(stored) as unknown;
    default:
      return undefined;
  }
}

/** Reads a moment as MySQL writes it: `2026-11-22 09:00:00.500`; MikroORM puts the time zone behind it. */
export function toDate(text: string): Date {
  return new Date(`${text.replace(' ', 'T').replace(/Z$/, '')}Z`);
}

/** Writes a moment in UTC as MySQL reads it. */
function toMoment(date: Date): string {
  return date.toISOString().replace('T', ' ').replace('Z', '');
}

/** Writes a value into a statement. */
export function toLiteral(value: unknown): string {
  if (Array.isArray(value)) return value.map(toLiteral).join(', ');
  const bindable = toBindable(value);
  if (bindable === null) return 'null';
  if (bindable instanceof Decimal) return bindable.text;
  if (bindable instanceof Uint8Array) return `x'${Buffer.from(bindable).toString('hex')}'`;
  if (typeof bindable === 'string') return `'${bindable.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  return typeof bindable === 'bigint' ? bindable.toString() : Number(bindable).toString();
}

/** How PostgreSQL gets and gives values. Moments, days and decimals arrive as texts, so that no digit is lost. */
import type { FieldSpec } from '../../model/field.ts';
import { toUuidText } from '../../model/uuid-text.ts';
import type { PgPoolOptions } from './pg.ts';
import type { WireValue } from './statement-run.ts';

/** Types that stay texts. Source: PostgreSQL, catalog/pg_type.dat. */
const TEXT_TYPES = new Set([
  1082, // date
  1114, // timestamp
  1184, // timestamptz
  1186, // interval
]);

/** The type `text`, whose values are not parsed. Source: PostgreSQL, catalog/pg_type.dat. */
export const TEXT = 25;
/** The type `bigint`. */
const INT8 = 20;

const ZERO = '0'.charCodeAt(0);

/** Creates the parsers of a pool: those of `pg`, but for types that it would change, and whole numbers, which are numbers where these hold them. */
export function createTypeParsers(base: PgPoolOptions['types']): PgPoolOptions['types'] {
  return {
    getTypeParser(oid, format) {
      if (format === 'binary') return base.getTypeParser(oid, format);
      if (oid === INT8) return toWhole;
      return base.getTypeParser(TEXT_TYPES.has(oid) ? TEXT : oid, format);
    },
  };
}

function toWhole(text: string): bigint | number {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** Turns a value into one that can be bound. */
export function toBindable(value: unknown): Uint8Array | boolean | number | string | null {
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'string':
      return value;
    case 'undefined':
      return null;
    case 'object':
      if (value === null || value instanceof Uint8Array) return value;
      if (value instanceof Date) return value.toISOString();
      return JSON.stringify(value); // what is no JSON, has its type by now
    default:
      return String(value);
  }
}

/** Turns a value that was bound into what is sent; an array is one of the server. */
export function toWire(value: unknown): WireValue {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return toArrayText(value);
  const bindable = toBindable(value);
  if (bindable === null) return null;
  return bindable instanceof Uint8Array ? Buffer.from(bindable.buffer, bindable.byteOffset, bindable.byteLength) : String(bindable);
}

/** Source: PostgreSQL, section 8.15.2. */
function toArrayText(items: readonly unknown[]): string {
  const texts = items.map((item) => {
    const sent = toWire(item);
    if (sent === null) return 'null';
    if (Array.isArray(item)) return sent;
    return `"${(typeof sent === 'string' ? sent : `\\x${sent.toString('hex')}`).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  });
  return `{${texts.join()}}`;
}

/** Tells how a value is stored; `undefined`: as it is. */
export function toStored(spec: FieldSpec): ((value: never) => unknown) | undefined {
  if (spec.type === 'bigint') return (value: bigint | number) => String(value);
  if (spec.type === 'datetime') return (value: Date) => value.toISOString();
  if (spec.type === 'json') return (value: unknown) => JSON.stringify(value);
  if (spec.type === 'uuid') return toUuidText;
  return undefined;
}

/** Tells what a stored value means; `undefined`: itself. */
export function toValue(spec: FieldSpec): ((stored: never) => unknown) | undefined {
  switch (spec.type) {
    case 'bigint':
      return (stored: bigint | number) => BigInt(stored);
    case 'datetime':
      return (stored: string) => toDate(stored);
    default:
      return undefined;
  }
}

/** Reads a moment as PostgreSQL writes it: `2026-11-22 09:00:00.5+00`. */
export function toDate(text: string): Date {
  const isUsual = text.endsWith('+00') && text[4] === '-' && text[0] !== '0';
  if (!isUsual) return new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return new Date(
    Date.UTC(
      number(text, 0, 4),
      number(text, 5, 2) - 1,
      number(text, 8, 2),
      number(text, 11, 2),
      number(text, 14, 2),
      number(text, 17, 2),
      toMilliseconds(text),
    ),
  );
}

/** Reads digits. */
function number(text: string, start: number, count: number): number {
  let value = 0;
  for (let index = start; index < start + count; index++) value = value * 10 + text.charCodeAt(index) - ZERO;
  return value;
}

/** Reads what stands between the point and the time zone; digits beyond the third are left out. */
function toMilliseconds(text: string): number {
  const digits = Math.min(text.length - '2026-11-22 09:00:00.+00'.length, 3);
  return digits <= 0 ? 0 : number(text, '2026-11-22 09:00:00.'.length, digits) * 10 ** (3 - digits);
}

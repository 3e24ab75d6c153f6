/**
 * How documents hold values: moments as dates, 64-bit numbers as longs, decimals as Decimal128, JSON as documents, and all else
 * as texts, numbers and booleans. A value never becomes an operator: what is JSON is written as a map, whose members mean nothing.
 */
import type { Decimal128 } from 'mongodb';
import type { FieldSpec } from '../../model/field.ts';
import { toUuidText } from '../../model/uuid-text.ts';
import type { ValueDriver, ValueTraits } from '../driver.ts';
import type { MongodbPackage } from './load-mongodb.ts';

/** Source: IEEE 754-2008, decimal128. */
const DECIMAL_DIGITS = 34;

/** What MongoDB can hold. */
export const TRAITS: ValueTraits = {
  textColumn: 'text',
  smallIntegers: false,
  holdsNul: true,
  indexesTexts: true,
  checksSetNull: true,
  decimalDigits: DECIMAL_DIGITS,
};

/** Creates what turns values into those of documents, and back. */
export function createValueDriver({ Decimal128 }: Pick<MongodbPackage, 'Decimal128'>): ValueDriver {
  return {
    traits: TRAITS,
    toStored(spec) {
      switch (spec.type) {
        case 'bigint':
          return (value: bigint | number) => BigInt(value);
        case 'datetime':
          return (value: Date) => value; // so that cursors know that moments are dates
        case 'decimal':
          return (value: string) => Decimal128.fromString(value);
        case 'json':
          return toJsonValue;
        case 'uuid':
          return toUuidText;
        default:
          return undefined;
      }
    },
    toValue(spec) {
      switch (spec.type) {
        case 'integer':
          return (stored: unknown) => Number(stored);
        case 'bigint':
          return (stored: unknown) => BigInt(String(stored));
        case 'decimal':
          return (stored: unknown) => toPlainDecimal(String(stored), spec.scale ?? 2);
        case 'json':
          return fromJsonValue;
        default:
          return undefined;
      }
    },
  };
}

/** Turns a JSON value into one of a document; what JSON does not know is lost, as in a text. */
export function toJsonValue(value: unknown): unknown {
  return toMaps(JSON.parse(JSON.stringify(value)) as unknown);
}

/**
 * Turns a value of a document into one of JSON. The package makes objects of its own of what looks like a reference, and others
 * may have written what JSON does not know.
 */
export function fromJsonValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJsonValue);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return fromJsonValue(value.toJSON());
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromJsonValue(member)]));
}

function toMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMaps);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([name, member]) => [name, toMaps(member)]));
}

/**
 * Writes a decimal as `12.50`: Decimal128 may say `1.25E+1`.
 * @param scale how many digits stand behind the point at least; `undefined`: those that there are.
 */
export function toPlainDecimal(text: string, scale: number | undefined): string {
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === '') return text; // NaN and Infinity are no decimals
  const exponent = Number(exponentText);
  const digits = `${whole}${fraction}`;
  const point = whole.length + exponent;
  const padded = point <= 0 ? `${'0'.repeat(1 - point)}${digits}` : digits.padEnd(point, '0');
  const place = Math.max(point, 1);
  const integer = padded.slice(0, place).replace(/^0+(?=\d)/, '');
  const rest = padded.slice(place);
  const behind = scale === undefined ? rest : rest.length > scale ? rest.slice(0, scale) + rest.slice(scale).replace(/0+$/, '') : rest.padEnd(scale, '0');
  const plain = behind === '' ? integer : `${integer}.${behind}`;
  return sign === '-' && /[1-9]/.test(plain) ? `-${plain}` : plain;
}

/** Tells whether a value is a Decimal128, whatever copy of the package has made it. */
export function isDecimal128(value: unknown): value is Decimal128 {
  return typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'Decimal128';
}

/** Returns the least value of the type of a column, which every value that is there is equal to or greater than. */
export function leastValueOf({ type }: FieldSpec): unknown {
  switch (type) {
    case 'bigint':
    case 'decimal':
    case 'integer':
      return Number.NEGATIVE_INFINITY;
    case 'boolean':
      return false;
    case 'datetime':
      return new Date(-8.64e15);
    case 'json':
      return new Map();
    case 'date':
    case 'enum':
    case 'string':
    case 'text':
    case 'uuid':
      return '';
    default:
      return type satisfies never;
  }
}

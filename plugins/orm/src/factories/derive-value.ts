/** Values that keep the rules of a field, for models without a factory of their own. */
import * as z from 'zod';
import type { FieldSpec } from '../model/field.ts';
import { toValueSchema } from '../model/field-schemas.ts';
import { JSON_MISSING, toJsonValue } from './derive-json.ts';
import type { FactoryTools } from './factory-tools.ts';
import { toMatchingText } from './match-pattern.ts';

/** Stands for a value that cannot be made. */
export const UNKNOWN_VALUE: unique symbol = Symbol('unknown value');

/** Texts are no longer than this unless they have to be. */
const USUAL_LENGTH = 40;
const ATTEMPTS = 20;
const MS_A_DAY = 86_400_000;

/**
 * Makes a value of a field, or {@link UNKNOWN_VALUE}.
 * @param isUnique whether no two entities may have it.
 */
export function toFieldValue(spec: FieldSpec, name: string, tools: FactoryTools, isUnique: boolean): unknown {
  const schema = toValueSchema(spec);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const value = toValue(spec, name, tools, isUnique);
    if (value !== UNKNOWN_VALUE && schema.safeParse(value).success) return value;
  }
  return UNKNOWN_VALUE;
}

function toValue(spec: FieldSpec, name: string, tools: FactoryTools, isUnique: boolean): unknown {
  const { cast, ...stored } = spec;
  if (cast === undefined) return toStoredValue(spec, name, tools, isUnique);
  const value = toStoredValue(stored, name, tools, isUnique);
  try {
    return value === UNKNOWN_VALUE ? value : cast.fromStored(value);
  } catch {
    return UNKNOWN_VALUE; // not every stored form is one of a value
  }
}

function toStoredValue(spec: FieldSpec, name: string, tools: FactoryTools, isUnique: boolean): unknown {
  const { sequence, integer, past, pick, random } = tools;
  switch (spec.type) {
    case 'string':
    case 'text':
      return toText(spec, name, tools, isUnique);
    case 'integer': {
      const min = spec.min ?? (spec.max !== undefined && spec.max < 1 ? spec.max - 1_000 : 1);
      return isUnique ? min + sequence - 1 : integer(min, spec.max ?? min + 1_000);
    }
    case 'bigint':
      return BigInt(isUnique ? sequence : integer(1, 1_000_000));
    case 'decimal': {
      const { precision = 12, scale = 2 } = spec;
      const digits = String(isUnique ? sequence : integer(1, 10 ** Math.min(precision, 6) - 1)).padStart(scale + 1, '0');
      return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    }
    case 'boolean':
      return tools.chance();
    case 'datetime':
      return isUnique ? new Date(sequence * 1_000) : past();
    case 'date':
      return (isUnique ? new Date(sequence * MS_A_DAY) : past()).toISOString().slice(0, 10);
    case 'enum': {
      const words = spec.values ?? [];
      return isUnique ? (words[sequence - 1] ?? UNKNOWN_VALUE) : pick(words as [string, ...string[]]); // an enum has at least one word
    }
    case 'uuid':
      return random.uuid();
    case 'json': {
      const value = toJsonValue(spec.schema ?? z.json(), tools);
      return value === JSON_MISSING ? UNKNOWN_VALUE : value;
    }
    default:
      return spec.type satisfies never;
  }
}

function toText(spec: FieldSpec, name: string, tools: FactoryTools, isUnique: boolean): unknown {
  const { sequence, words } = tools;
  if (spec.format === 'email') return `${words(1)}.${sequence}@example.com`;
  if (spec.format === 'url') return `https://example.com/${words(1)}/${sequence}`;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = spec;
  if (pattern !== undefined) {
    const slug = `${words(2).replaceAll(' ', '-')}-${sequence}`;
    if (new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test(slug) && slug.length >= minLength && slug.length <= maxLength) return slug;
    return toMatchingText(pattern, tools) ?? UNKNOWN_VALUE;
  }
  const number = isUnique ? String(sequence) : '';
  const subject = words(/title|name|subject/i.test(name) ? 2 : 5);
  const plain = isUnique ? `${subject} ${number}` : subject;
  if (plain.length > maxLength) return isUnique ? fit(sequence.toString(36), minLength, maxLength) : plain.slice(0, maxLength).trim() || 'x'.repeat(maxLength);
  let text = plain;
  while (text.length < minLength) text = `${words(5)} ${text}`;
  return text.length <= Math.max(USUAL_LENGTH, maxLength) && text.length <= maxLength ? text : text.slice(text.length - maxLength).replace(/^ /, 'x');
}

function fit(text: string, minLength: number, maxLength: number): unknown {
  return text.length > maxLength ? UNKNOWN_VALUE : text.padStart(Math.max(minLength, Math.min(maxLength, 3)), '0');
}

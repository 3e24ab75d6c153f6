/** Values that the schema of a JSON field accepts. */
import * as z from 'zod';
import type { FactoryTools } from './factory-tools.ts';

/** Stands for a value that cannot be made. */
export const JSON_MISSING: unique symbol = Symbol('json value');

/** Makes a value of the schemas that JSON fields usually have, or {@link JSON_MISSING}; what is optional is left out. */
export function toJsonValue(schema: z.ZodType, tools: FactoryTools): unknown {
  const value = make(schema, tools);
  for (const candidate of [value, {}, [], tools.words(2), tools.integer(1, 100), true, null]) {
    if (candidate !== JSON_MISSING && schema.safeParse(candidate).success) return candidate;
  }
  return JSON_MISSING;
}

function make(schema: unknown, tools: FactoryTools): unknown {
  if (schema instanceof z.ZodObject) return makeObject(schema, tools);
  if (schema instanceof z.ZodArray) {
    const item = toJsonValue(schema.element as z.ZodType, tools);
    return item === JSON_MISSING ? [] : [item];
  }
  if (schema instanceof z.ZodUnion) return toJsonValue(schema.options[0] as z.ZodType, tools);
  if (schema instanceof z.ZodTuple) return (schema.def.items as readonly z.ZodType[]).map((item) => toJsonValue(item, tools));
  if (schema instanceof z.ZodEnum) return Object.values(schema.enum)[0];
  if (schema instanceof z.ZodLiteral) return [...schema.values][0];
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly)
    return toJsonValue(schema.def.innerType as z.ZodType, tools);
  if (schema instanceof z.ZodString) return makeText(schema, tools);
  if (schema instanceof z.ZodNumber) return makeNumber(schema, tools);
  return JSON_MISSING;
}

function makeObject(schema: z.ZodObject, tools: FactoryTools): unknown {
  const value: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(schema.shape)) {
    if (part instanceof z.ZodOptional || part instanceof z.ZodDefault) continue;
    value[name] = toJsonValue(part as z.ZodType, tools);
  }
  return value;
}

function makeText({ minLength, maxLength }: z.ZodString, { words }: FactoryTools): string {
  let text = words(2);
  while (text.length < (minLength ?? 0)) text = `${text} ${words(2)}`;
  return text.slice(0, maxLength ?? text.length);
}

function makeNumber({ minValue, maxValue }: z.ZodNumber, { integer }: FactoryTools): number {
  const least = Math.ceil(Math.max(minValue ?? 1, Number.MIN_SAFE_INTEGER));
  const most = Math.floor(Math.min(maxValue ?? least + 100, Number.MAX_SAFE_INTEGER, least + 100));
  return most < least ? most : integer(least, most);
}

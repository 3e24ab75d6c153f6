/**
 * Tells what fits a schema, by the plain meaning of its keywords: what the classification of changes is measured by. Only
 * the keywords that the property tests use are known, and `oneOf` is read as `anyOf`, as the classification does.
 * Source: JSON Schema 2020-12, validation vocabulary.
 */
import type { JsonSchema } from '@oxidite/openapi';

/** Components by name. */
export type Components = Readonly<Record<string, JsonSchema>>;

type Check = (value: unknown, schema: JsonSchema, components: Components) => boolean;

/** Tells whether a value fits a schema. */
export function fitsSchema(value: unknown, schema: unknown, components: Components): boolean {
  if (typeof schema === 'boolean' || schema === undefined) return schema !== false;
  const rules = schema as JsonSchema; // generated: schemas are booleans or records
  return [fitsType, fitsNumber, fitsLength, fitsArray, fitsObject, fitsCombination].every((check: Check) => check(value, rules, components));
}

function typesOf(value: unknown): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return typeof value === 'number' && Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}

function fitsType(value: unknown, { type, enum: values, const: constant }: JsonSchema): boolean {
  const isTyped = type === undefined || [type].flat().some((one) => typesOf(value).some((own) => own === one));
  const isListed = !Array.isArray(values) || values.some((one) => one === value);
  return isTyped && isListed && (constant === undefined || constant === value);
}

function fitsNumber(value: unknown, { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: JsonSchema): boolean {
  if (typeof value !== 'number') return true;
  const isAbove = typeof exclusiveMinimum !== 'number' || value > exclusiveMinimum;
  const isBelow = typeof exclusiveMaximum !== 'number' || value < exclusiveMaximum;
  return isWithin(value, minimum, maximum) && isAbove && isBelow && (typeof multipleOf !== 'number' || value % multipleOf === 0);
}

function fitsLength(value: unknown, { minLength, maxLength, minItems, maxItems }: JsonSchema): boolean {
  if (typeof value === 'string') return isWithin(value.length, minLength, maxLength);
  return !Array.isArray(value) || isWithin(value.length, minItems, maxItems);
}

function isWithin(value: number, least: unknown, greatest: unknown): boolean {
  return (typeof least !== 'number' || value >= least) && (typeof greatest !== 'number' || value <= greatest);
}

function fitsArray(value: unknown, { items }: JsonSchema, components: Components): boolean {
  return !Array.isArray(value) || value.every((item) => fitsSchema(item, items, components));
}

function fitsObject(value: unknown, { properties = {}, required = [], additionalProperties }: JsonSchema, components: Components): boolean {
  if (typesOf(value)[0] !== 'object') return true;
  const hasAll = (required as readonly string[]).every((name) => Object.hasOwn(value as object, name));
  const own = properties as Components;
  return (
    hasAll &&
    Object.entries(value as object).every(([name, inner]) => fitsSchema(inner, Object.hasOwn(own, name) ? own[name] : additionalProperties, components))
  );
}

function fitsCombination(value: unknown, { anyOf, oneOf, allOf, not, $ref }: JsonSchema, components: Components): boolean {
  const fits = (schema: unknown): boolean => fitsSchema(value, schema, components);
  const isAlternative = [anyOf, oneOf].every((members) => !Array.isArray(members) || members.some(fits));
  const isRefused = not !== undefined && fits(not);
  const isReferred = typeof $ref !== 'string' || fits(components[$ref.split('/').at(-1) ?? '']);
  return isAlternative && isReferred && !isRefused && (!Array.isArray(allOf) || allOf.every(fits));
}

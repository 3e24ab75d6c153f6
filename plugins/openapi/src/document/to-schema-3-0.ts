/**
 * Converts a JSON Schema of draft 2020-12 to a schema of OpenAPI 3.0, which is an older draft with differences of its own.
 * Source: OpenAPI Specification 3.0.4, section 4.7.24 (Schema Object).
 */
import { isNever, isRecord, mapSubschemas } from './map-schema.ts';
import type { JsonSchema } from './openapi-document.ts';

/** Only `null` fits: `nullable` means something beside a `type` only. */
const NULL_SCHEMA: JsonSchema = { type: 'string', nullable: true, enum: [null] };

/** What fits nothing, and what fits anything. */
const NEVER: JsonSchema = { not: {} };

/** Keywords that 3.0 does not know; without them more fits. Keywords that are converted are not among them. */
const UNKNOWN = [
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  '$dynamicRef',
  '$dynamicAnchor',
  'if',
  'then',
  'else',
  'contains',
  'minContains',
  'maxContains',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
] as const;

type Draft = Record<string, unknown>;

/** Converts a schema and everything in it. */
export function toSchema30(schema: unknown): JsonSchema {
  if (typeof schema === 'boolean') return schema ? {} : NEVER;
  if (!isRecord(schema)) return {};
  const draft: Draft = {
    ...mapSubschemas(schema, toSchema30),
    ...(typeof schema['additionalProperties'] === 'boolean' ? { additionalProperties: schema['additionalProperties'] } : {}),
  };
  for (const keyword of UNKNOWN) delete draft[keyword];
  convertTuple(draft);
  convertPatternProperties(draft);
  convertBound(draft, 'minimum', 'exclusiveMinimum', (left, right) => left >= right);
  convertBound(draft, 'maximum', 'exclusiveMaximum', (left, right) => left <= right);
  convertExamples(draft);
  convertContent(draft);
  convertConst(draft);
  return convertReference(convertNull(draft));
}

/** A tuple is an array of any of its items; how many there are is still said. */
function convertTuple(draft: Draft): void {
  const { prefixItems, items } = draft;
  delete draft['prefixItems'];
  if (Array.isArray(prefixItems)) {
    if (isNever(items)) draft['maxItems'] ??= prefixItems.length;
    draft['items'] = items === undefined ? {} : { anyOf: isNever(items) ? prefixItems : [...prefixItems, items] };
  } else if (isNever(items)) {
    draft['items'] = {};
    draft['maxItems'] = 0;
  } else if (items === undefined && [draft['type']].flat().includes('array')) {
    draft['items'] = {};
  }
}

function convertPatternProperties(draft: Draft): void {
  const { patternProperties, additionalProperties } = draft;
  delete draft['patternProperties'];
  if (!isRecord(patternProperties)) return;
  const members = [...Object.values(patternProperties), ...(isRecord(additionalProperties) ? [additionalProperties] : [])];
  if (additionalProperties === false || isRecord(additionalProperties)) draft['additionalProperties'] = members.length === 1 ? members[0] : { anyOf: members };
}

/** In 3.0 an exclusive bound is a flag beside the bound. */
function convertBound(draft: Draft, bound: string, exclusive: string, isTighter: (left: number, right: number) => boolean): void {
  const limit = draft[exclusive];
  if (typeof limit !== 'number') return;
  const inclusive = draft[bound];
  delete draft[exclusive];
  if (typeof inclusive === 'number' && !isTighter(limit, inclusive)) return;
  draft[bound] = limit;
  draft[exclusive] = true;
}

function convertExamples(draft: Draft): void {
  const { examples } = draft;
  delete draft['examples'];
  if (Array.isArray(examples) && examples.length > 0) draft['example'] ??= examples[0];
}

function convertContent(draft: Draft): void {
  const { contentEncoding, contentMediaType } = draft;
  delete draft['contentEncoding'];
  delete draft['contentMediaType'];
  if (contentEncoding === 'base64' || contentEncoding === 'base64url') draft['format'] ??= 'byte';
  else if (contentEncoding !== undefined || contentMediaType === 'application/octet-stream') draft['format'] ??= 'binary';
}

function convertConst(draft: Draft): void {
  if (!('const' in draft)) return;
  const { const: value } = draft;
  delete draft['const'];
  draft['enum'] = [value];
  draft['type'] ??= typeOf(value);
}

/** `null` is a type in 2020-12, and a flag beside one type in 3.0. */
function convertNull(draft: Draft): Draft {
  const types = [draft['type']].flat().filter((type) => type !== undefined);
  const allowsNull = types.includes('null');
  const others = types.filter((type) => type !== 'null');
  const values = Array.isArray(draft['enum']) ? draft['enum'] : undefined;
  if (allowsNull && others.length === 0) return { ...withoutType(draft), ...NULL_SCHEMA };
  if (others.length > 1) return splitTypes(draft, others, allowsNull);
  if (allowsNull) return { ...draft, type: others[0], ...(values?.includes(null) === false ? {} : { nullable: true }) };
  if (types.length > 0 || values?.includes(null) !== true) return convertNullMember(draft);
  const [first] = values.filter((value: unknown) => value !== null);
  return first === undefined ? { ...draft, ...NULL_SCHEMA } : { ...draft, type: typeOf(first), nullable: true };
}

/** Several types are alternatives. */
function splitTypes(draft: Draft, types: readonly unknown[], allowsNull: boolean): Draft {
  const { anyOf, ...rest } = withoutType(draft);
  const members = types.map((type) => ({ type, ...(type === 'array' ? { items: rest['items'] ?? {} } : {}) }));
  const { items: _items, ...shared } = rest;
  const alternatives = [...members, ...(allowsNull ? [NULL_SCHEMA] : [])];
  return anyOf === undefined ? { ...shared, anyOf: alternatives } : { ...shared, allOf: [{ anyOf: alternatives }, { anyOf }] };
}

/** `anyOf: [{ type: 'string' }, null]` is a nullable string. References stay members, because nothing may stand beside them. */
function convertNullMember(draft: Draft): Draft {
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const members = draft[keyword];
    if (!Array.isArray(members)) continue;
    const [only, ...more] = members.filter((member) => !isNullSchema(member));
    if (more.length > 0 || members.length !== 2 || !isRecord(only) || typeof only['type'] !== 'string') continue;
    const { [keyword]: _members, ...rest } = draft;
    return { ...only, ...rest, nullable: true, ...(Array.isArray(only['enum']) ? { enum: [...new Set([...only['enum'], null])] } : {}) };
  }
  return draft;
}

/** Siblings of `$ref` are ignored in 3.0. */
function convertReference(draft: Draft): JsonSchema {
  const { $ref, ...rest } = draft;
  if ($ref === undefined || Object.keys(rest).length === 0) return draft;
  return { ...rest, allOf: [{ $ref }, ...(Array.isArray(rest['allOf']) ? rest['allOf'] : [])] };
}

function isNullSchema(schema: unknown): boolean {
  return isRecord(schema) && schema['nullable'] === true && Array.isArray(schema['enum']) && schema['enum'].every((value) => value === null);
}

function withoutType({ type: _type, ...rest }: Draft): Draft {
  return rest;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

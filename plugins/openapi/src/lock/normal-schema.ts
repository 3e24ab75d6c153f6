/**
 * Brings a JSON Schema into a form in which schemas can be compared: references followed, `null` apart from the other types,
 * alternatives of one member unwrapped. Different spellings of the same thing become equal.
 */
import { isRecord } from '../document/map-schema.ts';
import type { JsonSchema, OpenApiDocument } from '../document/openapi-document.ts';
import { toPointer } from './api-change.ts';

/** A schema, and where it stands. */
export interface SchemaNode {
  readonly schema: unknown;
  /** A JSON Pointer into its document. */
  readonly pointer: string;
  /** What it is, for people: `the body of POST /articles`. */
  readonly label: string;
}

/** A schema in its normal form. */
export interface NormalSchema {
  readonly node: SchemaNode;
  /** Its keywords but those below. */
  readonly keywords: JsonSchema;
  readonly allowsNull: boolean;
  /** The types but `null`; `number` stands with `integer`, which it allows. */
  readonly types: ReadonlySet<string>;
  /** The only values but `null`. */
  readonly values: readonly unknown[] | undefined;
  /** Members of `anyOf` and `oneOf` but `null`; at least two, or none. */
  readonly alternatives: readonly SchemaNode[];
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array'] as const;
const MAX_DEPTH = 64;

/** Follows references to components. What a reference says besides counts more than what it refers to. */
export function followReference(node: SchemaNode, document: OpenApiDocument): SchemaNode {
  let current = node;
  for (let depth = 0; depth < MAX_DEPTH && isRecord(current.schema) && typeof current.schema['$ref'] === 'string'; depth++) {
    const { $ref, ...besides } = current.schema as { readonly $ref: string };
    const name = $ref.split('/').at(-1) ?? '';
    const target = document.components.schemas[name];
    const schema = isRecord(target) && Object.keys(besides).length > 0 ? { ...target, ...besides } : (target ?? {});
    current = { schema, pointer: toPointer('', 'components', 'schemas', name), label: `the schema ${name}` };
  }
  return current;
}

/** Normalizes a schema. */
export function normalizeSchema(node: SchemaNode, document: OpenApiDocument): NormalSchema {
  const followed = followReference(node, document);
  const schema: JsonSchema = isRecord(followed.schema) ? followed.schema : followed.schema === false ? { not: {} } : {};
  const { type, enum: values, const: constant, anyOf, oneOf, allOf, ...rest } = schema;
  const keywords: JsonSchema = { ...rest, ...(Array.isArray(allOf) && allOf.length > 1 ? { allOf } : {}) };
  const only = 'const' in schema ? [constant] : Array.isArray(values) ? values : undefined;
  const listed = [type].flat().filter((one): one is string => typeof one === 'string');
  const types = listed.length > 0 ? listed : only === undefined ? [...TYPES, 'null'] : only.map(typeOf);
  const members = listMembers(followed, anyOf === undefined ? 'oneOf' : 'anyOf', anyOf ?? oneOf);
  const nodes = members.filter(({ schema: member }) => !isNull(member));
  const [single] = Array.isArray(allOf) && allOf.length === 1 ? listMembers(followed, 'allOf', allOf) : nodes.length === 1 ? nodes : [];
  const hasNullMember = nodes.length < members.length;
  const normal: NormalSchema = {
    node: followed,
    keywords,
    allowsNull: members.length > 0 ? hasNullMember : types.includes('null') && (only === undefined || only.includes(null)),
    types: new Set(types.filter((one) => one !== 'null').flatMap((one) => (one === 'number' ? ['number', 'integer'] : [one]))),
    values: only?.filter((value) => value !== null),
    alternatives: nodes.length > 1 ? nodes : [],
  };
  return single === undefined ? normal : unwrap(normal, normalizeSchema(single, document), hasNullMember);
}

/** The one member, with what its wrapper says besides. */
function unwrap(wrapper: NormalSchema, member: NormalSchema, allowsNull: boolean): NormalSchema {
  return { ...member, keywords: { ...member.keywords, ...wrapper.keywords }, allowsNull: allowsNull || member.allowsNull };
}

function listMembers({ pointer, label }: SchemaNode, keyword: string, members: unknown): SchemaNode[] {
  if (!Array.isArray(members)) return [];
  return members.map((schema: unknown, index) => ({ schema, pointer: toPointer(pointer, keyword, index), label: `${label}, alternative ${index + 1}` }));
}

function isNull(schema: unknown): boolean {
  return isRecord(schema) && (schema['type'] === 'null' || ('const' in schema && schema['const'] === null));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

/**
 * Brings a JSON Schema into a form in which schemas can be compared: references followed, `null` apart from the other types,
 * alternatives of one member unwrapped. Different spellings of the same thing become equal.
 */
import { isNever, isRecord, mapSubschemas } from '../document/map-schema.ts';
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
  /** What holds it: a reference that says more, or the only alternative to `null`. Often the same. */
  readonly outer: SchemaNode;
  /** Where the keywords stand that are said by what holds it. */
  readonly places: ReadonlyMap<string, string>;
  /** Its keywords but those below. */
  readonly keywords: JsonSchema;
  readonly allowsNull: boolean;
  /** The types but `null`; `number` stands with `integer`, which it allows. Empty when nothing fits. */
  readonly types: ReadonlySet<string>;
  /** The only values but `null`. */
  readonly values: readonly unknown[] | undefined;
  /** Members of `anyOf` and `oneOf` but `null`; a single one only when what stands beside it restricts as well. */
  readonly alternatives: readonly SchemaNode[];
}

/** Keywords that say nothing of what fits. */
export const TEXTS = ['title', 'description', 'examples', 'example', 'deprecated', 'readOnly', 'writeOnly', 'externalDocs', 'xml', '$comment'];

/** Tells whether a keyword says nothing of what fits; a default does not either. */
export function isText(keyword: string): boolean {
  return keyword === 'default' || TEXTS.includes(keyword);
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array'] as const;
const MAX_DEPTH = 64;

interface Followed {
  readonly node: SchemaNode;
  readonly places: ReadonlyMap<string, string>;
}

/** Follows references to components. What a reference says besides counts more than what it refers to. */
function followReference(node: SchemaNode, document: OpenApiDocument): Followed {
  let current = node;
  const places = new Map<string, string>();
  for (let depth = 0; depth < MAX_DEPTH && isRecord(current.schema) && typeof current.schema['$ref'] === 'string'; depth++) {
    const { $ref, ...besides } = current.schema as { readonly $ref: string };
    for (const keyword of Object.keys(besides)) if (!places.has(keyword)) places.set(keyword, toPointer(current.pointer, keyword));
    const name = $ref.split('/').at(-1) ?? '';
    const target = document.components.schemas[name];
    const schema = isRecord(target) && Object.keys(besides).length > 0 ? { ...target, ...besides } : (target ?? {});
    current = { schema, pointer: toPointer('', 'components', 'schemas', name), label: `the schema ${name}` };
  }
  return { node: current, places };
}

/** Puts what the references in a schema refer to in their place; within itself a component stays a reference. */
export function expandReferences(schema: unknown, document: OpenApiDocument, within: readonly string[] = []): unknown {
  if (!isRecord(schema)) return schema;
  const { $ref, ...besides } = schema;
  if (typeof $ref !== 'string') return mapSubschemas(schema, (inner) => expandReferences(inner, document, within));
  if (within.includes($ref)) return schema;
  const target = document.components.schemas[$ref.split('/').at(-1) ?? ''];
  return expandReferences({ ...target, ...besides }, document, [...within, $ref]);
}

/** Returns where a keyword of a schema stands. */
export function pointerOf({ node, places }: NormalSchema, keyword: string): string {
  return places.get(keyword) ?? toPointer(node.pointer, keyword);
}

/** Normalizes a schema. */
export function normalizeSchema(node: SchemaNode, document: OpenApiDocument): NormalSchema {
  const { node: followed, places } = followReference(node, document);
  if (isNever(followed.schema))
    return { node: followed, outer: followed, places, keywords: {}, allowsNull: false, types: new Set(), values: undefined, alternatives: [] };
  const schema: JsonSchema = isRecord(followed.schema) ? followed.schema : {};
  const { type, enum: values, const: constant, anyOf, oneOf, allOf, ...rest } = schema;
  const isWrapper = Object.keys(schema).filter((keyword) => !isText(keyword)).length === 1;
  const keywords: JsonSchema = {
    ...rest,
    ...(Array.isArray(allOf) && (allOf.length > 1 || !isWrapper) ? { allOf } : {}),
    ...(anyOf !== undefined && oneOf !== undefined ? { oneOf } : {}),
  };
  const only = 'const' in schema ? [constant] : Array.isArray(values) ? values : undefined;
  const members = listMembers(followed, anyOf === undefined ? 'oneOf' : 'anyOf', anyOf ?? oneOf);
  const nodes = members.filter(({ schema: member }) => !isNull(member));
  const types = listTypes(type, only).filter((one) => one === 'null' || members.length === 0 || nodes.length > 0);
  const [single, ...others] = !isWrapper ? [] : members.length > 0 ? nodes : listMembers(followed, 'allOf', allOf);
  const hasNullMember = nodes.length < members.length;
  const normal: NormalSchema = {
    node: followed,
    outer: followed,
    places,
    keywords,
    allowsNull: types.includes('null') && (only === undefined || only.includes(null)) && (members.length === 0 || hasNullMember),
    types: new Set(types.filter((one) => one !== 'null').flatMap((one) => (one === 'number' ? ['number', 'integer'] : [one]))),
    values: only?.filter((value) => value !== null),
    alternatives: nodes.length > 1 || !isWrapper ? nodes : [],
  };
  return single === undefined || others.length > 0 ? normal : unwrap(normal, normalizeSchema(single, document), hasNullMember);
}

function listTypes(type: unknown, values: readonly unknown[] | undefined): readonly string[] {
  const listed = [type].flat().filter((one): one is string => typeof one === 'string');
  return listed.length > 0 ? listed : (values?.map(typeOf) ?? [...TYPES, 'null']);
}

/** The one member, with what its wrapper says besides. */
function unwrap(wrapper: NormalSchema, member: NormalSchema, hasNullMember: boolean): NormalSchema {
  const places = Object.keys(wrapper.keywords).map((keyword) => [keyword, pointerOf(wrapper, keyword)] as const);
  return {
    ...member,
    outer: hasNullMember ? wrapper.node : member.outer,
    places: new Map([...member.places, ...places]),
    keywords: { ...member.keywords, ...wrapper.keywords },
    allowsNull: hasNullMember || member.allowsNull,
  };
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

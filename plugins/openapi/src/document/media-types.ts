/**
 * Finds the contents of bodies by media type: JSON, unless the schema says in which form it is read or sent, or describes
 * text or bytes, which handlers return as what they are.
 */
import { BODY_FORMAT, type BodyFormat } from '@oxidite/http';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { isRecord } from './map-schema.ts';
import type { JsonSchema, OpenApiMedia } from './openapi-document.ts';
import type { SchemaComponents } from './schema-components.ts';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';
const TEXT_TYPE = 'text/plain';
const BYTES_TYPE = 'application/octet-stream';
const EVENTS_TYPE = 'text/event-stream';

/** Contents by media type. */
export type Contents = Readonly<Record<string, OpenApiMedia>>;

/** Describes the body of a request; each of several formats has a schema of its own. */
export function describeRequestContent(schema: StandardSchemaV1, components: SchemaComponents, name: string): Contents {
  const format = findFormat(schema);
  if (format === undefined) return { [JSON_TYPE]: { schema: components.describe(schema, 'input', name) } };
  if (format.alternatives !== undefined) {
    const contents = format.alternatives.map((alternative) => describeRequestContent(alternative, components, name));
    return Object.assign({}, ...contents.toReversed()); // of two that take one type the first is chosen
  }
  const media: OpenApiMedia = { schema: components.describe(schema, 'input', name), ...describeEncoding(format) };
  return Object.fromEntries(format.mediaTypes.map((type) => [type, media]));
}

/** What a response depends on besides its schema. */
export interface ResponseContentContext {
  readonly components: SchemaComponents;
  /** The name of components that need one. */
  readonly name: string;
  /** `true`: it is an error, and no group writes problems in a form of its own. */
  readonly mayBeProblem: boolean;
}

/** Describes the body of a response. */
export function describeResponseContent(schema: StandardSchemaV1, { components, name, mayBeProblem }: ResponseContentContext): Contents {
  const events = findEvents(schema);
  if (events !== undefined) return { [EVENTS_TYPE]: { schema: describeEvents(events, components, name) } };
  const described = components.describe(schema, 'output', name);
  const types = findFormat(schema)?.mediaTypes ?? listAlternatives(described, components).map((one) => findResponseType(one, mayBeProblem));
  return Object.fromEntries(types.map((type) => [type, { schema: described }]));
}

function findFormat(schema: object): BodyFormat | undefined {
  return (schema as { readonly [BODY_FORMAT]?: BodyFormat })[BODY_FORMAT];
}

/** Which files the parts of a multipart body may be. */
function describeEncoding({ partTypes = {} }: BodyFormat): Pick<OpenApiMedia, 'encoding'> {
  const parts = Object.entries(partTypes);
  return parts.length === 0 ? {} : { encoding: Object.fromEntries(parts.map(([name, types]) => [name, { contentType: types.join(', ') }])) };
}

/** Of several alternatives some may be text, which is sent as it is, and others not. */
function listAlternatives(schema: JsonSchema, components: SchemaComponents, within: readonly unknown[] = []): readonly JsonSchema[] {
  const resolved = components.resolve(schema);
  const { type, anyOf, oneOf } = resolved;
  const members = Array.isArray(type)
    ? type.map((one: unknown) => ({ ...resolved, type: one }))
    : [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  if (members.length === 0 || within.includes(resolved)) return [resolved];
  return members.filter(isRecord).flatMap((member) => listAlternatives(member, components, [...within, resolved]));
}

/** Errors that handlers throw are problems, which have a title; those that they return in a form of their own are plain JSON. */
function findResponseType(schema: JsonSchema, mayBeProblem: boolean): string {
  const { type, format, properties, enum: values = [schema['const']] } = schema;
  if (type === 'string') return format === 'binary' ? BYTES_TYPE : TEXT_TYPE;
  if (type === undefined && Array.isArray(values) && values.every((value) => typeof value === 'string')) return TEXT_TYPE;
  return mayBeProblem && type !== 'null' && (!isRecord(properties) || 'title' in properties) ? PROBLEM_TYPE : JSON_TYPE;
}

/** The declared events of a response that is a stream of them. */
function findEvents(schema: object): Readonly<Record<string, StandardSchemaV1>> | undefined {
  if (!('mediaType' in schema) || schema.mediaType !== EVENTS_TYPE || !('schemas' in schema) || !isRecord(schema.schemas)) return undefined;
  return schema.schemas as Readonly<Record<string, StandardSchemaV1>>; // what defineEvents() takes
}

/** One event: its name, and its data after it was parsed. OpenAPI has no words for streams; this is how others say it, too. */
function describeEvents(events: Readonly<Record<string, StandardSchemaV1>>, components: SchemaComponents, name: string): JsonSchema {
  const members = Object.entries(events).map(([event, schema]) => ({
    type: 'object',
    required: ['event', 'data'],
    properties: {
      event: { type: 'string', const: event },
      data: components.describe(schema, 'output', `${name}_${event}`),
      id: { type: 'string' },
    },
  }));
  const [only] = members;
  return members.length === 1 && only !== undefined ? only : { oneOf: members };
}

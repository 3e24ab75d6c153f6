/** Reads from a document what a client needs of each operation: its name, what it is given, what it gives back. */
import { isRecord } from '../document/map-schema.ts';
import type { JsonSchema, OpenApiDocument, OpenApiOperation, OpenApiParameter, OpenApiResponse } from '../document/openapi-document.ts';
import { toMemberName, toTypeName, type TypeNames } from './names.ts';

/** A field of the input of an operation. */
export interface ClientField {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  readonly description: string | undefined;
}

/** A response of an operation. */
export interface ClientResponse {
  readonly status: number;
  /** `undefined`: there is no body. */
  readonly schema: JsonSchema | undefined;
}

/** An operation of a client. */
export interface ClientOperation {
  readonly id: string;
  /** `['articles', 'create']` is called as `client.articles.create()`. */
  readonly path: readonly string[];
  /** `ArticlesCreate`, to which `Input`, `Result` and `Error` are added; free for all of them. */
  readonly typeName: string;
  readonly method: string;
  /** With `{+name}` for parameters that may hold slashes. */
  readonly target: string;
  readonly comment: string;
  readonly fields: readonly ClientField[];
  /** The fields that go into the query. */
  readonly query: readonly string[];
  /** Fields whose names in the request are others. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Headers that are always the same: the version of the API. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyType: string | undefined;
  readonly successes: readonly ClientResponse[];
  readonly errors: readonly ClientResponse[];
  /** The response is a stream of events. */
  readonly isStream: boolean;
  /** The events whose data is text. */
  readonly textEvents: readonly string[];
}

/** Bodies are sent as the first of these that an operation takes, or as whatever it takes. */
const PREFERRED_TYPES = ['application/json', 'multipart/form-data', 'application/x-www-form-urlencoded', 'text/plain'];
const EVENT_STREAM = 'text/event-stream';

/** Reads all operations, in the order of the document. */
export function readOperations({ paths }: OpenApiDocument, names: TypeNames): ClientOperation[] {
  const found = Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
  const members = placeMembers(found.map(({ operation }) => operation.operationId));
  return found.map(({ path, method, operation }) => toClientOperation(path, method, operation, members.get(operation.operationId) ?? [], names));
}

/** Finds a place for each id: `articles.create` in `articles`. A name that is a group already gets a `_`. */
function placeMembers(ids: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const wanted = ids.map((id) => [id, id.split(/[./:]+/).map(toMemberName)] as const);
  const groups = new Set(wanted.flatMap(([, path]) => path.slice(0, -1).map((_, index) => path.slice(0, index + 1).join('.'))));
  const taken = new Set(groups);
  return new Map(
    wanted.map(([id, path]) => {
      let name = path.at(-1) ?? '';
      while (taken.has([...path.slice(0, -1), name].join('.'))) name += '_';
      const placed = [...path.slice(0, -1), name];
      taken.add(placed.join('.'));
      return [id, placed];
    }),
  );
}

function toClientOperation(path: string, method: string, operation: OpenApiOperation, place: readonly string[], names: TypeNames): ClientOperation {
  const { operationId: id, parameters = [], requestBody, summary, description, deprecated } = operation;
  const inputs = toFields(parameters);
  const bodyType = requestBody === undefined ? undefined : chooseType(Object.keys(requestBody.content));
  const body: ClientField[] =
    requestBody === undefined || bodyType === undefined
      ? []
      : [
          {
            name: 'body',
            schema: toBodySchema(bodyType, requestBody.content[bodyType]?.schema ?? {}),
            isRequired: requestBody.required,
            description: undefined,
          },
        ];
  const responses = Object.entries(operation.responses).map(([status, response]) => toResponse(Number(status), response));
  const successes = responses.filter(({ status }) => status >= 200 && status < 300);
  return {
    id,
    path: place,
    typeName: names.claim(toTypeName(id)),
    method: method.toUpperCase(),
    target: toTarget(path, parameters),
    comment: [summary, description, `\`${method.toUpperCase()} ${path}\``, deprecated === true ? '@deprecated' : undefined]
      .filter((line) => line !== undefined)
      .join('\n\n'),
    fields: [...inputs.fields, ...body],
    query: inputs.query,
    renamed: inputs.renamed,
    headers: inputs.headers,
    bodyType,
    successes,
    errors: responses.filter(({ status }) => status >= 400),
    textEvents: successes.flatMap(({ schema }) => listTextEvents(schema ?? {})),
    isStream: Object.entries(operation.responses).some(([status, { content = {} }]) => status.startsWith('2') && content[EVENT_STREAM] !== undefined),
  };
}

function listTextEvents(schema: JsonSchema): string[] {
  const members = Array.isArray(schema['oneOf']) ? schema['oneOf'] : [schema];
  return members.flatMap((member: unknown) => {
    const properties = isRecord(member) ? member['properties'] : undefined;
    if (!isRecord(properties) || !isRecord(properties['event']) || !isRecord(properties['data'])) return [];
    const { event, data } = properties;
    return typeof event['const'] === 'string' && data['type'] === 'string' ? [event['const']] : [];
  });
}

/** Parameters of path and query are fields, headers one field together. Cookies are left to the browser. */
function toFields(parameters: readonly OpenApiParameter[]): Pick<ClientOperation, 'fields' | 'query' | 'renamed' | 'headers'> {
  const fields: ClientField[] = [];
  const query: string[] = [];
  const renamed: Record<string, string> = {};
  const taken = new Set(['body', 'headers']);
  const headers: Record<string, JsonSchema> = {};
  const constants: Record<string, string> = {};
  const needed: string[] = [];
  for (const { name, in: place, schema, required, description } of parameters) {
    if (place === 'header' && required && typeof schema['const'] === 'string') {
      constants[name] = schema['const'];
      continue;
    }
    if (place === 'header') {
      headers[name] = { ...schema, ...(description === undefined ? {} : { description }) };
      if (required) needed.push(name);
      continue;
    }
    if (place === 'cookie') continue;
    let field = name;
    while (taken.has(field)) field = `${place}_${field}`;
    taken.add(field);
    if (place === 'query') query.push(field);
    if (field !== name) renamed[field] = name;
    fields.push({ name: field, schema, isRequired: required, description });
  }
  if (Object.keys(headers).length > 0) {
    fields.push({ name: 'headers', schema: { type: 'object', properties: headers, required: needed }, isRequired: needed.length > 0, description: undefined });
  }
  return { fields, query, renamed, headers: constants };
}

function toTarget(path: string, parameters: readonly OpenApiParameter[]): string {
  const rests = new Set(parameters.filter((parameter) => parameter.in === 'path' && parameter['x-rest'] === true).map(({ name }) => name));
  return path.replaceAll(/\{([^}]+)\}/g, (whole, name: string) => (rests.has(name) ? `{+${name}}` : whole));
}

function chooseType(types: readonly string[]): string | undefined {
  return PREFERRED_TYPES.find((type) => types.includes(type)) ?? types[0];
}

/** Bytes are given as what they are in the platform. */
function toBodySchema(type: string, schema: JsonSchema): JsonSchema {
  const isStructured = /[/+]json$/.test(type) || type === 'multipart/form-data' || type === 'application/x-www-form-urlencoded' || type.startsWith('text/');
  return isStructured ? schema : { type: 'string', format: 'binary' };
}

function toResponse(status: number, { content }: OpenApiResponse): ClientResponse {
  if (content === undefined) return { status, schema: status === 204 || status === 205 ? undefined : {} };
  const type = chooseType(Object.keys(content)) ?? '';
  const { schema } = content[type] ?? { schema: {} };
  const isBytes = !/[/+]json$/.test(type) && !type.startsWith('text/');
  return { status, schema: isBytes ? { type: 'string', format: 'binary' } : isRecord(schema) ? schema : {} };
}

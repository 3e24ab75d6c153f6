/** Describes one route as an OpenAPI operation. */
import type { GuardSecurity, Route } from '@oxidite/http';
import type { Services } from '@oxidite/plugin-sdk';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { STATUS_CODES } from 'node:http';
import type { JsonSchema, OpenApiOperation, OpenApiParameter, OpenApiResponse } from './openapi-document.ts';
import type { SchemaComponents } from './schema-components.ts';

const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'A problem, as RFC 9457 describes it.',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'A stable code of the condition.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['in', 'path', 'message'],
        properties: {
          in: { enum: ['params', 'query', 'headers', 'cookies', 'body'] },
          path: { type: 'string', description: 'A JSON Pointer (RFC 6901) to the value.' },
          message: { type: 'string' },
        },
      },
    },
  },
};

/** The security of one operation, and the schemes it mentions. */
export interface OperationSecurity {
  readonly requirements: readonly Readonly<Record<string, readonly string[]>>[];
  readonly schemes: Readonly<Record<string, unknown>>;
}

/** Describes the operation of a route. */
export function describeOperation(route: Route, components: SchemaComponents, security: OperationSecurity): OpenApiOperation {
  const { name, summary, description, tags, deprecated, params, query, headers, cookies, body } = route.declaration;
  const operationId = name ?? toOperationId(route);
  const parameters = [
    ...describePathParameters(route, params, components, operationId),
    ...describeParameters('query', query, components, operationId),
    ...describeParameters('header', headers, components, operationId),
    ...describeParameters('cookie', cookies, components, operationId),
  ];
  return {
    operationId,
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
    ...(deprecated === true ? { deprecated } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: components.describe(body, 'input', `${operationId}Body`) } } } }),
    responses: describeResponses(route, components, operationId),
    ...(security.requirements.length === 0 ? {} : { security: security.requirements }),
  };
}

/** Returns what the guards of a route demand; several guards that can be met in one way are one requirement. */
export function describeSecurity(route: Route, services: Services): OperationSecurity {
  const secured = route.guards.flatMap(({ security }): readonly (readonly GuardSecurity[])[] => {
    if (security === undefined) return [];
    return [typeof security === 'function' ? security(services) : [security]];
  });
  const alternatives = secured.flat();
  const requirements = alternatives.map(({ scheme, scopes }) => ({ [scheme]: scopes ?? [] }));
  return {
    requirements: alternatives.length > 0 && alternatives.every(({ optional }) => optional === true) ? [{}, ...requirements] : requirements,
    schemes: Object.fromEntries(alternatives.map(({ scheme, definition }) => [scheme, definition])),
  };
}

/** Writes a route's path as OpenAPI does: `/articles/{slug}`. */
export function toOpenApiPath(path: string): string {
  return path.replaceAll(/\/\*\*(?::(\w+))?/g, (_, name: string | undefined) => `/{${name ?? '_'}}`).replaceAll(/:(\w+)/g, '{$1}');
}

function toOperationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function describePathParameters(route: Route, schema: StandardSchemaV1 | undefined, components: SchemaComponents, operationId: string): OpenApiParameter[] {
  const described = describeParameters('path', schema, components, operationId);
  const names = [...toOpenApiPath(route.path).matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  return names.map((name) => described.find((parameter) => parameter.name === name) ?? { name, in: 'path', required: true, schema: { type: 'string' } });
}

function describeParameters(
  place: OpenApiParameter['in'],
  schema: StandardSchemaV1 | undefined,
  components: SchemaComponents,
  operationId: string,
): OpenApiParameter[] {
  if (schema === undefined) return [];
  const described = resolve(components.describe(schema, 'input', `${operationId}-${place}`), components);
  const { properties = {}, required = [] } = described as { properties?: Record<string, JsonSchema>; required?: readonly string[] }; // JSON Schema of an object
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
    ...(typeof description === 'string' ? { description } : {}),
  }));
}

function resolve(schema: JsonSchema, components: SchemaComponents): JsonSchema {
  const reference = schema['$ref'];
  return typeof reference === 'string' ? (components.schemas[reference.split('/').at(-1) ?? ''] ?? {}) : schema;
}

function describeResponses(route: Route, components: SchemaComponents, operationId: string): Record<string, OpenApiResponse> {
  const { response = {}, params, query, headers, cookies, body } = route.declaration;
  const responses: Record<string, OpenApiResponse> = {};
  for (const [status, schema] of Object.entries(response)) {
    const described = components.describe(schema, 'output', `${operationId}Response${status}`);
    const type = Number(status) >= 400 ? 'application/problem+json' : 'application/json';
    responses[status] = { description: toPhrase(status), ...(Number(status) === 204 ? {} : { content: { [type]: { schema: described } } }) };
  }
  if (!Object.keys(responses).some((status) => status.startsWith('2'))) responses['200'] = { description: toPhrase('200') };
  const problems = [
    ...(route.guards.some(({ security }) => security !== undefined) ? ['401'] : []),
    ...([params, query, headers, cookies, body].some((schema) => schema !== undefined) ? ['422'] : []),
    ...(body === undefined ? [] : ['400', '413', '415']),
  ];
  for (const status of problems) responses[status] ??= { description: toPhrase(status), content: describeProblem(route, components) };
  return responses;
}

/** A group that writes problems in its own form has no schema for them. */
function describeProblem(route: Route, components: SchemaComponents): Record<string, { schema: JsonSchema }> {
  if (route.problem !== undefined) return { 'application/json': { schema: {} } };
  return { 'application/problem+json': { schema: components.add('Problem', PROBLEM_SCHEMA) } };
}

function toPhrase(status: string): string {
  return STATUS_CODES[status] ?? `Status ${status}`;
}

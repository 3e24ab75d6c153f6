/** Describes the parameters of an operation: in the path, the query, headers and cookies. */
import type { Route } from '@oxidite/http';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { findExample } from './declared-examples.ts';
import { isRecord } from './map-schema.ts';
import type { JsonSchema, OpenApiParameter } from './openapi-document.ts';
import type { PathParameter } from './openapi-path.ts';
import type { SchemaComponents } from './schema-components.ts';

/** Headers that OpenAPI describes elsewhere: by the bodies and the security of an operation. Source: OpenAPI 3.1.1, section 4.8.12. */
const RESERVED_HEADERS = new Set(['accept', 'content-type', 'authorization']);

const REST = 'The rest of the path; it may hold slashes.';

/** The key of a declaration for each place of OpenAPI. */
const SOURCES = { path: 'params', query: 'query', header: 'headers', cookie: 'cookies' } as const;

/** Describes all parameters. A path parameter that no schema describes is what the pattern says, or text. */
export function describeParameters(route: Route, path: readonly PathParameter[], components: SchemaComponents, operationId: string): OpenApiParameter[] {
  const describe = (place: OpenApiParameter['in']): OpenApiParameter[] =>
    describePlace(place, route.declaration[SOURCES[place]], components, operationId).map((parameter) => withExample(route, parameter));
  const declared = describe('path');
  return [
    ...path.map(({ name, schema, isRest }): OpenApiParameter => {
      const described = declared.find((parameter) => parameter.name === name) ?? withExample(route, { name, in: 'path', required: true, schema });
      return isRest ? { description: REST, ...described, 'x-rest': true } : described;
    }),
    ...describeVersion(route),
    ...describe('query'),
    ...describe('header').filter(({ name }) => !RESERVED_HEADERS.has(name.toLowerCase())),
    ...describe('cookie'),
  ];
}

/** The header by which a request asks for the version of this document; versions in paths and media types have none. */
function describeVersion({ version, headers = {} }: Route): OpenApiParameter[] {
  const name = headers['vary'];
  if (version === undefined || name === undefined || name === 'accept') return [];
  return [{ name, in: 'header', required: true, description: 'The version of the API.', schema: { type: 'string', const: version } }];
}

function describePlace(
  place: OpenApiParameter['in'],
  schema: StandardSchemaV1 | undefined,
  components: SchemaComponents,
  operationId: string,
): OpenApiParameter[] {
  if (schema === undefined) return [];
  const { properties, required } = components.resolve(components.describe(schema, 'input', `${operationId}-${place}`));
  if (!isRecord(properties)) return [];
  return Object.entries(properties).map(([name, property]) => {
    const { description, deprecated, ...rest } = property as JsonSchema; // JSON Schema of an object
    return {
      name,
      in: place,
      required: place === 'path' || (Array.isArray(required) && required.includes(name)),
      ...(typeof description === 'string' ? { description } : {}),
      ...(deprecated === true ? { deprecated } : {}),
      schema: rest,
    };
  });
}

function withExample(route: Route, parameter: OpenApiParameter): OpenApiParameter {
  const values = findExample(route, SOURCES[parameter.in]);
  return isRecord(values) && values[parameter.name] !== undefined ? { ...parameter, examples: { example: { value: values[parameter.name] } } } : parameter;
}

/** Describes one route as an OpenAPI operation. */
import type { PathSegment, Route } from '@oxidite/http';
import { findExample } from './declared-examples.ts';
import { describeParameters } from './describe-parameters.ts';
import { describeResponses } from './describe-responses.ts';
import type { OperationSecurity } from './describe-security.ts';
import { describeRequestContent } from './media-types.ts';
import type { ApiServer, OpenApiOperation, OpenApiRequestBody } from './openapi-document.ts';
import type { OpenApiPath } from './openapi-path.ts';
import type { SchemaComponents } from './schema-components.ts';

/** What an operation depends on besides its route. */
export interface OperationContext {
  readonly components: SchemaComponents;
  readonly security: OperationSecurity;
  readonly path: OpenApiPath;
  readonly operationId: string;
}

/** Describes the operation of a route. */
export function describeOperation(route: Route, context: OperationContext): OpenApiOperation {
  const { components, security, path, operationId } = context;
  const { summary = toSummary(operationId), description, tags = [] } = route.declaration;
  const parameters = describeParameters(route, path.parameters, components, operationId);
  const requestBody = describeBody(route, components, operationId);
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(tags.length === 0 ? {} : { tags: [...new Set(tags)] }),
    ...(route.declaration.deprecated === true || route.deprecation !== undefined ? { deprecated: true } : {}),
    ...(route.hostSegments === undefined ? {} : { servers: [toServer(route.hostSegments)] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: describeResponses(route, context),
    security: security.requirements,
  };
}

/** Makes the id of an operation: its route's name, or one made of method and path: `getArticlesSlug`. */
export function toOperationId({ name, method }: Route, path: OpenApiPath): string {
  if (name !== undefined) return name;
  const words = path.template.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** Makes a summary of an id: `getBooksId` gives "Get books id", `articles.list` "Articles: list". */
function toSummary(operationId: string): string {
  const text = operationId
    .replaceAll('.', ': ')
    .replaceAll(/([a-z0-9])([A-Z])/g, (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`)
    .replaceAll(/[_-]+/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function describeBody(route: Route, components: SchemaComponents, operationId: string): OpenApiRequestBody | undefined {
  const { body } = route.declaration;
  if (body === undefined) return undefined;
  const content = describeRequestContent(body, components, `${operationId}Body`);
  const example = findExample(route, 'body');
  if (example === undefined) return { required: true, content };
  return { required: true, content: Object.fromEntries(Object.entries(content).map(([type, media]) => [type, { ...media, example }])) };
}

/** `api.shop.test` as a server; `:tenant.shop.test` with a variable. */
function toServer(labels: readonly PathSegment[]): ApiServer {
  const names: string[] = [];
  const name = (found: string): string => {
    names.push(found);
    return `{${found}}`;
  };
  const host = labels.map((label, index) => {
    if (label.kind === 'any' || label.kind === 'rest') return name(`label${index}`);
    const parts = label.kind === 'mixed' ? label.parts : [label];
    return parts.map((part) => (part.kind === 'text' ? part.text : name(part.name))).join('');
  });
  return { url: `https://${host.join('.')}`, ...(names.length === 0 ? {} : { variables: Object.fromEntries(names.map((one) => [one, { default: one }])) }) };
}

/** Describes the responses of an operation: those it declares, and the problems it can really answer with. */
import type { Route } from '@oxidite/http';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { STATUS_CODES } from 'node:http';
import { findExample } from './declared-examples.ts';
import { isBinding, type OperationSecurity } from './describe-security.ts';
import { describeResponseContent } from './media-types.ts';
import type { OpenApiContent, OpenApiResponse } from './openapi-document.ts';
import type { OpenApiPath } from './openapi-path.ts';
import { createProblemExample, findProblemDescription, PROBLEM_SCHEMA, type ProblemStatus } from './problem-schema.ts';
import { describeResponseHeaders } from './response-headers.ts';
import type { SchemaComponents } from './schema-components.ts';

/** What the responses of one operation depend on. */
export interface ResponseContext {
  readonly components: SchemaComponents;
  readonly operationId: string;
  readonly security: OperationSecurity;
  readonly path: OpenApiPath;
}

/** Describes the responses by status. */
export function describeResponses(route: Route, context: ResponseContext): Record<string, OpenApiResponse> {
  const { response = {} } = route.declaration;
  const responses: Record<string, OpenApiResponse> = {};
  for (const status of Object.keys(response)) responses[status] = describeDeclared(route, Number(status), context);
  if (!Object.keys(responses).some((status) => /^[123]/.test(status))) responses['200'] = { description: toPhrase(200) };
  for (const status of listProblems(route, context)) responses[status] ??= describeProblem(route, status, context.components);
  const headers = describeResponseHeaders(route);
  return headers === undefined ? responses : Object.fromEntries(Object.entries(responses).map(([status, one]) => [status, { ...one, headers }]));
}

function describeDeclared(route: Route, status: number, { components, operationId }: ResponseContext): OpenApiResponse {
  const schema = route.declaration.response?.[status];
  if (schema === undefined || status === 204 || status === 304) return { description: toPhrase(status) };
  const content = describeResponseContent(schema, {
    components,
    name: `${operationId}Response${status}`,
    mayBeProblem: status >= 400 && route.problem === undefined,
  });
  const example = findExample(route, status);
  const description = findProblemDescription(status) ?? toPhrase(status);
  if (example === undefined) return { description, content };
  return { description, content: Object.fromEntries(Object.entries(content).map(([type, media]) => [type, { ...media, example }])) };
}

/** Lists the statuses that a request to this route can be refused with before its handler runs. */
function listProblems(route: Route, { security, path }: ResponseContext): ProblemStatus[] {
  const { params, query, headers, cookies, body } = route.declaration;
  const statuses: ProblemStatus[] = [];
  if (body !== undefined || query !== undefined) statuses.push(400);
  if (security.refusesStrangers) statuses.push(401);
  if (security.refusesKnown) statuses.push(403);
  if (path.parameters.some(({ isConstrained }) => isConstrained) || route.guards.some(isBinding)) statuses.push(404);
  if (body !== undefined) statuses.push(413, 415);
  const refusing = [params !== undefined && isPattern(params) ? undefined : params, query, headers, cookies, body];
  if (refusing.some((schema) => schema !== undefined)) statuses.push(422);
  return statuses;
}

/** The schema that a router makes of a path with constraints refuses nothing: other paths do not lead to the route. */
function isPattern(params: StandardSchemaV1): boolean {
  return params['~standard'].vendor === 'oxidite';
}

/** A group that writes problems in its own form has no schema for them. */
function describeProblem(route: Route, status: ProblemStatus, components: SchemaComponents): OpenApiResponse {
  const content: OpenApiContent =
    route.problem === undefined
      ? { 'application/problem+json': { schema: components.add('Problem', PROBLEM_SCHEMA), example: createProblemExample(status) } }
      : { 'application/json': { schema: {} } };
  return { description: findProblemDescription(status) ?? toPhrase(status), content };
}

function toPhrase(status: number): string {
  return STATUS_CODES[status] ?? `Status ${status}`;
}

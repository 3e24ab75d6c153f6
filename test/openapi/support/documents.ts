/** Small documents to compare. */
import type { JsonSchema, OpenApiDocument, OpenApiOperation } from '@oxidite/openapi';

/** A document with one operation, and parts of it to replace. */
export function documentOf(operation: Partial<OpenApiOperation> = {}, schemas: Readonly<Record<string, JsonSchema>> = {}): OpenApiDocument {
  return withPaths({ '/books/{id}': { put: { operationId: 'books.put', responses: { 200: { description: 'OK' } }, security: [], ...operation } } }, schemas);
}

/** A document of some paths. */
export function withPaths(paths: OpenApiDocument['paths'], schemas: Readonly<Record<string, JsonSchema>> = {}): OpenApiDocument {
  return { openapi: '3.1.1', info: { title: 'Library', version: '1' }, paths, components: { schemas } };
}

/** An operation whose JSON body has a schema. */
export function taking(schema: JsonSchema): Partial<OpenApiOperation> {
  return { requestBody: { required: true, content: { 'application/json': { schema } } } };
}

/** An operation whose result has a schema. */
export function giving(schema: JsonSchema): Partial<OpenApiOperation> {
  return { responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } } };
}

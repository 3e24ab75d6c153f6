/** Assembles the document from the routes. Nothing is annotated: it says what the declarations say. */
import type { Route } from '@oxidite/http';
import type { Services } from '@oxidite/plugin-sdk';
import { describeOperation, describeSecurity, toOpenApiPath } from './describe-operation.ts';
import type { ApiInfo, ApiServer, OpenApiDocument, OpenApiOperation } from './openapi-document.ts';
import { createSchemaComponents } from './schema-components.ts';

/** What goes into a document besides the routes. */
export interface DocumentOptions {
  readonly info: ApiInfo;
  readonly servers?: readonly ApiServer[] | undefined;
}

/** Creates the OpenAPI 3.1 document of some routes. */
export function createDocument(routes: readonly Route[], options: DocumentOptions, services: Services): OpenApiDocument {
  const components = createSchemaComponents();
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const schemes: Record<string, unknown> = {};
  const tags = new Set<string>();
  for (const route of routes) {
    const security = describeSecurity(route, services);
    Object.assign(schemes, security.schemes);
    for (const tag of route.declaration.tags ?? []) tags.add(tag);
    const methods = (paths[toOpenApiPath(route.path)] ??= {});
    methods[route.method.toLowerCase()] = describeOperation(route, components, security);
  }
  return {
    openapi: '3.1.1',
    info: withoutUndefined(options.info),
    ...(options.servers === undefined ? {} : { servers: options.servers.map(withoutUndefined) }),
    ...(tags.size === 0 ? {} : { tags: [...tags].map((name) => ({ name })) }),
    paths,
    components: {
      schemas: components.schemas,
      ...(Object.keys(schemes).length === 0 ? {} : { securitySchemes: schemes }),
    },
  };
}

function withoutUndefined<Value extends object>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

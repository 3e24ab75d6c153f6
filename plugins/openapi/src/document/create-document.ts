/** Assembles the document of some routes. Nothing is annotated: it says what the declarations say. */
import type { Route } from '@oxidite/http';
import type { Services } from '@oxidite/plugin-sdk';
import { describeOperation, toOperationId } from './describe-operation.ts';
import { describeSecurity } from './describe-security.ts';
import { isRecord } from './map-schema.ts';
import type { ApiInfo, ApiServer, ApiTag, ExternalDocs, OpenApiDocument, OpenApiOperation } from './openapi-document.ts';
import { type OpenApiPath, toOpenApiPaths } from './openapi-path.ts';
import { createSchemaComponents } from './schema-components.ts';

/** What goes into a document besides the routes. */
export interface DocumentOptions {
  readonly info: ApiInfo;
  /** Default: the host that serves the document. */
  readonly servers?: readonly ApiServer[] | undefined;
  /** Descriptions of tags, in the order in which documentation shows them; those that routes have besides come after. */
  readonly tags?: readonly ApiTag[] | undefined;
  readonly externalDocs?: ExternalDocs | undefined;
  /** Changes an operation before it is written. */
  readonly onOperation?: ((operation: OpenApiOperation, route: Route) => OpenApiOperation) | undefined;
  /** Told of routes that OpenAPI cannot tell from another: same method, and paths that differ only in what parameters may be. */
  readonly onOmit?: ((route: Route, kept: string) => void) | undefined;
}

/** A path that was met, with the names its parameters have in the document. */
interface KnownPath {
  readonly template: string;
  readonly names: readonly string[];
}

/** Creates the OpenAPI 3.1 document of some routes. */
export function createDocument(routes: readonly Route[], options: DocumentOptions, services: Services): OpenApiDocument {
  const components = createSchemaComponents();
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const known = new Map<string, KnownPath>();
  const schemes: Record<string, unknown> = {};
  const used = new Set<string>();
  const ids = new Set<string>();
  for (const route of routes) {
    const security = describeSecurity(route, services);
    for (const found of toOpenApiPaths(route)) {
      const path = known.get(found.shape) ?? remember(known, found);
      const methods = (paths[path.template] ??= {});
      const method = route.method.toLowerCase();
      if (methods[method] !== undefined) {
        options.onOmit?.(route, path.template);
        continue;
      }
      const operationId = claimId(ids, toOperationId(route, found));
      const operation = renameOperation(describeOperation(route, { components, security, path: found, operationId }), found, path);
      methods[method] = options.onOperation?.(operation, route) ?? operation;
      Object.assign(schemes, security.schemes);
      for (const tag of methods[method].tags ?? []) used.add(tag);
    }
  }
  const tags = listTags(used, options.tags ?? []);
  return withoutUndefined({
    openapi: '3.1.1',
    info: options.info,
    servers: options.servers ?? [{ url: '/' }],
    ...(tags.length === 0 ? {} : { tags }),
    ...(options.externalDocs === undefined ? {} : { externalDocs: options.externalDocs }),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components.schemas).toSorted(([left], [right]) => (left < right ? -1 : 1))),
      ...(Object.keys(schemes).length === 0 ? {} : { securitySchemes: schemes }),
    },
  });
}

function remember(known: Map<string, KnownPath>, { shape, template, parameters }: OpenApiPath): KnownPath {
  const path = { template, names: parameters.map(({ name }) => name) };
  known.set(shape, path);
  return path;
}

/** Two operations must not have one id; it happens for paths like `/a-b` and `/a/b`, and for optional segments. */
function claimId(ids: Set<string>, wanted: string): string {
  let id = wanted;
  for (let suffix = 2; ids.has(id); suffix++) id = `${wanted}${suffix}`;
  ids.add(id);
  return id;
}

/** An operation below a path that another route has named gives its parameters the names of that path. */
function renameOperation(operation: OpenApiOperation, found: OpenApiPath, { names }: KnownPath): OpenApiOperation {
  const changes = new Map(found.parameters.map(({ name }, index) => [name, names[index] ?? name]));
  if (operation.parameters === undefined || [...changes].every(([from, to]) => from === to)) return operation;
  return {
    ...operation,
    parameters: operation.parameters.map((parameter) =>
      parameter.in === 'path' ? { ...parameter, name: changes.get(parameter.name) ?? parameter.name } : parameter,
    ),
  };
}

function listTags(used: ReadonlySet<string>, described: readonly ApiTag[]): ApiTag[] {
  const shown = described.filter(({ name }) => used.has(name));
  return [...shown, ...[...used].filter((name) => !shown.some((tag) => tag.name === name)).map((name) => ({ name }))];
}

/** Leaves out what is not said; everything else is JSON already. */
function withoutUndefined<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutUndefined(item)) as Value;
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutUndefined(inner)])) as Value;
}

/** The service `openapi`: the documents of the routes as they are now. */
import type { HttpService, Route } from '@oxidite/http';
import type { Logger, Services } from '@oxidite/plugin-sdk';
import { resolve } from 'node:path';
import { createDocument } from './document/create-document.ts';
import type { OpenApiDocument, OpenApiOperation, Spec } from './document/openapi-document.ts';
import { toOpenApi30 } from './document/to-openapi-3-0.ts';
import { VersionUnknownError } from './errors.ts';
import type { OpenApiOptions } from './options.ts';

/** Which document is meant. */
export interface DocumentSelection {
  /** A version of the API. Default: the newest; without meaning when routes have no versions. */
  readonly version?: string | undefined;
  /** A version of the specification. Default: `3.1`. */
  readonly spec?: Spec | undefined;
}

/** The service `openapi`. */
export interface OpenApi {
  /** Where the document is served. */
  readonly path: string;
  /** Where Swagger UI is served; `undefined` when it is switched off. */
  readonly docsPath: string | undefined;
  /** The versions of the API, the oldest first; empty when its routes have none. */
  readonly versions: readonly string[];
  /**
   * Returns a document of the routes as they are now.
   * @throws {VersionUnknownError} when no route has the version.
   */
  document(selection?: DocumentSelection): OpenApiDocument;
  /** The lock of the API, an absolute path. */
  readonly lockFile: string;
  /** The application's directory, to which files are relative. */
  readonly root: string;
}

/** What the service is made of. */
export interface OpenApiParts {
  readonly options: OpenApiOptions;
  readonly root: string;
  readonly http: Pick<HttpService, 'routes'>;
  readonly services: Services;
  readonly logger: Logger;
  /** What plugins make of an operation. */
  readonly onOperation: (operation: OpenApiOperation, route: Route) => OpenApiOperation;
}

const order = new Intl.Collator('en', { numeric: true });

/** Creates the service. Documents are made on their first use and kept as long as the routes stay the same. */
export function createOpenApi({ options, root, http, services, logger, onOperation }: OpenApiParts): OpenApi {
  let kept: { readonly routes: readonly Route[]; readonly documents: Map<string, OpenApiDocument> } | undefined;

  const list = (): readonly Route[] =>
    http.routes.filter((route) => route.declaration.documented !== false && (options.filter === undefined || options.filter(route)));
  const listVersions = (): readonly string[] =>
    [...new Set(list().flatMap((route) => route.version ?? []))].toSorted((left, right) => order.compare(left, right));

  function create(version: string | undefined): OpenApiDocument {
    const routes = list().filter((route) => version === undefined || route.version === undefined || route.version === version);
    const own = version === undefined ? {} : { version, ...options.versions[version] };
    const onOmit = (route: Route, template: string): void =>
      logger.warn(
        { method: route.method, path: route.path, place: route.place },
        `a route is not documented: OpenAPI cannot tell it from another at ${template}`,
      );
    const { servers, tags, externalDocs } = options;
    return createDocument(routes, { info: { ...options.info, ...own }, servers, tags, externalDocs, onOperation, onOmit }, services);
  }

  function document({ version, spec = '3.1' }: DocumentSelection = {}): OpenApiDocument {
    const versions = listVersions();
    if (version !== undefined && !versions.includes(version)) throw new VersionUnknownError({ version, known: versions });
    const wanted = version ?? versions.at(-1);
    if (kept?.routes !== http.routes) kept = { routes: http.routes, documents: new Map() };
    const { documents } = kept;
    const remember = (key: string, make: () => OpenApiDocument): OpenApiDocument => {
      const made = documents.get(key) ?? make();
      documents.set(key, made);
      return made;
    };
    const current = remember(`3.1 ${wanted ?? ''}`, () => create(wanted));
    return spec === '3.1' ? current : remember(`3.0 ${wanted ?? ''}`, () => toOpenApi30(current));
  }

  return {
    path: options.path,
    docsPath: options.docs === false ? undefined : options.docs,
    get versions() {
      return listVersions();
    },
    document,
    lockFile: resolve(root, options.lock),
    root,
  };
}

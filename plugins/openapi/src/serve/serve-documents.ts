/**
 * Serves the documents and Swagger UI. `/openapi.json` is the document of the newest version of the API and
 * `/openapi-3.0.json` the same for older tools; `/openapi/<version>.json` and `/openapi-3.0/<version>.json` are those of
 * one version.
 */
import { notFound, reply, type Reply, type Router } from '@oxidite/http';
import type { OpenApiDocument, Spec } from '../document/openapi-document.ts';
import type { OpenApi } from '../openapi-service.ts';
import type { OpenApiOptions } from '../options.ts';
import { createSwaggerUi, type SwaggerUiFile } from '../swagger-ui/swagger-ui.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Declares the routes. */
export function serveDocuments(routes: Router, api: OpenApi, { path, docs, guards, info }: OpenApiOptions): void {
  const texts = new WeakMap<OpenApiDocument, string>();
  const send = (document: OpenApiDocument): Reply<string> => {
    const text = texts.get(document) ?? JSON.stringify(document);
    texts.set(document, text);
    return reply(text, { headers: { 'content-type': JSON_TYPE } });
  };
  const declaration = { documented: false, guards };
  for (const [spec, base] of listBases(path)) {
    routes.get(`${base}.json`, declaration, () => send(api.document({ spec })));
    routes.get(`${base}/:file`, declaration, ({ params }) => {
      const version = /^(.+)\.json$/.exec(params.file)?.[1];
      if (version === undefined || !api.versions.includes(version)) throw notFound('There is no such version of the API.');
      return send(api.document({ version, spec }));
    });
  }
  if (docs === false) return;
  const ui = createSwaggerUi(info.title, docs);
  const documents = (): readonly { readonly name: string; readonly url: string }[] => listDocuments(path, api.versions);
  routes.get(docs, declaration, () => sendFile(ui.page, undefined));
  routes.get(`${docs}/:file`, declaration, ({ params, headers }) => {
    const file = ui.find(params.file, documents);
    if (file === undefined) throw notFound('There is no such file.');
    return sendFile(file, headers['if-none-match']);
  });
}

/** Lists the documents for a reader to choose from, the newest first; one of an API without versions. */
function listDocuments(path: string, versions: readonly string[]): { readonly name: string; readonly url: string }[] {
  if (versions.length === 0) return [{ name: 'API', url: path }];
  return versions.toReversed().map((version) => ({ name: version, url: `${toBase(path)}/${encodeURIComponent(version)}.json` }));
}

function listBases(path: string): readonly (readonly [Spec, string])[] {
  return [
    ['3.1', toBase(path)],
    ['3.0', `${toBase(path)}-3.0`],
  ];
}

function toBase(path: string): string {
  return path.replace(/\.json$/, '');
}

function sendFile({ body, headers }: SwaggerUiFile, known: string | undefined): Reply<unknown> {
  return known !== undefined && known === headers['etag'] ? reply(undefined, { status: 304, headers }) : reply(body, { headers });
}

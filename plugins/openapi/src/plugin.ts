/** The plugin: serves the document of the application's routes, and Swagger UI for it. */
import { reply } from '@oxidite/http';
import { definePlugin } from '@oxidite/plugin-sdk';
import type {} from 'oxidite'; // brings the hook cli:banner into the types
import * as z from 'zod';
import { createDocument } from './document/create-document.ts';
import type { OpenApiDocument } from './document/openapi-document.ts';
import { createSwaggerUi } from './swagger-ui/swagger-ui.ts';

/** The service `openapi`. */
export interface OpenApi {
  /** Where the document is served. */
  readonly path: string;
  /** Where Swagger UI is served; `undefined` when it is switched off. */
  readonly docsPath: string | undefined;
  /** Returns the document of the routes as they are now. */
  document(): OpenApiDocument;
}

declare module '@oxidite/kernel' {
  interface Services {
    readonly openapi: OpenApi;
  }
}

const path = z.string().regex(/^\/[\w./-]*\w$/, 'must begin with "/" and not end with it');

const optionsSchema = z.strictObject({
  info: z.strictObject({ title: z.string().min(1), version: z.string().min(1), description: z.string().optional() }),
  servers: z.array(z.strictObject({ url: z.string(), description: z.string().optional() })).optional(),
  /** Where the document is served. */
  path: path.default('/openapi.json'),
  /** Where Swagger UI is served; `false` switches it off. */
  docs: path.or(z.literal(false)).default('/docs'),
});

/** OpenAPI 3.1 at `/openapi.json` and Swagger UI at `/docs`: `openapi({ info: { title: 'Shop', version: '1.0.0' } })`. */
export const openapi = definePlugin({
  name: '@oxidite/openapi',
  version: '0.1.0',
  config: optionsSchema,
  requires: ['http'],
  provides: ['openapi'],
  setup(kernel) {
    const { info, servers, path: documentPath, docs } = kernel.config;
    const http = kernel.use('http');
    const document = (): OpenApiDocument =>
      createDocument(
        http.routes.filter(({ declaration }) => declaration.documented !== false),
        { info, servers },
        kernel.services,
      );
    let served: { readonly routes: unknown; readonly text: string } | undefined;

    kernel.provide('openapi', () => ({ path: documentPath, docsPath: docs === false ? undefined : docs, document }));

    kernel.tap('http:routes', (routes) => {
      routes.get(documentPath, { documented: false }, () => {
        if (served?.routes !== http.routes) served = { routes: http.routes, text: JSON.stringify(document()) };
        return reply(served.text, { headers: { 'content-type': 'application/json; charset=utf-8' } });
      });
      if (docs === false) return;
      const ui = createSwaggerUi(info.title, documentPath, docs);
      routes.get(docs, { documented: false }, () => reply(ui.page.body, { headers: ui.page.headers }));
      routes.get(`${docs}/:file`, { documented: false }, ({ params, headers }) => {
        const file = ui.find(params.file);
        if (file === undefined) return reply('Not found', { status: 404 });
        return headers['if-none-match'] === file.headers['etag']
          ? reply(undefined, { status: 304, headers: file.headers })
          : reply(file.body, { headers: file.headers });
      });
    });
    kernel.tap(
      'cli:banner',
      (lines) => [
        ...lines,
        `OpenAPI document: ${http.address?.url ?? ''}${documentPath}`,
        ...(docs === false ? [] : [`API reference: ${http.address?.url ?? ''}${docs}`]),
      ],
      { band: 'late' },
    );
  },
});

/** The plugin: serves the documents of the application's routes, and Swagger UI for them; contributes `oxidite openapi`. */
import type { Route } from '@oxidite/http';
import { definePlugin, type PluginFactory } from '@oxidite/plugin-sdk';
import type {} from 'oxidite'; // brings the hooks of the command line into the types
import { SyncWaterfallHook } from 'tapable';
import type { z } from 'zod';
import type { OpenApiOperation } from './document/openapi-document.ts';
import { createOpenApi, type OpenApi } from './openapi-service.ts';
import { OpenApiOptions } from './options.ts';
import { serveDocuments } from './serve/serve-documents.ts';

declare module '@oxidite/kernel' {
  interface Services {
    readonly openapi: OpenApi;
  }
  interface HookRegistry {
    /** Changes what the document says of a route: a plugin adds the responses and headers it brings. */
    readonly 'openapi:operation': SyncWaterfallHook<[operation: OpenApiOperation, route: Route]>;
  }
}

declare module '@oxidite/plugin-sdk' {
  interface PluginOptions {
    '@oxidite/openapi': z.input<typeof OpenApiOptions>;
  }
}

/** OpenAPI at `/openapi.json` and Swagger UI at `/docs`: `openapi({ info: { title: 'Shop', version: '1.0.0' } })`. */
export const openapi: PluginFactory<z.input<typeof OpenApiOptions>> = definePlugin({
  name: '@oxidite/openapi',
  version: '0.1.0',
  config: OpenApiOptions,
  requires: ['http'],
  provides: ['openapi'],
  setup(kernel) {
    const { config: options, logger, root, services } = kernel;
    const http = kernel.use('http');
    const hook = kernel.declareHook('openapi:operation', new SyncWaterfallHook<[OpenApiOperation, Route]>(['operation', 'route'], 'openapi:operation'));
    const api = createOpenApi({ options, root, http, services, logger, onOperation: (operation, route) => hook.call(operation, route) });

    kernel.provide('openapi', () => api);
    kernel.tap('http:routes', (routes) => serveDocuments(routes, api, options));
    kernel.tap('cli:commands', (commands) => commands.add(() => import('./commands/openapi.ts')));
    kernel.tap(
      'cli:banner',
      (lines) => [
        ...lines,
        `OpenAPI document: ${http.address?.url ?? ''}${api.path}`,
        ...(api.docsPath === undefined ? [] : [`API reference: ${http.address?.url ?? ''}${api.docsPath}`]),
      ],
      { band: 'late' },
    );
  },
});

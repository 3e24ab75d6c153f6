/** The plugin: collects routes while the application boots, listens when it is ready, drains when it ends. */
import { definePlugin, type PluginFactory } from '@oxidite/plugin-sdk';
import { SyncHook } from 'tapable';
import type {} from 'oxidite'; // the types of the cli: hooks
import type { z } from 'zod';
import { compileRoute } from './compile/compile-route.ts';
import { createFailure } from './compile/failure.ts';
import { Dispatcher } from './dispatcher.ts';
import { createH3 } from './h3/h3-handlers.ts';
import { createHttpService, type HttpService } from './http-service.ts';
import { type HttpAddress, NodeServer } from './node/node-server.ts';
import { HttpOptions, isDevelopment, resolveEndpoint } from './options.ts';
import { loadRouteFiles } from './routes/route-files.ts';
import { RouteRegistry } from './routes/route-registry.ts';
import type { Router } from './routes/router.ts';

declare module '@oxidite/kernel' {
  interface Services {
    readonly http: HttpService;
  }
  interface HookRegistry {
    /** Declares routes; called once, while the application boots. */
    readonly 'http:routes': SyncHook<[routes: Router]>;
  }
}

declare module '@oxidite/plugin-sdk' {
  interface PluginOptions {
    '@oxidite/http': z.input<typeof HttpOptions>;
  }
}

/** Serves the application over HTTP: `http({ port: 3000 })`. Provides the service `http`, declares the hook `http:routes`. */
export const http: PluginFactory<z.input<typeof HttpOptions> | undefined> = definePlugin({
  name: '@oxidite/http',
  version: '0.1.0',
  config: HttpOptions.prefault({}),
  provides: ['http'],
  setup(kernel) {
    const { config, logger, scopes, services } = kernel;
    const { limits } = config;
    const h3 = createH3(logger);
    const fail = createFailure({ isDevelopment: isDevelopment(config, kernel.env), logger });
    const disposals = new Set<Promise<void>>();
    const onDisposing = (disposal: Promise<void>): void => {
      disposals.add(disposal);
      void disposal.then(() => disposals.delete(disposal));
    };
    const onDisposeError = (error: unknown): void => logger.error({ error }, 'the services of a request could not be disposed');
    const options = { scopes, services, fail, bodyLimitBytes: limits.bodyBytes, onDisposing, onDisposeError };
    const hook = kernel.declareHook('http:routes', new SyncHook<[Router]>(['routes'], 'http:routes'));
    const registry = new RouteRegistry({ hook, logger, compile: (route) => compileRoute(route, options) });
    const dispatcher = new Dispatcher({ h3, fail, table: () => registry.table, urlLength: limits.urlLength });
    const server = new NodeServer({ limits, clock: kernel.clock, h3, answer: (exchange) => dispatcher.answer(exchange) });
    let address: HttpAddress | undefined;

    kernel.provide('http', () => createHttpService({ dispatcher, routes: () => registry.table?.routes ?? [], h3, limits, address: () => address }));
    kernel.tap('cli:commands', (commands) => commands.add(() => import('./commands/routes.ts')));
    kernel.tap('cli:banner', (lines) => (address === undefined ? lines : [...lines, `Listening on ${address.url}`]));
    kernel.tap('kernel:boot', async () => {
      registry.load(await loadRouteFiles({ root: kernel.root, directory: config.routesDirectory, logger }));
    });
    kernel.tap('kernel:ready', async () => {
      address = await server.listen(resolveEndpoint(config, kernel.env));
      logger.info({ url: address.url }, 'listening');
    });
    const close = async (): Promise<void> => {
      await server.drain(config.shutdownGraceMs);
      await Promise.all(disposals);
      address = undefined;
    };
    kernel.tap('kernel:shutdown', close);
    kernel.onDispose(close);
  },
});

/** The plugin: collects routes while the application boots, listens when it is ready, drains when it ends. */
import { definePlugin, type PluginFactory } from '@oxidite/plugin-sdk';
import { SyncHook } from 'tapable';
import type {} from 'oxidite'; // the types of the cli: hooks
import type { z } from 'zod';
import { type CompileOptions, compileRoute } from './compile/compile-route.ts';
import { createFailure } from './compile/failure.ts';
import { createHttpProcess } from './cluster/http-process.ts';
import { createKeyRing } from './cookies/key-ring.ts';
import { Dispatcher } from './dispatcher.ts';
import { createH3 } from './h3/h3-handlers.ts';
import { createHttpServer } from './create-http-server.ts';
import { createHttpService, type HttpService } from './http-service.ts';
import type { HttpAddress } from './node/node-server.ts';
import { createLimitsCheck } from './doctor.ts';
import { HttpOptions, isDevelopment } from './options.ts';
import { ConstraintRegistry } from './routes/param-types.ts';
import { loadRouteFiles } from './routes/route-files.ts';
import type { MiddlewareStack } from './request/middleware.ts';
import type { RequestContext } from './request/request-context.ts';
import { createClientView } from './proxy/client-view.ts';
import { RouteRegistry } from './routes/route-registry.ts';
import type { Router } from './routes/router.ts';
import { settlesWithin } from './settles-within.ts';
import { SocketAdapter } from './socket/socket-adapter.ts';
import { createUnmatchedRoute } from './routes/unmatched-route.ts';
import { UrlBuilder } from './url/url-builder.ts';

declare module '@oxidite/kernel' {
  interface Services {
    readonly http: HttpService;
  }
  interface HookRegistry {
    /** Declares routes; called once, while the application boots. */
    readonly 'http:routes': SyncHook<[routes: Router]>;
    /** Adds middleware to every request; called once, while the application boots. */
    readonly 'http:middleware': SyncHook<[stack: MiddlewareStack]>;
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
    const isInDevelopment = isDevelopment(config, kernel.env);
    const disposals = new Set<Promise<void>>();
    const onDisposing = (disposal: Promise<void>): void => {
      disposals.add(disposal);
      void disposal.then(() => disposals.delete(disposal));
    };
    const sockets = new SocketAdapter(limits, logger);
    const context: RequestContext = {
      root: kernel.root,
      onDrain: (listener) => server.onDrain(listener),
      sockets,
      runInScope: (work) => scopes.run(work),
      clock: kernel.clock,
      random: kernel.random,
      logger,
      isDevelopment: isInDevelopment,
      keys: createKeyRing(config.keys, { env: kernel.env, random: kernel.random, logger, isDevelopment: isInDevelopment }),
      view: createClientView(config.trustProxy),
    };
    const counters = { invalidResponses: 0 };
    const options: CompileOptions = {
      scopes,
      services,
      logger,
      context,
      isDevelopment: isInDevelopment,
      fail: createFailure({ isDevelopment: isInDevelopment, logger }),
      limits,
      onDisposing,
      onDisposeError: (error) => logger.error({ error }, 'the services of a request could not be disposed'),
      onInvalidResponse(error, route) {
        counters.invalidResponses++;
        logger.error({ error, route: route.path }, 'a result does not fit its response schema; it was sent without undeclared fields');
      },
    };
    const registry = new RouteRegistry({
      routesHook: kernel.declareHook('http:routes', new SyncHook<[Router]>(['routes'], 'http:routes')),
      middlewareHook: kernel.declareHook('http:middleware', new SyncHook<[MiddlewareStack]>(['stack'], 'http:middleware')),
      logger,
      compile: (route, middleware) => compileRoute(route, middleware, options),
      unmatched: createUnmatchedRoute({ h3, table: () => registry.table, urlLength: limits.urlLength }),
      routing: {
        constraints: new ConstraintRegistry(config.paramTypes),
        versioning: config.versioning,
        trailingSlash: config.trailingSlash,
        hostOf: (exchange) => context.view(exchange).host,
      },
    });
    const dispatcher = new Dispatcher({ table: () => registry.table, unmatched: () => registry.unmatched, urlLength: limits.urlLength });
    const server = createHttpServer({
      limits,
      clock: kernel.clock,
      logger,
      h3,
      root: kernel.root,
      answer: (exchange) => dispatcher.answer(exchange),
      sockets,
      workers: config.workers,
      isDevelopment: isInDevelopment,
    });
    const serving = createHttpProcess({ config, env: kernel.env, root: kernel.root, clock: kernel.clock, logger, isDevelopment: isInDevelopment, server });
    let addresses: readonly HttpAddress[] = [];

    const urls = new UrlBuilder({
      routes: () => registry.table?.routes ?? [],
      baseUrl: () => config.baseUrl ?? addresses[0]?.url,
      keys: context.keys,
      clock: kernel.clock,
    });

    kernel.provide('http', () =>
      createHttpService({ dispatcher, registry, services, isDevelopment: isInDevelopment, counters, h3, limits, server, addresses: () => addresses, urls }),
    );
    kernel.tap('cli:commands', (commands) => commands.add(() => import('./commands/routes.ts')));
    kernel.tap('cli:doctor', (checks) => checks.add(createLimitsCheck(config, kernel.env)));
    kernel.tap('cli:banner', (lines) => [
      ...lines,
      ...addresses.map(({ url }) => `Listening on ${url}${serving.workers > 0 ? `, ${serving.workers} workers` : ''}`),
    ]);
    kernel.tap('kernel:boot', async () => {
      registry.load(await loadRouteFiles({ root: kernel.root, directory: config.routesDirectory, logger }));
    });
    kernel.tap('kernel:ready', async () => {
      addresses = await serving.listen();
      for (const { url } of addresses) logger.info({ url }, 'listening');
    });
    server.onDrain(() => sockets.drain());
    const lastingClock = kernel.use('clock'); // the plugin's own has ended when it is closed after a failed boot
    let closed: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await serving.drain();
      const isSettled = await settlesWithin(Promise.all([sockets.close(), ...disposals]), { clock: lastingClock, limitMs: config.shutdownGraceMs });
      if (!isSettled) logger.warn({ graceMs: config.shutdownGraceMs }, 'handlers that still run are not waited for');
      addresses = [];
    };
    const closeOnce = (): Promise<void> => (closed ??= close());
    kernel.tap('kernel:shutdown', closeOnce);
    kernel.onDispose(closeOnce);
  },
});

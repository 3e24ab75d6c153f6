/** The plugin: provides the service `httpClient`, and closes its connections. */
import { definePlugin, type PluginFactory } from '@oxidite/plugin-sdk';
import { SyncHook } from 'tapable';
import type { z } from 'zod';
import { createHttpClientService, type HttpClientService } from './http-client-service.ts';
import { createObserver, type HttpClientRequestEvent, type HttpClientResponseEvent } from './observer.ts';
import { HttpClientOptions } from './options.ts';

declare module '@oxidite/kernel' {
  interface Services {
    readonly httpClient: HttpClientService;
  }
  interface HookRegistry {
    /** A request goes out. */
    readonly 'http-client:request': SyncHook<[event: HttpClientRequestEvent]>;
    /** The headers of its response have come, or it failed before. */
    readonly 'http-client:response': SyncHook<[event: HttpClientResponseEvent]>;
  }
}

declare module '@oxidite/plugin-sdk' {
  interface PluginOptions {
    '@oxidite/http-client': z.input<typeof HttpClientOptions> | undefined;
  }
}

/** Outgoing HTTP: `httpClient({ timeoutMs: 10_000, clients: { github: { baseUrl: 'https://api.github.com' } } })`. */
export const httpClient: PluginFactory<z.input<typeof HttpClientOptions> | undefined> = definePlugin({
  name: '@oxidite/http-client',
  version: '0.1.0',
  config: HttpClientOptions.prefault({}),
  provides: ['httpClient'],
  setup(kernel) {
    const { config: options, logger, random } = kernel;
    const observer = createObserver(
      {
        request: kernel.declareHook('http-client:request', new SyncHook<[HttpClientRequestEvent]>(['event'], 'http-client:request')),
        response: kernel.declareHook('http-client:response', new SyncHook<[HttpClientResponseEvent]>(['event'], 'http-client:response')),
      },
      logger,
    );
    const clock = kernel.use('clock'); // that of the plugin stops when it is unloaded, but requests may go on for a while
    const client = createHttpClientService({ options, clock, random, observer });
    kernel.onDispose(() => client.close(options.shutdownGraceMs));
    kernel.provide('httpClient', () => client.service);
  },
});

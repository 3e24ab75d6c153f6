/** The options of the plugin, their defaults, and what the environment overrides. */
import type { Env } from '@oxidite/plugin-sdk';
import * as z from 'zod';
import { type HttpLimits, Limits } from './limits.ts';
import { Listener, type ListenerOptions, TlsOptions } from './node/listener-options.ts';
import { TrustProxy } from './proxy/trust-proxy.ts';
import { PATH_VERSIONING, Versioning } from './routes/versioning.ts';

export type { HttpLimits };

/** The options of `http()`. */
export const HttpOptions = z
  .strictObject({
    /** 0 lets the system choose. The environment variable PORT overrides it. */
    port: z.int().min(0).max(65_535).default(3000),
    /** `localhost` is reached from this machine only; `0.0.0.0` from everywhere. The environment variable HOST overrides it. */
    host: z.string().min(1).default('localhost'),
    /** Serves that one address over TLS. */
    tls: TlsOptions.optional(),
    /** Several addresses, unix sockets among them, in the place of `port`, `host` and `tls`. */
    listeners: z.array(Listener).min(1).optional(),
    /** Whose `X-Forwarded-*` headers are believed: a number of proxies, or their addresses and subnets. Default: nobody's. */
    trustProxy: TrustProxy.default(false),
    /**
     * Secrets of at least 32 bytes: the first signs and encrypts cookies, all of them verify. The environment variable
     * OXI_HTTP_KEYS (comma separated) overrides them. Default: none, and in development one that dies with the process.
     */
    keys: z.array(z.union([z.string(), z.strictObject({ id: z.string().min(1).optional(), secret: z.string() })])).optional(),
    limits: Limits.prefault({}),
    /**
     * How many processes serve: `auto` is one for each core. They are watched over by the process that was started, which
     * replaces them one by one on SIGHUP. In development there is one process. Default: 1, no further process.
     */
    workers: z.union([z.int().positive(), z.literal('auto')]).default(1),
    /** How long requests may go on once the application is asked to end. */
    shutdownGraceMs: z.int().nonnegative().default(10_000),
    /** How long the server still accepts, and already says that it is not ready, before it shuts down: time for a load balancer to notice. */
    shutdownDelayMs: z.int().nonnegative().default(0),
    /** The directory of route files, relative to the application's. Default: `app/routes`, which need not exist. */
    routesDirectory: z.string().min(1).optional(),
    /** What becomes of a slash at the end of a path: nothing; it makes another path; or a redirect (308) to the path without it. */
    trailingSlash: z.enum(['ignore', 'strict', 'redirect']).default('ignore'),
    /** How requests name the version of the API. Default: in the path, `/v2/articles`. */
    versioning: Versioning.default(PATH_VERSIONING),
    /** Types for path parameters besides the built-in ones: `{ isbn: /\d{13}/ }` for `/books/:isbn{isbn}`. */
    paramTypes: z.record(z.string(), z.instanceof(RegExp)).default({}),
    /** Where the application is reached from outside: what absolute and signed URLs begin with. Default: where it listens. */
    baseUrl: z.url({ protocol: /^https?$/ }).optional(),
    /** `development` shows the messages of internal errors to clients. Default: by the environment variable NODE_ENV, `production` unless it says otherwise. */
    environment: z.enum(['development', 'production']).optional(),
  })
  .refine((options) => !(typeof options.trustProxy === 'number' && usesProxyProtocol(options)), {
    path: ['trustProxy'],
    message:
      'With proxyProtocol, the other side of a connection is the client itself, so a number of proxies would trust it: list the addresses of the proxies',
  });

function usesProxyProtocol({ listeners }: { readonly listeners?: readonly Pick<ListenerOptions, 'proxyProtocol'>[] | undefined }): boolean {
  return listeners?.some(({ proxyProtocol }) => proxyProtocol !== false) === true;
}

/** The options with their defaults. */
export type HttpOptions = z.output<typeof HttpOptions>;

/** Tells whether clients may see the messages of internal errors. */
export function isDevelopment(options: Pick<HttpOptions, 'environment'>, env: Env): boolean {
  if (options.environment !== undefined) return options.environment === 'development';
  return env['NODE_ENV'] === 'development' || env['NODE_ENV'] === 'test';
}

/** The options of the plugin, their defaults, and what of them applies to one client. */
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import * as z from 'zod';

const isFunction = (value: unknown): boolean => typeof value === 'function';
const isDispatcher = (value: unknown): boolean => typeof value === 'object' && value !== null && 'dispatch' in value && isFunction(value.dispatch);
const bytesOrText = z.union([z.string(), z.instanceof(Uint8Array)]);
const milliseconds = z.int().positive();

/** TLS of the connections. Source: Node.js, tls.connect. */
const Tls = z.strictObject({
  /** Certificates of the authorities that are trusted, PEM. Default: those of Node. */
  ca: z.union([bytesOrText, z.array(bytesOrText)]).optional(),
  /** The certificate the client shows, PEM. */
  cert: bytesOrText.optional(),
  /** Its private key, PEM. */
  key: bytesOrText.optional(),
  passphrase: z.string().optional(),
  /** The name that the certificate of the server must have. Default: the host of the URL. */
  servername: z.string().optional(),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).optional(),
  /** `false` takes any certificate: everybody on the way can read and change everything. */
  rejectUnauthorized: z.boolean().optional(),
});

const settings = {
  /** From the call to the end of the body, attempts and redirects together. Default: 30,000. */
  timeoutMs: milliseconds.optional(),
  /** To a connection, DNS and TLS included. Default: 10,000. */
  connectTimeoutMs: milliseconds.optional(),
  /** From the start of one attempt, waiting for a free connection included, to the headers of its response. Default: 30,000. */
  headersTimeoutMs: milliseconds.optional(),
  /** Between two pieces of a body. Default: 30,000. */
  bodyTimeoutMs: milliseconds.optional(),
  /** How often a request is repeated at most when it fails in passing. Default: 2. */
  retries: z.int().min(0).max(10).optional(),
  /** The longest pause before the first repetition; it doubles with each. Pauses are random up to this ("full jitter"). Default: 200. */
  retryDelayMs: milliseconds.optional(),
  /** The longest pause of all. Default: 10,000. */
  retryMaxDelayMs: milliseconds.optional(),
  /** The longest pause that a `Retry-After` is granted; a longer one is cut to this. Default: 30,000. */
  retryAfterMaxMs: milliseconds.optional(),
  /** `true` follows up to 5 redirects. Default: `false`, a redirect is a response like another. */
  followRedirects: z.boolean().optional(),
  /** The largest body of a response, decompressed. Default: 16 MiB. */
  maxResponseBytes: z.int().positive().optional(),
  /** Connections to each origin; further requests wait for one. Default: 50. */
  connections: z.int().positive().optional(),
  /** How long an unused connection is kept; the server may ask for another time. Default: 4,000. */
  keepAliveTimeoutMs: milliseconds.optional(),
  userAgent: z.string().min(1).optional(),
  tls: Tls.optional(),
  /** The URL of an HTTP proxy. */
  proxy: z.url({ protocol: /^https?$/ }).optional(),
  /** Resolves names, like `dns.lookup`, which is the default. */
  lookup: z.custom<LookupFunction>(isFunction, 'must be a function').optional(),
  /** Sends the requests instead of own connections: the MockAgent of undici in tests. Whoever made it closes it. */
  dispatcher: z.custom<Dispatcher>(isDispatcher, 'must be a dispatcher of undici').optional(),
};

const GUARD_PROBLEM = { path: ['allowPrivateAddresses'], message: 'cannot be false behind a proxy, because the proxy resolves the names' };

const ClientOptions = z
  .strictObject({
    ...settings,
    /** What its URLs begin with. Requests of the client, and its headers, go nowhere else. */
    baseUrl: z.url({ protocol: /^https?$/ }).refine(isBase, 'must have neither credentials, nor a query, nor a fragment'),
    /** Sent with each request: credentials, versions. Never sent to another origin, not even after a redirect. */
    headers: z.record(z.string(), z.string()).default({}),
    /** Whether it may reach addresses that are not public. Default: at its `baseUrl`, but not where redirects lead from there. */
    allowPrivateAddresses: z.boolean().optional(),
    /** Whether it gets the trace context and the id of the current request. Default: `true`. */
    propagate: z.boolean().default(true),
  })
  .refine(isGuardPossible, GUARD_PROBLEM);

/** The options of `httpClient()`. */
export const HttpClientOptions = z
  .strictObject({
    ...settings,
    /** Whether calls that belong to no client may reach addresses that are not public; those of `external` never may. */
    allowPrivateAddresses: z.boolean().default(true),
    /** Clients by name; what one leaves out is as above. */
    clients: z.record(z.string().min(1), ClientOptions).default({}),
    /** Origins that get the trace context and the id of the current request, besides those of the clients: `https://orders.internal`, `https://*.example.com`. */
    propagateTo: z.array(z.string().regex(/^https?:\/\/(?:\*\.)?[^/*?#@\s]+$/, 'must be an origin: https://example.com, https://*.example.com')).default([]),
    /** How long requests may go on once the application ends. Default: 5,000. */
    shutdownGraceMs: z.int().nonnegative().default(5_000),
  })
  .refine(isGuardPossible, GUARD_PROBLEM);

/** The options with their defaults. */
export type HttpClientOptions = z.output<typeof HttpClientOptions>;

/** What a client is configured with: what can be said of all clients and of each. */
export type SharedOptions = Omit<HttpClientOptions, 'clients' | 'allowPrivateAddresses' | 'propagateTo' | 'shutdownGraceMs'>;

/** Tells whether paths can be added to a URL as they are. */
function isBase(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

/** Tells whether addresses can be checked if they shall be. */
function isGuardPossible({
  proxy,
  allowPrivateAddresses,
}: {
  readonly proxy?: string | undefined;
  readonly allowPrivateAddresses?: boolean | undefined;
}): boolean {
  return proxy === undefined || allowPrivateAddresses !== false;
}

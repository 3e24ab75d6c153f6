/** The options of the plugin, their defaults, and what of them applies to one connection. */
import * as z from 'zod';
import { isStore, type AnyStoreDeclaration } from './stores/define-store.ts';

const bytesOrText = z.union([z.string().min(1), z.instanceof(Uint8Array)]);
const milliseconds = z.int().positive();
const url = z.string().refine(isRedisUrl, 'must be redis://user:password@host:6379/0, or rediss://… for TLS, and nothing more');

/** TLS of a connection whose URL begins with `rediss://`. Source: Node.js, tls.connect. */
const Tls = z.strictObject({
  /** Certificates of the authorities that are trusted, PEM. Default: those of Node. */
  ca: z.union([bytesOrText, z.array(bytesOrText)]).optional(),
  /** The certificate that the client shows, PEM. */
  cert: bytesOrText.optional(),
  /** Its private key, PEM. */
  key: bytesOrText.optional(),
  passphrase: z.string().optional(),
  /** The name that the certificate of the server must have. Default: the host of the URL. */
  servername: z.string().min(1).optional(),
  /** `false` takes any certificate: everybody on the way can read and change everything. */
  rejectUnauthorized: z.boolean().optional(),
});

const settings = {
  /** What all keys begin with, those of `client` included: `shop:`. Default: nothing. */
  keyPrefix: z
    .string()
    .max(200)
    .refine((text) => text.isWellFormed(), 'must be well-formed text')
    .optional(),
  tls: Tls.optional(),
  /** From the start to a connection that takes commands, DNS, TLS and log-in included. Default: 5,000. */
  connectTimeoutMs: milliseconds.optional(),
  /** From a command to its answer, waiting for a connection included; commands that block by themselves (`BLPOP`) have any time. Default: 5,000. */
  commandTimeoutMs: milliseconds.optional(),
  /** After this many failed attempts to reconnect, commands fail at once until the connection is back; before, they wait for it. Default: 3. */
  maxRetriesPerRequest: z.int().min(0).max(100).optional(),
  /** Whether the application is ready without this connection: a cache may be away. Default: `true`, it is not. */
  isCritical: z.boolean().optional(),
};

const ConnectionOptions = z.strictObject({ url, ...settings }).refine(hasUsefulTls, tlsProblem());

/** The options of `redis()`. */
export const RedisOptions = z
  .strictObject({
    /** `redis://user:password@host:6379/0`, `rediss://` for TLS; the path is the number of the database. */
    url: url.default('redis://localhost:6379/0'),
    ...settings,
    /** Further connections by name; what one leaves out is as above, but for `isCritical` and `tls`. */
    connections: z.record(z.string().regex(/^[a-z][a-zA-Z0-9-]*$/, 'must be a name like "cache"'), ConnectionOptions).default({}),
    /** Stores that are not in the directory of stores, as those of a plugin. */
    stores: z.array(z.custom<AnyStoreDeclaration>(isStore, { error: 'Expected a store, made by defineStore()' })).default([]),
    /** Where stores are found, relative to the application. */
    storesDirectory: z.string().min(1).default('app/stores'),
  })
  .refine(hasUsefulTls, tlsProblem())
  .refine(({ connections }) => !Object.hasOwn(connections, 'default'), { path: ['connections', 'default'], message: 'is the connection of the option "url"' });

/** The options with their defaults. */
export type RedisOptions = z.output<typeof RedisOptions>;

/** What one connection can be configured with. */
export type ConnectionOptions = z.output<typeof ConnectionOptions>;

/** Tells whether a text is a URL that is understood in full. */
function isRedisUrl(text: string): boolean {
  const parsed = URL.parse(text);
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') return false;
  if (parsed.search !== '' || parsed.hash !== '' || !/^(?:\/\d{0,6})?$/.test(parsed.pathname)) return false;
  try {
    return decodeURIComponent(parsed.username + parsed.password).isWellFormed();
  } catch {
    return false;
  }
}

/** Tells whether TLS that is configured is also used. */
function hasUsefulTls({ url: text, tls }: { readonly url: string; readonly tls?: object | undefined }): boolean {
  return tls === undefined || text.startsWith('rediss:');
}

function tlsProblem(): { path: string[]; message: string } {
  return { path: ['tls'], message: 'needs a URL that begins with rediss://, because redis:// is not encrypted' };
}

/** What one connection is opened with, made of the options of the plugin. */
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { ConnectionOptions, RedisOptions } from '../options.ts';

/** The name of the connection that the options describe without one. */
export const DEFAULT_CONNECTION = 'default';

const DEFAULT_PORT = 6_379;

/** The place and the credentials, as ioredis takes them. */
export interface RedisPlace {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsOptions;
}

/** What one connection is opened with. */
export interface ConnectionSettings {
  readonly name: string;
  /** `redis://host:6379/0`, without user and password, for messages. */
  readonly address: string;
  readonly keyPrefix: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly maxRetriesPerRequest: number;
  readonly isCritical: boolean;
  readonly place: RedisPlace;
  /** What must not get into a message. */
  readonly secrets: readonly string[];
}

/** Returns the settings of all connections, the default one first. */
export function toConnectionSettings(options: RedisOptions): ConnectionSettings[] {
  const shared = { keyPrefix: options.keyPrefix, connectTimeoutMs: options.connectTimeoutMs, commandTimeoutMs: options.commandTimeoutMs };
  const retries = options.maxRetriesPerRequest;
  return [
    toSettings(DEFAULT_CONNECTION, options),
    ...Object.entries(options.connections).map(([name, own]) => toSettings(name, { ...own, ...fill(own, { ...shared, maxRetriesPerRequest: retries }) })),
  ];
}

/** Adds what was left out. */
function fill(own: ConnectionOptions, shared: Partial<ConnectionOptions>): Partial<ConnectionOptions> {
  return { ...shared, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) };
}

function toSettings(name: string, options: Omit<ConnectionOptions, 'url'> & { readonly url: string }): ConnectionSettings {
  const url = new URL(options.url);
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  const host = url.hostname.replaceAll(/^\[|\]$/g, ''); // IPv6
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const db = Number(url.pathname.slice(1));
  return {
    name,
    address: `${url.protocol}//${url.hostname}:${port}/${db}`,
    keyPrefix: options.keyPrefix ?? '',
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    commandTimeoutMs: options.commandTimeoutMs ?? 5_000,
    maxRetriesPerRequest: options.maxRetriesPerRequest ?? 3,
    isCritical: options.isCritical ?? true,
    place: {
      host,
      port,
      db,
      ...(username === '' ? {} : { username }),
      ...(password === '' ? {} : { password }),
      ...(url.protocol === 'rediss:' ? { tls: toTls(options.tls, host) } : {}),
    },
    secrets: [password, options.tls?.passphrase ?? ''].filter((secret) => secret !== ''),
  };
}

/** Names in certificates are compared with the host; addresses have no name to send. */
function toTls(tls: ConnectionOptions['tls'], host: string): TlsOptions {
  const given: TlsOptions = Object.fromEntries(Object.entries(tls ?? {}).filter(([, value]) => value !== undefined));
  return { ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }), ...given };
}

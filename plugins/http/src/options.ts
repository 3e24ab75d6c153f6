/** The options of the plugin, their defaults, and what the environment overrides. */
import type { Env } from '@oxidite/plugin-sdk';
import * as z from 'zod';
import { PortInvalidError } from './errors.ts';

const positive = z.int().positive();

/** The limits that hold for every request. */
const Limits = z.strictObject({
  /** The greatest body, in bytes; a route may declare another. */
  bodyBytes: positive.default(1_048_576),
  /** The greatest request line with headers, in bytes. Beyond: 431. */
  headerBytes: positive.default(16_384),
  /** The greatest path with query, in characters. Beyond: 414. */
  urlLength: positive.default(8_192),
  /** The time in which all headers must have arrived. Beyond: 408. */
  headersTimeoutMs: positive.default(10_000),
  /** The time in which the whole request must have arrived. Beyond: 408. */
  requestTimeoutMs: positive.default(60_000),
  /** How long an idle connection is kept. */
  keepAliveTimeoutMs: positive.default(5_000),
  /** The greatest number of requests on one connection; 0: any number. */
  requestsPerConnection: z.int().nonnegative().default(0),
  /** The greatest number of open connections; 0: any number. */
  connections: z.int().nonnegative().default(0),
});

/** The options of `http()`. */
export const HttpOptions = z.strictObject({
  /** 0 lets the system choose. The environment variable PORT overrides it. */
  port: z.int().min(0).max(65_535).default(3000),
  /** `localhost` is reached from this machine only; `0.0.0.0` from everywhere. The environment variable HOST overrides it. */
  host: z.string().min(1).default('localhost'),
  limits: Limits.prefault({}),
  /** How long requests may go on once the application is asked to end. */
  shutdownGraceMs: z.int().nonnegative().default(10_000),
  /** The directory of route files, relative to the application's. Default: `app/routes`, which need not exist. */
  routesDirectory: z.string().min(1).optional(),
  /** `development` shows the messages of internal errors to clients. Default: by the environment variable NODE_ENV, `production` unless it says otherwise. */
  environment: z.enum(['development', 'production']).optional(),
});

/** The options with their defaults. */
export type HttpOptions = z.output<typeof HttpOptions>;

/** The limits with their defaults. */
export type HttpLimits = HttpOptions['limits'];

/** Where the server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * Finds where to listen: HOST and PORT of the environment, then the options.
 * @throws {PortInvalidError} when PORT is not a port.
 */
export function resolveEndpoint(options: Pick<HttpOptions, 'host' | 'port'>, env: Env): Endpoint {
  const { PORT: port, HOST: host } = env;
  if (port !== undefined && port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) throw new PortInvalidError(port);
  return { host: host === undefined || host === '' ? options.host : host, port: port === undefined || port === '' ? options.port : Number(port) };
}

/** Tells whether clients may see the messages of internal errors. */
export function isDevelopment(options: Pick<HttpOptions, 'environment'>, env: Env): boolean {
  if (options.environment !== undefined) return options.environment === 'development';
  return env['NODE_ENV'] === 'development' || env['NODE_ENV'] === 'test';
}

/** The part of a client of ioredis that limits use, and the opening of one. */
import type * as Ioredis from 'ioredis';
import { RedisMissingError } from '../errors.ts';

/** A client of ioredis, or what behaves like one. */
export interface RedisClient {
  /** `ready` when commands can be sent. */
  readonly status: string;
  evalsha(sha: string, keyCount: number, ...keysAndArguments: readonly string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: readonly string[]): Promise<unknown>;
}

/** A client that was opened here, and so is closed here. */
export interface OwnedRedisClient extends RedisClient {
  disconnect(): void;
}

const CONNECT_TIMEOUT_MS = 2_000;
const MAX_RECONNECT_DELAY_MS = 2_000;

/**
 * Opens a client, and waits until it is connected, or the first attempt has failed: it goes on trying by itself.
 * @throws {RedisMissingError} when ioredis is not installed.
 */
export async function openRedis(url: string): Promise<OwnedRedisClient> {
  const { Redis } = await loadIoredis();
  const client = new Redis(url, {
    enableOfflineQueue: false, // a limit that waits is worse than one that counts for itself
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(attempt * 100, MAX_RECONNECT_DELAY_MS),
  });
  client.on('error', () => undefined); // the limiter tells when it cannot be reached, once
  await new Promise<void>((resolve) => {
    client.once('ready', () => resolve());
    client.once('close', () => resolve());
  });
  return client;
}

async function loadIoredis(): Promise<typeof Ioredis> {
  try {
    return await import('ioredis');
  } catch (error) {
    throw new RedisMissingError(error);
  }
}

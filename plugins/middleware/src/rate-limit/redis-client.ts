/** The part of a client of ioredis that limits use, and the opening of one. */
import type { Clock } from '@oxidite/plugin-sdk';
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
 * Opens a client, and waits until it is connected, the first attempt has failed, or 2 seconds are over, because the server
 * takes connections and says nothing: the client goes on trying by itself.
 * @throws {RedisMissingError} when ioredis is not installed.
 */
export async function openRedis(url: string, clock: Clock): Promise<OwnedRedisClient> {
  const { Redis } = await loadIoredis();
  const client = new Redis(url, {
    enableOfflineQueue: false, // a limit that waits is worse than one that counts for itself
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(attempt * 100, MAX_RECONNECT_DELAY_MS),
  });
  client.on('error', () => undefined); // the limiter tells when it cannot be reached, once
  const { promise: isSettled, resolve } = Promise.withResolvers<void>();
  client.once('ready', resolve);
  client.once('close', resolve);
  const timer = clock.setTimeout(resolve, CONNECT_TIMEOUT_MS);
  await isSettled;
  timer.cancel();
  return client;
}

async function loadIoredis(): Promise<typeof Ioredis> {
  try {
    return await import('ioredis');
  } catch (error) {
    throw new RedisMissingError(error);
  }
}

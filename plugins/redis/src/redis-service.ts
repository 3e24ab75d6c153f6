/** The service `redis`: connections, stores and locks. */
import type { Clock, Random } from '@oxidite/plugin-sdk';
import type { Redis } from 'ioredis';
import type { Connections, DuplicateOptions } from './connections/connections.ts';
import { type LockOptions, LOCKS, runLocked } from './lock/lock.ts';
import type { AnyStoreDeclaration, StoreDeclaration } from './stores/define-store.ts';
import { createKeyspaces, type Keyspace } from './stores/keyspaces.ts';
import { createStore, type RedisStore } from './stores/store.ts';

/** The service `redis`. */
export interface RedisService {
  /** The client of the default connection, for all that Redis can do. Blocking commands and subscriptions want a duplicate. */
  readonly client: Redis;
  /**
   * Returns the client of a configured connection.
   * @throws {RedisConnectionUnknownError} when there is none of this name.
   */
  connection(name: string): Redis;
  /**
   * Opens one more connection, for subscriptions and blocking commands. It connects in the background, and is closed when the
   * application ends, or by its user before.
   * @throws {RedisConnectionUnknownError} when there is no connection of this name.
   */
  duplicate(options?: DuplicateOptions): Redis;
  /**
   * Returns a store; the same one each time.
   * @throws {RedisStoreConflictError} when another store has its keys.
   */
  store<Value>(declaration: StoreDeclaration<Value>): RedisStore<Value>;
  /**
   * Runs work that one process at a time may do, and returns its result. `signal` aborts when the lock is lost, or nobody waits
   * for the result any more; whatever the work does with the ambient signal ends then, too.
   * @throws {RedisLockTakenError} when somebody else holds the lock.
   * @throws {RedisLockLostError} after the work, when the lock was lost during it.
   */
  lock<Result>(name: string, options: LockOptions, work: (signal: AbortSignal) => Result | Promise<Result>): Promise<Result>;
  /** Lists the stores that are known, and the locks, as owners of keys. */
  keyspaces(): readonly Keyspace[];
}

/** What the service is made of. */
export interface RedisServiceParts {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly random: Random;
  readonly outside: <Result>(run: () => Result) => Result;
  /** The stores that are known from the start. */
  readonly stores: readonly AnyStoreDeclaration[];
}

/**
 * Creates the service.
 * @throws {RedisStoreConflictError} when two stores have the same keys.
 */
export function createRedisService({ connections, clock, random, outside, stores: known }: RedisServiceParts): RedisService {
  const { client, settings } = connections.get();
  const keyspaces = createKeyspaces();
  const stores = new WeakMap<object, unknown>();
  const claim = (declaration: AnyStoreDeclaration): void => keyspaces.claim(declaration, declaration.name, connections.get(declaration.connection).settings);
  keyspaces.claim(connections, LOCKS, settings);
  known.forEach(claim);
  return {
    client,
    connection: (name) => connections.get(name).client,
    duplicate: (options) => connections.duplicate(options),
    store<Value>(declaration: StoreDeclaration<Value>) {
      const found = stores.get(declaration);
      if (found !== undefined) return found as RedisStore<Value>; // it was made for this declaration
      claim(declaration);
      const store = createStore(declaration, { client: connections.get(declaration.connection).client, clock, random });
      stores.set(declaration, store);
      return store;
    },
    lock: (name, options, work) => runLocked({ client, clock, random, outside }, name, { options, work }),
    keyspaces: () => keyspaces.list(),
  };
}

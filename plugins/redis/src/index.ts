/** The public surface of @oxidite/redis. Nothing here imports ioredis; that happens when the plugin is set up. */
export type { DuplicateOptions } from './connections/connections.ts';
export {
  RedisClosedError,
  RedisConnectError,
  RedisConnectionUnknownError,
  RedisIdInvalidError,
  RedisLockLostError,
  RedisLockTakenError,
  RedisStoreConflictError,
  RedisStoreImportError,
  RedisStoreInvalidError,
  RedisStoreUnknownError,
  RedisTimeoutError,
  RedisTtlInvalidError,
  RedisUnavailableError,
  RedisUpdateConflictError,
  RedisValueInvalidError,
  RedisValueTooLargeError,
} from './errors.ts';
export type { LockOptions } from './lock/lock.ts';
export { redis } from './plugin.ts';
export type { RedisService } from './redis-service.ts';
export { type AnyStoreDeclaration, defineStore, type InferStore, isStore, type StoreDeclaration, type StoreOptions } from './stores/define-store.ts';
export type { Keyspace } from './stores/keyspaces.ts';
export type { ListOptions, RedisStore, WriteOptions } from './stores/store.ts';

/**
 * What can be wrong with Redis, with stores and with locks. No password, no id and no value gets into an error: ids of
 * sessions are secrets, too.
 */
import { defineError, type SchemaIssue } from '@oxidite/plugin-sdk';

/** Redis was not reached when the application booted; `reason` says why. */
export class RedisConnectError extends defineError(
  'OXI_REDIS_CONNECT',
  ({ connection, address, reason, remedy }: { readonly connection: string; readonly address: string; readonly reason: string; readonly remedy: string }) =>
    `The connection "${connection}" to ${address} could not be opened: ${reason}. ${remedy}`,
) {}

/** Redis cannot be reached now, or the connection broke while a command was under way. */
export class RedisUnavailableError extends defineError(
  'OXI_REDIS_UNAVAILABLE',
  ({ address, reason }: { readonly address: string; readonly reason: string }) =>
    `${address} is not available: ${reason}. The connection is opened again by itself; try later, and if it stays so, check the server.`,
) {
  readonly status = 503;
}

/** A command got no answer in its time. */
export class RedisTimeoutError extends defineError(
  'OXI_REDIS_TIMEOUT',
  ({ address, command, timeoutMs, isSent }: { readonly address: string; readonly command: string; readonly timeoutMs: number; readonly isSent: boolean }) =>
    `${address} did not answer the command ${command} within ${timeoutMs} ms; ` +
    `${isSent ? 'whether it was carried out is not known' : 'it was not sent, because there is no connection'}. Check the server, or raise commandTimeoutMs.`,
) {
  readonly status = 503;
}

/** The application ends, or the plugin is unloaded. */
export class RedisClosedError extends defineError(
  'OXI_REDIS_CLOSED',
  ({ address }: { readonly address: string }) => `The connection to ${address} is closed. End work that uses Redis when the application shuts down.`,
) {
  readonly status = 503;
}

/** No connection of this name is configured. */
export class RedisConnectionUnknownError extends defineError(
  'OXI_REDIS_CONNECTION_UNKNOWN',
  ({ connection, suggestion }: { readonly connection: string; readonly suggestion: string }) =>
    `There is no Redis connection "${connection}".${suggestion} Name it in redis({ connections: { … } }).`,
) {}

/** A store cannot be used as it is declared; `reason` says why. */
export class RedisStoreInvalidError extends defineError(
  'OXI_REDIS_STORE_INVALID',
  ({ store, reason }: { readonly store: string; readonly reason: string }) => `The store "${store}" cannot be used: ${reason}.`,
) {}

/** Two stores would write into the same keys. */
export class RedisStoreConflictError extends defineError(
  'OXI_REDIS_STORE_CONFLICT',
  ({ store, other, keyspace }: { readonly store: string; readonly other: string; readonly keyspace: string }) =>
    `The keys of the store "${store}" begin with "${keyspace}", and so do, or would, those of "${other}". Give one of them another name.`,
) {}

/** A file of stores could not be imported. */
export class RedisStoreImportError extends defineError(
  'OXI_REDIS_STORE_IMPORT',
  ({ file }: { readonly file: string }, cause) => `The stores in ${file} could not be imported: ${cause instanceof Error ? cause.message : String(cause)}`,
) {}

/** No store of this name is known. */
export class RedisStoreUnknownError extends defineError(
  'OXI_REDIS_STORE_UNKNOWN',
  ({ store, suggestion }: { readonly store: string; readonly suggestion: string }) =>
    `There is no store "${store}".${suggestion} Export it from a file in app/stores, or name it in redis({ stores: [ … ] }).`,
) {}

/** An id cannot be one. */
export class RedisIdInvalidError extends defineError(
  'OXI_REDIS_ID_INVALID',
  ({ store, reason }: { readonly store: string; readonly reason: string }) => `An id for the store "${store}" was refused: ${reason}.`,
) {}

/** A time to live is none. */
export class RedisTtlInvalidError extends defineError(
  'OXI_REDIS_TTL_INVALID',
  ({ store, ttlSeconds }: { readonly store: string; readonly ttlSeconds: number }) =>
    `A value of the store "${store}" cannot live for ${ttlSeconds} seconds. Use a number above 0 and up to 100 years, or Infinity.`,
) {}

/** A value does not fit the schema of its store: one to be written, or one that was read. */
export class RedisValueInvalidError extends defineError(
  'OXI_REDIS_VALUE_INVALID',
  ({
    store,
    operation,
    reason,
    issues,
  }: {
    readonly store: string;
    readonly operation: 'read' | 'write';
    readonly reason: string;
    readonly issues: readonly SchemaIssue[];
  }) =>
    `A value ${operation === 'read' ? 'in' : 'for'} the store "${store}" ${reason}${issues.map(({ path, message }) => `\n  - ${path === '' ? 'the value' : path}: ${message}`).join('')}` +
    `${issues.length === 0 ? '. ' : '\n'}${operation === 'read' ? 'Let the schema take older values, delete them, or declare the store with onInvalid: "ignore".' : 'Correct the value, or the schema.'}`,
) {}

/** A value is larger than its store takes. */
export class RedisValueTooLargeError extends defineError(
  'OXI_REDIS_VALUE_TOO_LARGE',
  ({ store, bytes, maxBytes }: { readonly store: string; readonly bytes: number; readonly maxBytes: number }) =>
    `A value for the store "${store}" has ${bytes} bytes, but at most ${maxBytes} are taken. Keep less in it, or raise maxBytes.`,
) {}

/** Others changed a value each time before `update` could write it. */
export class RedisUpdateConflictError extends defineError(
  'OXI_REDIS_UPDATE_CONFLICT',
  ({ store, attempts }: { readonly store: string; readonly attempts: number }) =>
    `A value of the store "${store}" was changed by others during each of ${attempts} attempts to update it. Try again, and let fewer update one value at the same time.`,
) {
  readonly status = 409;
}

/** Somebody else holds a lock. */
export class RedisLockTakenError extends defineError(
  'OXI_REDIS_LOCK_TAKEN',
  ({ lock, waitMs }: { readonly lock: string; readonly waitMs: number }) =>
    `The lock "${lock}" is held by somebody else${waitMs > 0 ? `, and was for ${waitMs} ms` : ''}. Try again later, or raise waitMs.`,
) {
  readonly status = 409;
}

/** A lock was lost before the work under it was done, so others may have done the same. */
export class RedisLockLostError extends defineError(
  'OXI_REDIS_LOCK_LOST',
  ({ lock }: { readonly lock: string }) =>
    `The lock "${lock}" was lost while work was done under it: it could not be extended in time, or was deleted. Check what the work has done, and raise ttlMs if Redis is away now and then.`,
) {
  readonly status = 503;
}

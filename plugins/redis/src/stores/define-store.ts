/**
 * Declares a store: what is kept in Redis under one name, and what its values look like. It is pure data: ioredis is not
 * imported here, and the same store can serve several applications in one process.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { RedisStoreInvalidError, RedisTtlInvalidError } from '../errors.ts';

/** Marks a {@link StoreDeclaration}; shared by all copies of the package. */
export const STORE: unique symbol = Symbol.for('oxidite.redis.store');

const NAME = /^[a-z][A-Za-z0-9-]*(?::[a-z][A-Za-z0-9-]*)*$/;
const DEFAULT_MAX_BYTES = 65_536;
/** 100 years. */
const MAX_TTL_SECONDS = 3_155_760_000;

/** How a store is declared. */
export interface StoreOptions<Schema extends StandardSchemaV1> {
  /** What values look like, by any library of Standard Schema. What JSON has no form for (dates, bigints) needs a codec of zod. */
  readonly schema: Schema;
  /** How long a value is kept after it was written, in seconds; fractions count. Default: until it is deleted. */
  readonly ttlSeconds?: number;
  /** The largest value, as JSON in UTF-8. Default: 65,536. */
  readonly maxBytes?: number;
  /** What becomes of a value that does not fit the schema any more: `throw` an error, or `ignore` it as if it were not there. Default: `throw`. */
  readonly onInvalid?: 'throw' | 'ignore';
  /** The connection it is kept on. Default: the one of the option `url`. */
  readonly connection?: string;
}

/** What was declared of a store. */
export interface StoreDeclaration<Value> {
  readonly [STORE]: true;
  readonly name: string;
  readonly schema: StandardSchemaV1<unknown, Value>;
  /** `Infinity`: until it is deleted. */
  readonly ttlSeconds: number;
  readonly maxBytes: number;
  readonly onInvalid: 'throw' | 'ignore';
  readonly connection: string | undefined;
}

/** A store, whatever its values. */
export type AnyStoreDeclaration = StoreDeclaration<unknown>;

/** The type of the values of a store: `type Cart = InferStore<typeof Cart>`. */
export type InferStore<Store> = Store extends StoreDeclaration<infer Value> ? Value : never;

/**
 * Declares a store. Export it from a file in `app/stores`.
 *
 * @param name in camelCase, with parts after colons: `cart`, `shop:cart`. Its keys begin with it; unique in an application.
 * @throws {RedisStoreInvalidError} when name or options cannot be used.
 */
export function defineStore<Schema extends StandardSchemaV1>(
  name: string,
  { schema, ttlSeconds = Infinity, maxBytes = DEFAULT_MAX_BYTES, onInvalid = 'throw', connection }: StoreOptions<Schema>,
): StoreDeclaration<StandardSchemaV1.InferOutput<Schema>> {
  if (!NAME.test(name)) throw new RedisStoreInvalidError({ store: name, reason: 'its name has to be in camelCase, like "cart" or "shop:cart"' });
  assertTtl(name, ttlSeconds);
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) throw new RedisStoreInvalidError({ store: name, reason: 'maxBytes has to be a whole number above 0' });
  return Object.freeze({
    [STORE]: true as const,
    name,
    schema,
    ttlSeconds,
    maxBytes,
    onInvalid,
    connection,
  });
}

/** Tells whether `value` is a store. */
export function isStore(value: unknown): value is AnyStoreDeclaration {
  return typeof value === 'object' && value !== null && STORE in value && value[STORE] === true;
}

/** @throws {RedisTtlInvalidError} when nothing can live for this long. */
export function assertTtl(store: string, ttlSeconds: number): void {
  if (ttlSeconds !== Infinity && !(ttlSeconds > 0 && ttlSeconds <= MAX_TTL_SECONDS)) throw new RedisTtlInvalidError({ store, ttlSeconds });
}

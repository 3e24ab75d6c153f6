/** A store: values of one kind under their ids, validated whenever they are written and read. */
import type { Clock, Random } from '@oxidite/plugin-sdk';
import type { Redis } from 'ioredis';
import { RedisUpdateConflictError } from '../errors.ts';
import { createScript, runScript } from '../run-script.ts';
import { assertTtl, type StoreDeclaration } from './define-store.ts';
import { scanKeys } from './scan-keys.ts';
import { createMatcher, createStoreKeys, toBeginning } from './store-keys.ts';
import { createStoreValues } from './store-values.ts';

/** How a value is written. */
export interface WriteOptions {
  /** How long it is kept from now on; `Infinity`: until it is deleted; `keep`: as long as it would be without this. Default: as the store says. */
  readonly ttlSeconds?: number | 'keep';
}

/** What is listed. */
export interface ListOptions {
  /** `*` stands for any characters, all others for themselves. Default: all ids. */
  readonly match?: string;
  /** At most so many. Default: all. */
  readonly limit?: number;
}

/** The values of one kind. */
export interface RedisStore<Value> {
  readonly name: string;
  /** @throws {RedisValueInvalidError} when it does not fit the schema, unless the store ignores those. */
  get(id: string): Promise<Value | undefined>;
  /** Returns the values in the order of the ids. */
  getMany(ids: readonly string[]): Promise<(Value | undefined)[]>;
  /**
   * @throws {RedisValueInvalidError} when the value does not fit the schema.
   * @throws {RedisValueTooLargeError} when it is too large.
   */
  set(id: string, value: Value, options?: WriteOptions): Promise<void>;
  /**
   * Changes a value so that no change of others is lost: when somebody else was faster, `change` is called again with what
   * they wrote. `undefined` stands for no value, on both sides. Returns what was written.
   * @throws {RedisUpdateConflictError} when others were faster each of 100 times.
   */
  update(id: string, change: (value: Value | undefined) => Value | undefined | Promise<Value | undefined>, options?: WriteOptions): Promise<Value | undefined>;
  /** Returns whether there was one. */
  delete(id: string): Promise<boolean>;
  has(id: string): Promise<boolean>;
  /** Lets a value live on from now, without reading it. Returns whether there is one. */
  touch(id: string, options?: { readonly ttlSeconds?: number }): Promise<boolean>;
  /** Returns for how many seconds a value is still kept: `Infinity`, or `undefined` when there is none. */
  ttl(id: string): Promise<number | undefined>;
  /**
   * Lists ids and values, in no order. Each id comes once; what is written or deleted meanwhile may be there or not. It walks
   * over all keys of the database, a piece at a time.
   */
  list(options?: ListOptions): AsyncIterableIterator<readonly [id: string, value: Value]>;
  /** Deletes all values, those included that do not fit, and returns how many. */
  clear(): Promise<number>;
}

/** What a store needs. */
export interface StoreParts {
  readonly client: Redis;
  readonly clock: Clock;
  readonly random: Random;
}

const UPDATE_ATTEMPTS = 100;
const MAX_PAUSE_MS = 20;
const CHUNK = 100;

/** Writes (1) or deletes (0) a value if it still is what was read: ARGV: was there (1/0), what was read, what to do, new value, ms | keep | forever. */
const COMPARE_AND_SET = createScript(`
local found = redis.call('GET', KEYS[1])
if ARGV[1] == '0' and found then return 0 end
if ARGV[1] == '1' and found ~= ARGV[2] then return 0 end
if ARGV[3] == '0' then redis.call('DEL', KEYS[1])
elseif ARGV[5] == 'keep' then redis.call('SET', KEYS[1], ARGV[4], 'KEEPTTL')
elseif ARGV[5] == 'forever' then redis.call('SET', KEYS[1], ARGV[4])
else redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5]) end
return 1`);

/** Creates a store. */
export function createStore<Value>(declaration: StoreDeclaration<Value>, { client, clock, random }: StoreParts): RedisStore<Value> {
  const { name } = declaration;
  const keys = createStoreKeys(name);
  const values = createStoreValues(declaration);

  const toTtl = (ttlSeconds: number | 'keep' = declaration.ttlSeconds): number | 'keep' | 'forever' => {
    if (ttlSeconds === 'keep') return 'keep';
    assertTtl(name, ttlSeconds);
    return ttlSeconds === Infinity ? 'forever' : Math.ceil(ttlSeconds * 1_000);
  };
  const read = (texts: readonly (string | null)[]): Promise<(Value | undefined)[]> =>
    Promise.all(texts.map(async (text) => (text === null ? undefined : values.fromText(text))));

  const store: RedisStore<Value> = {
    name,
    async get(id) {
      const [value] = await store.getMany([id]);
      return value;
    },
    async getMany(ids) {
      const found: (Value | undefined)[] = [];
      const all = ids.map((id) => keys.toKey(id));
      for (let start = 0; start < all.length; start += CHUNK) found.push(...(await read(await client.mget(all.slice(start, start + CHUNK)))));
      return found;
    },
    async set(id, value, options) {
      const key = keys.toKey(id);
      const ttl = toTtl(options?.ttlSeconds);
      const text = await values.toText(value);
      if (ttl === 'keep') await client.set(key, text, 'KEEPTTL');
      else if (ttl === 'forever') await client.set(key, text);
      else await client.set(key, text, 'PX', ttl);
    },
    async update(id, change, options) {
      const key = keys.toKey(id);
      const ttl = toTtl(options?.ttlSeconds);
      for (let attempt = 0; attempt < UPDATE_ATTEMPTS; attempt++) {
        if (attempt > 0) await clock.sleep(random.integer(0, Math.min(attempt, MAX_PAUSE_MS)));
        const [bytes = null] = await client.mgetBuffer(key);
        const [present] = await read([bytes === null ? null : bytes.toString()]);
        const changed = await change(present);
        const [exists, found] = bytes === null ? [0, ''] : [1, bytes];
        const [writes, text] = changed === undefined ? [0, ''] : [1, await values.toText(changed)];
        if ((await runScript(client, COMPARE_AND_SET, key, exists, found, writes, text, ttl)) === 1) return changed;
      }
      throw new RedisUpdateConflictError({ store: name, attempts: UPDATE_ATTEMPTS });
    },
    delete: async (id) => (await client.unlink(keys.toKey(id))) === 1,
    has: async (id) => (await client.exists(keys.toKey(id))) === 1,
    async touch(id, options) {
      const key = keys.toKey(id);
      const ttl = toTtl(options?.ttlSeconds);
      if (typeof ttl === 'number') return (await client.pexpire(key, ttl)) === 1;
      await client.persist(key);
      return store.has(id);
    },
    async ttl(id) {
      const restMs = await client.pttl(keys.toKey(id));
      return restMs === -2 ? undefined : restMs === -1 ? Infinity : restMs / 1_000;
    },
    async *list({ match, limit = Infinity } = {}) {
      const beginning = toBeginning(match);
      const matches = createMatcher(match);
      const seen = new Set<string>();
      let count = 0;
      if (limit <= 0) return;
      for await (const found of scanKeys(client, beginning === '' ? keys.keyspace : keys.toKey(beginning))) {
        const ids = found.flatMap((key) => keys.toId(key) ?? []).filter((id) => matches(id) && !seen.has(id));
        for (const id of ids) seen.add(id);
        const present = await store.getMany(ids);
        for (const [index, id] of ids.entries()) {
          const value = present[index];
          if (value === undefined) continue;
          yield [id, value];
          if (++count >= limit) return;
        }
      }
    },
    async clear() {
      let count = 0;
      for await (const found of scanKeys(client, keys.keyspace)) if (found.length > 0) count += await client.unlink(found);
      return count;
    },
  };
  return store;
}

import { defineStore, type RedisStore } from '@oxidite/redis';
import { withAmbientSignal } from '@oxidite/plugin-sdk';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { serviceUrl } from '../../services/service-url.ts';
import { boot, type Booted, catchError, describeOnRedis } from '../support/boot.ts';

const Cart = defineStore('cart', { schema: z.object({ lines: z.array(z.object({ item: z.string(), count: z.int().min(1) })) }), ttlSeconds: 3_600 });
const Counter = defineStore('counter', { schema: z.int() });
const Text = defineStore('text', { schema: z.string(), maxBytes: 20 });

const date = z.codec(z.iso.datetime(), z.date(), { decode: (text) => new Date(text), encode: (at) => at.toISOString() });
const bigint = z.codec(z.string().regex(/^-?\d+$/), z.bigint(), { decode: BigInt, encode: String });

const HOSTILE_IDS = ['*', '?', '[a-z]', '..', 'a:b', 'cart:1', '\n', '\0', ' ', 'ä', '😀', '%', '%41', '{x}', "'; FLUSHALL", '\r\nSET a b\r\n', '__proto__'];

describeOnRedis('a store', () => {
  let shop: Booted;
  let carts: RedisStore<{ lines: { item: string; count: number }[] }>;
  let counters: RedisStore<number>;
  let texts: RedisStore<string>;

  beforeAll(async () => {
    shop = await boot();
    [carts, counters, texts] = [shop.redis.store(Cart), shop.redis.store(Counter), shop.redis.store(Text)];
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('keeps values under ids', async () => {
    expect(await carts.get('1')).toBe(undefined);
    await carts.set('1', { lines: [{ item: 'lamp', count: 2 }] });
    expect(await carts.get('1')).toEqual({ lines: [{ item: 'lamp', count: 2 }] });
    expect([await carts.has('1'), await carts.has('2')]).toEqual([true, false]);
    expect([await carts.delete('1'), await carts.delete('1')]).toEqual([true, false]);
    expect(await carts.get('1')).toBe(undefined);
    expect(shop.redis.store(Cart)).toBe(carts);
  });

  it('returns many in the order of their ids', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `many-${index}`);
    for (const [index, id] of ids.entries()) if (index % 2 === 0) await counters.set(id, index);
    expect(await counters.getMany(ids)).toEqual(ids.map((_, index) => (index % 2 === 0 ? index : undefined)));
    expect(await counters.getMany([])).toEqual([]);
  });

  it('takes any id, and none of them reaches another', async () => {
    for (const [index, id] of HOSTILE_IDS.entries()) await texts.set(id, `number ${index}`);
    for (const [index, id] of HOSTILE_IDS.entries()) expect(await texts.get(id)).toBe(`number ${index}`);
    const found: string[] = [];
    for await (const [id] of texts.list()) found.push(id);
    expect(found.toSorted()).toEqual(HOSTILE_IDS.toSorted());
    for (const id of HOSTILE_IDS) {
      const matched: string[] = [];
      for await (const [one] of texts.list({ match: id })) matched.push(one);
      expect(matched).toEqual(id === '*' ? expect.arrayContaining(HOSTILE_IDS) : [id]);
    }
    expect(await texts.clear()).toBe(HOSTILE_IDS.length);
  });

  it.each([
    ['another type', { lines: 'none' }, 'lines: '],
    ['a part that does not fit', { lines: [{ item: 'lamp', count: 0 }] }, 'lines[0].count: '],
    ['nothing', undefined, 'the value: '],
  ])('refuses to write %s', async (_, value, message) => {
    const error = await catchError(carts.set('bad', value as never));
    expect(error).toMatchObject({ code: 'OXI_REDIS_VALUE_INVALID', store: 'cart', operation: 'write', message: expect.stringContaining(message) });
    expect(await carts.has('bad')).toBe(false);
  });

  it('takes values up to its limit in bytes, and no larger ones', async () => {
    await texts.set('full', 'x'.repeat(18));
    expect(await catchError(texts.set('full', 'ä'.repeat(10)))).toMatchObject({ code: 'OXI_REDIS_VALUE_TOO_LARGE', bytes: 22, maxBytes: 20 });
    expect(await catchError(texts.update('full', (text) => `${text ?? ''}x`))).toMatchObject({ code: 'OXI_REDIS_VALUE_TOO_LARGE' });
    expect(await texts.get('full')).toBe('x'.repeat(18));
  });

  it('writes no more of a value than is declared', async () => {
    await carts.set('extra', { lines: [], secret: 'x' } as never);
    expect(await shop.redis.client.get('cart:extra')).toBe('{"lines":[]}');
  });

  it('keeps dates and bigints with codecs, and says so without', async () => {
    const Visit = defineStore('visit', { schema: z.object({ at: date, bytes: bigint }) });
    const visits = shop.redis.store(Visit);
    const visit = { at: new Date(86_400_000), bytes: 2n ** 80n };
    await visits.set('1', visit);
    expect(await visits.get('1')).toEqual(visit);
    expect(await visits.update('1', (old) => (old === undefined ? undefined : { ...old, bytes: old.bytes + 1n }))).toEqual({ ...visit, bytes: 2n ** 80n + 1n });
    expect(await shop.redis.client.get('visit:1')).toBe('{"at":"1970-01-02T00:00:00.000Z","bytes":"1208925819614629174706177"}');

    const cases = [
      [z.date(), new Date()],
      [z.bigint(), 1n],
      [z.map(z.string(), z.int()), new Map([['a', 1]])],
      [z.string().transform(Number), 1],
      [v.date(), new Date()],
      [v.bigint(), 1n],
    ] as const;
    for (const [index, [schema, value]] of cases.entries()) {
      const plain = shop.redis.store(defineStore(`plain${'abcdef'[index]}`, { schema }));
      expect(await catchError(plain.set('1', value as never))).toMatchObject({ code: 'OXI_REDIS_VALUE_INVALID', message: expect.stringContaining('odec') });
    }
  });

  it('takes schemas of any library', async () => {
    const users = shop.redis.store(defineStore('user', { schema: v.object({ name: v.string() }) }));
    await users.set('1', { name: 'Ada' });
    expect(await users.get('1')).toEqual({ name: 'Ada' });
    expect(await catchError(users.set('1', { name: 1 } as never))).toMatchObject({ code: 'OXI_REDIS_VALUE_INVALID' });
  });

  it.each([
    ['of an older shape', '{"items":[]}'],
    ['that is not JSON', '{'],
  ])('does not hand out a value %s', async (_, text) => {
    await shop.redis.client.set('cart:old', text);
    const error = await catchError(carts.get('old'));
    expect(error).toMatchObject({ code: 'OXI_REDIS_VALUE_INVALID', operation: 'read' });
    expect(await catchError(carts.update('old', () => ({ lines: [] })))).toMatchObject({ code: 'OXI_REDIS_VALUE_INVALID' });
    await carts.delete('old');
  });

  it('ignores such values when it is declared so, and keeps them until they are overwritten', async () => {
    const drafts = shop.redis.store(defineStore('draft', { schema: z.object({ title: z.string() }), onInvalid: 'ignore' }));
    await shop.redis.client.set('draft:1', '{"name":"x"}');
    expect([await drafts.get('1'), await drafts.has('1')]).toEqual([undefined, true]);
    expect(await drafts.update('1', (old) => old ?? { title: 'new' })).toEqual({ title: 'new' });
    expect(await drafts.get('1')).toEqual({ title: 'new' });
  });

  it('lets values end', async () => {
    await counters.set('short', 1, { ttlSeconds: 0.05 });
    await expect.poll(() => counters.get('short'), { interval: 10 }).toBe(undefined);
    await carts.set('day', { lines: [] });
    expect(await carts.ttl('day')).toBeGreaterThan(3_590);
    await carts.set('day', { lines: [] }, { ttlSeconds: 86_400 });
    expect(await carts.ttl('day')).toBeGreaterThan(86_390);
    await carts.set('day', { lines: [] }, { ttlSeconds: 'keep' });
    expect(await carts.ttl('day')).toBeGreaterThan(86_390);
    await carts.update('day', (old) => old, { ttlSeconds: 'keep' });
    expect(await carts.ttl('day')).toBeGreaterThan(86_390);
    await carts.update('day', (old) => old);
    expect(await carts.ttl('day')).toBeLessThanOrEqual(3_600);
    await carts.set('day', { lines: [] }, { ttlSeconds: Infinity });
    expect([await carts.ttl('day'), await carts.ttl('none')]).toEqual([Infinity, undefined]);
    expect(await catchError(carts.set('day', { lines: [] }, { ttlSeconds: -1 }))).toMatchObject({ code: 'OXI_REDIS_TTL_INVALID', ttlSeconds: -1 });
  });

  it('lets values live on', async () => {
    await carts.set('touched', { lines: [] }, { ttlSeconds: 10 });
    expect([await carts.touch('touched'), await carts.touch('none')]).toEqual([true, false]);
    expect(await carts.ttl('touched')).toBeGreaterThan(3_590);
    expect(await carts.touch('touched', { ttlSeconds: Infinity })).toBe(true);
    expect(await carts.ttl('touched')).toBe(Infinity);
    expect(await counters.touch('none')).toBe(false);
  });

  it('loses no update of several clients', async () => {
    const url = await serviceUrl('REDIS_URL');
    const keyPrefix = shop.redis.client.options.keyPrefix ?? '';
    const others = await Promise.all(Array.from({ length: 3 }, () => boot({ url, keyPrefix })));
    const all = [shop, ...others].map((one) => one.redis.store(Counter));
    await Promise.all(all.flatMap((one) => Array.from({ length: 10 }, () => one.update('shared', (count = 0) => count + 1))));
    expect(await counters.get('shared')).toBe(40);
    await Promise.all(others.map((one) => one[Symbol.asyncDispose]()));
  });

  it('calls a change again with what others wrote, and gives up some time', async () => {
    const seen: (number | undefined)[] = [];
    const written = await counters.update('raced', async (count) => {
      seen.push(count);
      if (seen.length === 1) await counters.set('raced', 5);
      return (count ?? 0) + 1;
    });
    expect([seen, written]).toEqual([[undefined, 5], 6]);
    let others = 0;
    const lost = counters.update('raced', async (count) => {
      await counters.set('raced', --others);
      return count;
    });
    expect(await catchError(lost)).toMatchObject({ code: 'OXI_REDIS_UPDATE_CONFLICT', status: 409, attempts: 100 });
  });

  it('deletes what is changed to nothing, and leaves what an error kept', async () => {
    await counters.set('gone', 1);
    expect(await counters.update('gone', () => undefined)).toBe(undefined);
    expect(await counters.has('gone')).toBe(false);
    expect(await counters.update('gone', () => undefined)).toBe(undefined);
    await counters.set('kept', 1);
    await expect(
      counters.update('kept', () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await counters.get('kept')).toBe(1);
  });

  it('works on after the server has forgotten its scripts', async () => {
    await counters.update('script', () => 1);
    await shop.redis.client.script('FLUSH');
    expect(await counters.update('script', (count = 0) => count + 1)).toBe(2);
  });

  it('lists ids and values that match, up to a limit', async () => {
    const notes = shop.redis.store(defineStore('note', { schema: z.int() }));
    await Promise.all(Array.from({ length: 1_200 }, (_, index) => notes.set(`${index % 2 === 0 ? 'even' : 'odd'}:${index}`, index)));
    await shop.redis.client.set('note:%', 'not ours');
    const list = async (options?: Parameters<typeof notes.list>[0]): Promise<(readonly [string, number])[]> => {
      const found: (readonly [string, number])[] = [];
      for await (const entry of notes.list(options)) found.push(entry);
      return found;
    };
    const all = await list();
    expect(all.map(([, value]) => value).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_200 }, (_, index) => index));
    expect(await list({ match: 'even:*' })).toHaveLength(600);
    expect((await list({ match: 'odd:*99' })).map(([id]) => id).toSorted()).toEqual([
      'odd:1099',
      'odd:1199',
      'odd:199',
      'odd:299',
      'odd:399',
      'odd:499',
      'odd:599',
      'odd:699',
      'odd:799',
      'odd:899',
      'odd:99',
      'odd:999',
    ]);
    expect(await list({ match: 'even:4' })).toEqual([['even:4', 4]]);
    expect(await list({ limit: 7 })).toHaveLength(7);
    expect(await list({ limit: 0 })).toEqual([]);
    expect(await notes.clear()).toBe(1_201);
    expect(await list()).toEqual([]);
  });

  it('clears itself and no other', async () => {
    await counters.set('stays', 1);
    await texts.set('goes', 'x');
    await texts.clear();
    expect([await counters.get('stays'), await texts.has('goes')]).toEqual([1, false]);
  });

  it('ends with its caller', async () => {
    const gone = new Error('the client has left');
    const caller = new AbortController();
    caller.abort(gone);
    expect(await catchError(withAmbientSignal(caller, () => counters.update('left', () => 1)))).toBe(gone);
    expect(await counters.has('left')).toBe(false);
  });
});

import { defineStore, type InferStore, type RedisService } from '@oxidite/redis';
import type { Services } from '@oxidite/plugin-sdk';
import * as v from 'valibot';
import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod';

declare const redis: RedisService;
const never = (): boolean => false;

describe('the types of redis', () => {
  it('give values as the schema puts them out, whoever wrote the schema', () => {
    if (!never()) return;
    const date = z.codec(z.iso.datetime(), z.date(), { decode: (text) => new Date(text), encode: (at) => at.toISOString() });
    const visits = defineStore('visit', { schema: z.object({ at: date, count: z.int().default(0) }) });
    expectTypeOf<InferStore<typeof visits>>().toEqualTypeOf<{ at: Date; count: number }>();
    expectTypeOf(redis.store(visits).get('')).resolves.toEqualTypeOf<{ at: Date; count: number } | undefined>();
    expectTypeOf(redis.store(defineStore('user', { schema: v.object({ id: v.string() }) })).get('')).resolves.toEqualTypeOf<{ id: string } | undefined>();
    // @ts-expect-error a date is a date here, not its text
    void redis.store(visits).set('', { at: '2026-01-01', count: 1 });
  });

  it('make the service known, and a lock return what its work does', () => {
    expectTypeOf<Services['redis']>().toEqualTypeOf<RedisService>();
    if (!never()) return;
    expectTypeOf(redis.lock('a', { ttlMs: 1 }, async () => 1)).resolves.toEqualTypeOf<number>();
  });
});

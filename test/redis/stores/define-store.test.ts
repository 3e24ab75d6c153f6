import { defineStore, isStore } from '@oxidite/redis';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const schema = z.string();

describe('defineStore()', () => {
  it('declares data, with defaults', () => {
    const Name = defineStore('shop:name', { schema });
    expect(Name).toMatchObject({ name: 'shop:name', ttlSeconds: Infinity, maxBytes: 65_536, onInvalid: 'throw', connection: undefined });
    expect(Object.isFrozen(Name)).toBe(true);
    expect([isStore(Name), isStore({}), isStore(null)]).toEqual([true, false, false]);
  });

  it.each(['', 'Cart', 'a*', 'a:', ':a', 'a::b', 'a b', 'a[b]', 'a\nb', 'ä'])('refuses the name %j', (name) => {
    expect(() => defineStore(name, { schema })).toThrow(expect.objectContaining({ code: 'OXI_REDIS_STORE_INVALID' }));
  });

  it.each([0, -1, Number.NaN, 1e12])('refuses to keep values for %d seconds', (ttlSeconds) => {
    expect(() => defineStore('a', { schema, ttlSeconds })).toThrow(expect.objectContaining({ code: 'OXI_REDIS_TTL_INVALID' }));
  });

  it.each([0, 1.5, Number.NaN, Infinity])('refuses %d bytes at most', (maxBytes) => {
    expect(() => defineStore('a', { schema, maxBytes })).toThrow(expect.objectContaining({ code: 'OXI_REDIS_STORE_INVALID' }));
  });
});

import { defineStore, redis } from '@oxidite/redis';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { serviceUrl } from '../../services/service-url.ts';
import { boot, catchError, describeOnRedis } from '../support/boot.ts';

const schema = z.string();

function createRoot(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(import.meta.dirname, '.fixtures-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'app/stores'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'app/stores', name), text);
  return root;
}

describeOnRedis('the keyspaces', () => {
  it.each([
    ['one name', 'cart', 'cart'],
    ['a name within another', 'shop', 'shop:cart'],
    ['a name around another', 'shop:cart', 'shop'],
    ['the name of the locks', 'lock', undefined],
    ['a name within that of the locks', 'lock:a', undefined],
  ])('refuse two owners of %s', async (_, name, other) => {
    const stores = [name, other].flatMap((one) => (one === undefined ? [] : defineStore(one, { schema })));
    const error = await catchError(boot({ stores }));
    expect(error).toMatchObject({ cause: { code: 'OXI_REDIS_STORE_CONFLICT' } });
  });

  it('keep names apart that only begin alike, and connections with other prefixes or databases', async () => {
    const url = await serviceUrl('REDIS_URL');
    const connections = { other: { url, keyPrefix: 'other:' }, database: { url: `${url}/7` }, same: { url } };
    const at = (connection: string): ReturnType<typeof defineStore<typeof schema>> => defineStore('cart', { schema, connection });
    await using shop = await boot({ connections });
    for (const store of [defineStore('cart', { schema }), defineStore('carts', { schema }), defineStore('car', { schema }), at('other'), at('database')])
      shop.redis.store(store);
    expect(() => shop.redis.store(at('same'))).toThrow(expect.objectContaining({ code: 'OXI_REDIS_STORE_CONFLICT', store: 'cart', other: 'cart' }));
    expect(() => shop.redis.store(at('none'))).toThrow(expect.objectContaining({ code: 'OXI_REDIS_CONNECTION_UNKNOWN' }));
  });

  it('know the stores in app/stores from the start', async () => {
    const root = createRoot({
      'cart.ts':
        "import { defineStore } from '@oxidite/redis';\nimport * as z from 'zod';\nexport const Cart = defineStore('cart', { schema: z.string() });\nexport const other = 1;",
      'cart.test.ts': "throw new Error('not a store');",
    });
    await using shop = await boot({}, { root });
    expect(shop.redis.keyspaces()).toEqual([
      { name: 'lock', connection: 'default', beginning: 'lock:' },
      { name: 'cart', connection: 'default', beginning: 'cart:' },
    ]);
  });

  it('say which file of stores cannot be imported', async () => {
    const root = createRoot({ 'bad.ts': "throw new Error('broken');" });
    await expect(boot({}, { root })).rejects.toMatchObject({ cause: { code: 'OXI_REDIS_STORE_IMPORT', file: join(root, 'app/stores/bad.ts') } });
  });

  it('are a matter of the plugin, not of the declarations', () => {
    expect(() => [defineStore('cart', { schema }), defineStore('cart', { schema }), redis()]).not.toThrow();
  });
});

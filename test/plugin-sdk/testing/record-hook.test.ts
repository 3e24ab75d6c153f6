import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, recordHook } from '@oxidite/plugin-sdk/testing';
import { AsyncSeriesHook, SyncWaterfallHook } from 'tapable';
import { describe, expect, expectTypeOf, it } from 'vitest';

declare module '@oxidite/kernel' {
  interface HookRegistry {
    'recorded:saved': AsyncSeriesHook<[id: number, by: string]>;
    'recorded:price': SyncWaterfallHook<[price: number]>;
  }
}

const saved = new AsyncSeriesHook<[number, string]>(['id', 'by'], 'recorded:saved');
const price = new SyncWaterfallHook<[number]>(['price'], 'recorded:price');
const recorded = definePlugin({
  name: 'recorded',
  version: '1.0.0',
  setup(kernel) {
    kernel.declareHook('recorded:saved', saved);
    kernel.declareHook('recorded:price', price);
    kernel.tap('recorded:price', (value) => value * 2, { band: 'late' });
  },
});

describe('recordHook', () => {
  it('records the arguments of each call, in order, after everybody else', async () => {
    await using kernel = await createTestKernel({ plugins: [recorded()] });
    const saves = recordHook(kernel, 'recorded:saved');
    const prices = recordHook(kernel, 'recorded:price');
    await saved.promise(1, 'Ada');
    await saved.promise(2, 'Grace');
    expect(price.call(21)).toBe(42);
    expect(saves).toEqual([
      [1, 'Ada'],
      [2, 'Grace'],
    ]);
    expect(prices).toEqual([[42]]);
    expectTypeOf(saves).toEqualTypeOf<readonly [id: number, by: string][]>();
  });
});

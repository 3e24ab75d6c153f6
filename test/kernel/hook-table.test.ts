import * as fc from 'fast-check';
import {
  AsyncParallelBailHook,
  AsyncParallelHook,
  AsyncSeriesBailHook,
  AsyncSeriesHook,
  AsyncSeriesWaterfallHook,
  SyncBailHook,
  SyncHook,
  SyncWaterfallHook,
} from 'tapable';
import { describe, expect, it } from 'vitest';
import { HookDuplicateError, type TapBand, TapError } from '@oxidite/kernel';
import { HookTable } from '../../kernel/src/hook-table.ts';
import { type PluginTask, runEach } from '../../kernel/src/resource-ledger.ts';
import { thrownBy } from './support/plugins.ts';

/** A table without the taking of times, as it is after the boot, or with it. */
function createTable(isTimed = false, now: () => number = () => 0): HookTable {
  const table = new HookTable(now);
  if (!isTimed) table.endTiming();
  return table;
}

function ranks(...plugins: readonly string[]): ReadonlyMap<string, number> {
  return new Map(plugins.map((plugin, rank) => [plugin, rank]));
}

describe.each([
  ['after the boot', false],
  ['while its taps are timed', true],
])('a hook %s', (_title, isTimed) => {
  it('observes with a SyncHook of any number of arguments', () => {
    const seen: unknown[][] = [];
    const args = ['a', 'b', 'c', 'd']; // tapable's types want a list of known length, hence the casts
    for (let count = 0; count <= args.length; count++) {
      const hook = new SyncHook<unknown[]>(args.slice(0, count) as never);
      const table = createTable(isTimed);
      table.declare('x:y', hook, 'a');
      table.tap('x:y', (...values) => seen.push(values), 'a');
      hook.call(...args.slice(0, count));
    }
    expect(seen).toEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']]);
  });

  it('observes with an AsyncSeriesHook of any number of arguments', async () => {
    const seen: unknown[][] = [];
    const args = ['a', 'b', 'c', 'd'];
    for (let count = 0; count <= args.length; count++) {
      const hook = new AsyncSeriesHook<unknown[]>(args.slice(0, count) as never);
      const table = createTable(isTimed);
      table.declare('x:y', hook, 'a');
      table.tap('x:y', (...values) => void seen.push(values), 'a');
      table.tap('x:y', async (...values) => void seen.push(values), 'a');
      await hook.promise(...args.slice(0, count));
    }
    expect(seen).toEqual([[], [], ['a'], ['a'], ['a', 'b'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd']]);
  });

  it('transforms with a SyncWaterfallHook; undefined leaves the value', () => {
    const hook = new SyncWaterfallHook<[number, string]>(['height', 'by']);
    const table = createTable(isTimed);
    table.declare('x:y', hook, 'a');
    table.tap('x:y', (height) => (height as number) + 1, 'a');
    table.tap('x:y', () => undefined, 'b');
    table.tap('x:y', (height) => (height as number) * 2, 'c');
    expect(hook.call(1, 'x')).toBe(4);
  });

  it('decides with a SyncBailHook; the first answer counts', () => {
    const hook = new SyncBailHook<[string], number>(['name']);
    const table = createTable(isTimed);
    table.declare('x:y', hook, 'a');
    table.tap('x:y', () => undefined, 'a');
    table.tap('x:y', () => 2, 'b');
    table.tap('x:y', () => 3, 'c');
    expect(hook.call('x')).toBe(2);
  });

  it('runs an AsyncSeriesHook one tap after the other', async () => {
    const hook = new AsyncSeriesHook<[string[]]>(['log']);
    const table = createTable(isTimed);
    table.declare('x:y', hook, 'a');
    table.tap(
      'x:y',
      async (log) => {
        await Promise.resolve();
        (log as string[]).push('first');
      },
      'a',
    );
    table.tap('x:y', (log) => void (log as string[]).push('second'), 'b');
    const log: string[] = [];
    await hook.promise(log);
    expect(log).toEqual(['first', 'second']);
  });

  it('runs an AsyncParallelHook side by side', async () => {
    const hook = new AsyncParallelHook<[string[]]>(['log']);
    const table = createTable(isTimed);
    table.declare('x:y', hook, 'a');
    table.tap(
      'x:y',
      async (log) => {
        await Promise.resolve();
        (log as string[]).push('late');
      },
      'a',
    );
    table.tap('x:y', (log) => void (log as string[]).push('early'), 'b');
    const log: string[] = [];
    await hook.promise(log);
    expect(log).toEqual(['early', 'late']);
  });

  it('transforms with an AsyncSeriesWaterfallHook and decides with asynchronous bail hooks', async () => {
    const table = createTable(isTimed);
    const waterfall = new AsyncSeriesWaterfallHook<[number]>(['height']);
    table.declare('x:waterfall', waterfall, 'a');
    table.tap('x:waterfall', async (height) => (height as number) + 1, 'a');
    table.tap('x:waterfall', () => undefined, 'a');
    table.tap('x:waterfall', (height) => (height as number) * 2, 'a');
    await expect(waterfall.promise(1)).resolves.toBe(4);
    const series = new AsyncSeriesBailHook<[string], number>(['name']);
    const parallel = new AsyncParallelBailHook<[string], number>(['name']);
    for (const [name, hook] of [
      ['x:series', series],
      ['x:parallel', parallel],
    ] as const) {
      table.declare(name, hook, 'a');
      table.tap(name, async () => undefined, 'a');
      table.tap(name, () => 2, 'a');
      await expect(hook.promise('x')).resolves.toBe(2);
    }
  });

  it.each([0, 1, 2, 3, 4])('names plugin and hook when a tap of a SyncHook with %d arguments throws', async (count) => {
    const hook = new SyncHook<unknown[]>(['a', 'b', 'c', 'd'].slice(0, count) as never);
    const table = createTable(isTimed);
    const cause = new RangeError('too high');
    table.declare('grove:grown', hook, 'a');
    table.tap(
      'grove:grown',
      () => {
        throw cause;
      },
      '@acme/tree',
    );
    const error = await thrownBy(() => hook.call());
    expect(error).toBeInstanceOf(TapError);
    expect(error).toMatchObject({ code: 'OXI_HOOK_TAP', plugin: '@acme/tree', hook: 'grove:grown', cause });
    expect(error.message).toBe('Plugin "@acme/tree" failed in hook "grove:grown": too high. Correct what it taps there, or take it off the list.');
  });

  it.each([0, 1, 2, 3, 4])('names plugin and hook when a tap of an AsyncSeriesHook with %d arguments throws or rejects', async (count) => {
    for (const fail of [
      () => {
        throw new RangeError('too high');
      },
      () => Promise.reject(new RangeError('too high')),
      () => Promise.reject(undefined),
    ]) {
      const hook = new AsyncSeriesHook<unknown[]>(['a', 'b', 'c', 'd'].slice(0, count) as never);
      const table = createTable(isTimed);
      table.declare('grove:grown', hook, 'a');
      table.tap('grove:grown', fail, '@acme/tree');
      await expect(hook.promise()).rejects.toMatchObject({ code: 'OXI_HOOK_TAP', plugin: '@acme/tree', hook: 'grove:grown' });
    }
  });

  it('leaves the blame with the innermost tap', async () => {
    const inner = new AsyncSeriesHook<[]>([]);
    const outer = new AsyncSeriesHook<[]>([]);
    const table = createTable(isTimed);
    table.declare('x:inner', inner, 'a');
    table.declare('x:outer', outer, 'a');
    table.tap('x:outer', () => inner.promise(), 'outer plugin');
    table.tap(
      'x:inner',
      () => {
        throw new Error('deep');
      },
      'inner plugin',
    );
    await expect(outer.promise()).rejects.toMatchObject({ plugin: 'inner plugin', hook: 'x:inner', cause: new Error('deep') });
  });
});

describe('HookTable', () => {
  it('runs taps in the order of the plugins, whenever they were made', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 5 }), fc.nat(5), (registration, declaredAfter) => {
        const hook = new SyncHook<[string[]]>(['log']);
        const table = createTable();
        for (const [index, plugin] of registration.entries()) {
          if (index === declaredAfter) table.declare('x:y', hook, 'owner');
          table.tap('x:y', (log) => (log as string[]).push(plugin), plugin);
        }
        if (declaredAfter === 5) table.declare('x:y', hook, 'owner');
        table.setRanks(ranks('a', 'b', 'c', 'd', 'e'));
        const log: string[] = [];
        hook.call(log);
        expect(log).toEqual(['a', 'b', 'c', 'd', 'e']);
      }),
    );
  });

  it('puts bands before ranks, and keeps the order of taps of one plugin in one band', () => {
    const bands: readonly TapBand[] = ['first', 'early', 'normal', 'late', 'last'];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...bands)), { maxLength: 30 }), (taps) => {
        const hook = new SyncHook<[number[]]>(['log']);
        const table = createTable();
        table.setRanks(ranks('c', 'b', 'a'));
        table.declare('x:y', hook, 'owner');
        for (const [index, [plugin, band]] of taps.entries()) table.tap('x:y', (log) => (log as number[]).push(index), plugin, band);
        const log: number[] = [];
        hook.call(log);
        const expected = [...taps.entries()].toSorted(
          ([, [leftPlugin, left]], [, [rightPlugin, right]]) =>
            bands.indexOf(left) - bands.indexOf(right) || 'cba'.indexOf(leftPlugin) - 'cba'.indexOf(rightPlugin),
        );
        expect(log).toEqual(expected.map(([index]) => index));
        expect(table.list()[0]?.taps.map(({ plugin }) => plugin)).toEqual(expected.map(([, [plugin]]) => plugin));
      }),
    );
  });

  it('puts a plugin without a rank, like the application, after all others of its band', () => {
    const hook = new SyncHook<[string[]]>(['log']);
    const table = createTable();
    table.setRanks(ranks('a'));
    table.declare('x:y', hook, 'a');
    table.tap('x:y', (log) => (log as string[]).push('application'), 'application');
    table.tap('x:y', (log) => (log as string[]).push('a'), 'a');
    table.tap('x:y', (log) => (log as string[]).push('late'), 'a', 'late');
    const log: string[] = [];
    hook.call(log);
    expect(log).toEqual(['a', 'application', 'late']);
  });

  it('runs a reversed hook from the last plugin to the first', () => {
    const hook = new SyncHook<[string[]]>(['log']);
    const table = createTable();
    table.declare('x:y', hook, 'owner', true);
    table.setRanks(ranks('a', 'b', 'c'));
    for (const plugin of ['b', 'c', 'a']) table.tap('x:y', (log) => (log as string[]).push(plugin), plugin);
    const log: string[] = [];
    hook.call(log);
    expect(log).toEqual(['c', 'b', 'a']);
  });

  it('refuses a second declaration', async () => {
    const table = createTable();
    table.declare('x:y', new SyncHook<[]>([]), 'first');
    const error = await thrownBy(() => table.declare('x:y', new SyncHook<[]>([]), 'second'));
    expect(error).toBeInstanceOf(HookDuplicateError);
    expect(error.message).toBe('The hook "x:y" is declared by "first" and by "second". Give one of them another name.');
  });

  it('never calls taps of a hook that nobody declares, and says so', () => {
    const table = createTable();
    table.tap('x:typo', () => undefined, 'a');
    expect(table.find('x:typo')).toBeUndefined();
    expect(table.find('x:other')).toBeUndefined();
    expect(table.list()).toEqual([{ name: 'x:typo', declaredBy: undefined, taps: [{ plugin: 'a', stage: 29_999, bootMs: 0 }] }]);
  });

  it('removes the taps of a plugin from a hook that has been called', () => {
    const hook = new SyncHook<[string[]]>(['log']);
    const table = createTable();
    table.declare('x:y', hook, 'owner');
    for (const plugin of ['a', 'b']) table.tap('x:y', (log) => (log as string[]).push(plugin), plugin);
    const log: string[] = [];
    hook.call(log);
    table.removePlugin('a');
    hook.call(log);
    expect(log).toEqual(['a', 'b', 'b']);
    table.removePlugin('b');
    expect(hook.isUsed()).toBe(false);
    expect(hook.interceptors).toEqual([]);
  });

  it('keeps taps that were made on the tapable hook itself', () => {
    const hook = new SyncHook<[string[]]>(['log']);
    const table = createTable();
    hook.tap('foreign', (log) => void log.push('foreign'));
    table.declare('x:y', hook, 'owner');
    table.tap('x:y', (log) => (log as string[]).push('a'), 'a');
    table.setRanks(ranks('owner', 'a'));
    table.removePlugin('a');
    table.removePlugin('owner');
    const log: string[] = [];
    hook.call(log);
    expect(log).toEqual(['foreign']);
  });

  it('keeps the taps of others for the next declaration of a removed hook', () => {
    const first = new SyncHook<[string[]]>(['log']);
    const second = new SyncHook<[string[]]>(['log']);
    const table = createTable();
    table.declare('x:y', first, 'owner');
    table.tap('x:y', (log) => (log as string[]).push('a'), 'a');
    table.removePlugin('owner');
    expect(first.isUsed()).toBe(false);
    table.declare('x:y', second, 'owner');
    const log: string[] = [];
    second.call(log);
    expect(log).toEqual(['a']);
    table.removePlugin('a');
    table.removePlugin('owner');
    table.removePlugin('nobody');
    expect(table.list()).toEqual([]);
  });

  it('keeps taps that wait when another plugin leaves', () => {
    const table = createTable();
    for (const plugin of ['a', 'b']) table.tap('x:y', () => undefined, plugin);
    table.removePlugin('a');
    expect(table.list()).toMatchObject([{ name: 'x:y', taps: [{ plugin: 'b' }] }]);
  });

  it('runs a tap that is added during a call from the next call on', () => {
    const hook = new SyncHook<[string[]]>(['log']);
    const table = createTable();
    table.declare('x:y', hook, 'owner');
    table.tap(
      'x:y',
      (log) => {
        (log as string[]).push('a');
        if ((log as string[]).length === 1) table.tap('x:y', (later) => (later as string[]).push('b'), 'b');
      },
      'a',
    );
    const log: string[] = [];
    hook.call(log);
    expect(log).toEqual(['a']);
    hook.call(log);
    expect(log).toEqual(['a', 'a', 'b']);
  });

  it('runs each tap of some plugins, and returns what failed', async () => {
    const table = createTable();
    const log: string[] = [];
    table.setRanks(ranks('a', 'b', 'c'));
    table.declare('x:y', new AsyncSeriesHook<[]>([]), 'owner');
    table.tap('x:y', async () => void log.push('b'), 'b');
    table.tap('x:y', () => Promise.reject(new Error('late')), 'a');
    table.tap('x:y', () => void log.push('a first'), 'a', 'first');
    table.tap('x:y', () => void log.push('c'), 'c');
    await expect(runEach(table.tasksOf('x:y', new Set(['a', 'b'])))).resolves.toEqual([
      { plugin: 'a', error: expect.objectContaining({ code: 'OXI_HOOK_TAP', hook: 'x:y' }) },
    ]);
    expect(log).toEqual(['a first', 'b']);
    await expect(runEach(table.tasksOf('x:y'))).resolves.toHaveLength(1);
    expect(table.tasksOf('x:other')).toEqual([]);
  });

  it.each([
    ['one after the other', async (tasks: readonly PluginTask[]) => expect(await runEach(tasks)).toEqual([]), ['sync', 'callback', 'callback done', 'promise']],
    ['side by side', (tasks: readonly PluginTask[]) => Promise.all(tasks.map(([, run]) => run())), ['sync', 'callback', 'promise', 'callback done']],
  ])('runs taps of every kind %s', async (_title, run, expected) => {
    const hook = new AsyncSeriesHook<[]>([]);
    const calls: string[] = [];
    hook.tap('sync', () => void calls.push('sync'));
    hook.tapAsync('callback', (done) => {
      calls.push('callback');
      queueMicrotask(() => {
        calls.push('callback done');
        done();
      });
    });
    hook.tapPromise('promise', async () => void calls.push('promise'));
    const table = createTable();
    table.declare('x:y', hook, 'owner');
    await run(table.tasksOf('x:y'));
    expect(calls).toEqual(expected);
  });

  it('fails when a tap calls back with an error', async () => {
    const hook = new AsyncSeriesHook<[]>([]);
    hook.tapAsync('broken', (done) => done(new Error('no')));
    const table = createTable();
    table.declare('x:y', hook, 'owner');
    await expect(runEach(table.tasksOf('x:y'))).resolves.toEqual([{ plugin: 'broken', error: new Error('no') }]);
  });

  it('takes the time of each tap until it is told to end', async () => {
    let nowMs = 0;
    const table = createTable(true, () => nowMs);
    const sync = new SyncHook<[]>([]);
    const series = new AsyncSeriesHook<[]>([]);
    table.declare('x:sync', sync, 'owner');
    table.declare('x:series', series, 'owner');
    table.tap('x:sync', () => void (nowMs += 5), 'a');
    table.tap(
      'x:series',
      async () => {
        await Promise.resolve();
        nowMs += 7;
      },
      'a',
    );
    table.tap(
      'x:series',
      () => {
        nowMs += 11;
        throw new Error('late');
      },
      'b',
    );
    sync.call();
    await thrownBy(series.promise());
    table.endTiming();
    sync.call();
    await thrownBy(series.promise());
    expect(table.list().flatMap(({ taps }) => taps.map(({ bootMs }) => bootMs))).toEqual([5, 7, 11]);
  });

  it('ends without telling interceptors of new taps', () => {
    const table = createTable(true);
    const hook = new SyncHook<[]>([]);
    const registered: string[] = [];
    hook.intercept({ register: (tap) => (registered.push(tap.name), tap) });
    table.declare('a:run', hook, 'a');
    let calls = 0;
    table.tap('a:run', () => void calls++, 'b');
    hook.tap('own', () => void calls++);
    table.endTiming();
    hook.call();
    expect([registered, calls]).toEqual([['b', 'own'], 2]);
  });
});

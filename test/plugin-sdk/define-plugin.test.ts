import { SyncHook } from 'tapable';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { isPlugin, isPluginFactory, type Logger, type Plugin } from '@oxidite/kernel';
import { definePlugin, type PluginScope } from '@oxidite/plugin-sdk';
import type { Tree } from '../kernel/support/services.ts';

const search = definePlugin({
  name: '@acme/search',
  version: '1.2.0',
  config: z.object({ url: z.string(), index: z.string().default('main') }),
  requires: ['amber'],
  optional: ['birch'],
  provides: ['cedar'],
  setup(kernel) {
    expectTypeOf(kernel.config).toEqualTypeOf<{ url: string; index: string }>();
    expectTypeOf(kernel.use('amber')).toEqualTypeOf<Tree>();
    expectTypeOf(kernel.use('birch')).toEqualTypeOf<Tree | undefined>();
    expectTypeOf(kernel.use('cedar')).toEqualTypeOf<Tree>();
    expectTypeOf(kernel.use('logger')).toEqualTypeOf<Logger>();
    // @ts-expect-error -- it is neither required, nor optional, nor provided
    kernel.use('dahlia');
    // @ts-expect-error -- there is no such service
    kernel.use('ambre');

    kernel.provide('cedar', ({ amber }, scope) => ({ kind: scope.isRoot ? amber.kind : 'x' }), { lifetime: 'scoped', dispose: (cedar) => void cedar.kind });
    // @ts-expect-error -- it is not declared in `provides`
    kernel.provide('amber', () => ({ kind: 'x' }));
    // @ts-expect-error -- the service has another type
    kernel.provide('cedar', () => ({ height: 1 }));
    // @ts-expect-error -- construction is synchronous
    kernel.provide('cedar', async () => ({ kind: 'x' }));
    // @ts-expect-error -- there is no such lifetime
    kernel.provide('cedar', () => ({ kind: 'x' }), { lifetime: 'request' });
  },
});

const tapper = definePlugin({
  name: 'tapper',
  version: '1.0.0',
  setup(kernel) {
    expectTypeOf(kernel.config).toEqualTypeOf<undefined>();

    kernel.tap('grove:grown', (name) => void expectTypeOf(name).toEqualTypeOf<string>());
    kernel.tap('grove:grown', () => undefined, { band: 'first' });
    // @ts-expect-error -- there is no such hook
    kernel.tap('grove:gorwn', () => undefined);
    // @ts-expect-error -- there is no such band
    kernel.tap('grove:grown', () => undefined, { band: 'top' });
    // @ts-expect-error -- the hook has one argument
    kernel.tap('grove:grown', (name: string, more: string) => void more);
    // @ts-expect-error -- a synchronous hook would not wait for it
    kernel.tap('grove:grown', async () => undefined);

    kernel.tap('grove:shaped', (height, by) => height + by.length);
    kernel.tap('grove:shaped', () => undefined);
    // @ts-expect-error -- a waterfall of numbers takes no text
    kernel.tap('grove:shaped', () => 'tall');
    // @ts-expect-error -- a synchronous waterfall takes no promise
    kernel.tap('grove:shaped', async (height) => height + 1);

    kernel.tap('grove:chosen', (name) => (name === 'x' ? 1 : undefined));
    // @ts-expect-error -- the answer is a number
    kernel.tap('grove:chosen', () => 'first');

    kernel.tap('grove:watered', (names) => void expectTypeOf(names).toEqualTypeOf<string[]>());
    kernel.tap('grove:watered', async (names) => void names.push('x'));
    kernel.tap('grove:fed', async () => undefined);
    kernel.tap('grove:pruned', async (height) => height - 1);
    kernel.tap('grove:pruned', (height) => height - 1);
    // @ts-expect-error -- a waterfall of numbers takes no text
    kernel.tap('grove:pruned', async () => 'short');
    kernel.tap('grove:sold', async (name) => (name === 'x' ? 1 : undefined));
    // @ts-expect-error -- the answer is a number
    kernel.tap('grove:sold', async () => 'x');
    kernel.tap('grove:rented', () => 1);

    const hook = kernel.declareHook('grove:grown', new SyncHook<[name: string]>(['name']));
    expectTypeOf(hook).toEqualTypeOf<SyncHook<[name: string]>>();
    // @ts-expect-error -- the hook has another type
    kernel.declareHook('grove:shaped', new SyncHook<[name: string]>(['name']));
    expectTypeOf(kernel.step('connect', Promise.resolve(1))).toEqualTypeOf<Promise<number>>();
  },
});

describe('definePlugin', () => {
  it('infers the options of the factory from any Standard Schema', () => {
    expectTypeOf(search).parameter(0).toEqualTypeOf<{ url: string; index?: string | undefined }>();
    expectTypeOf(search).returns.toEqualTypeOf<Plugin>();
    const check = (): void => {
      search({ url: 'x' });
      // @ts-expect-error -- an option is missing
      search({ index: 'x' });
      // @ts-expect-error -- an option is missing
      search();
      // @ts-expect-error -- an option has another type
      search({ url: 1 });
      // @ts-expect-error -- there is no such option
      search({ url: 'x', port: 1 });
      // @ts-expect-error -- it has no options
      tapper({});
    };
    expect(check).not.toThrow();
    const mail = definePlugin({
      name: 'mail',
      version: '1.0.0',
      config: v.object({ from: v.string() }),
      setup: (kernel) => void expectTypeOf(kernel.config).toEqualTypeOf<{ from: string }>(),
    });
    expectTypeOf(mail).parameter(0).toEqualTypeOf<{ from: string }>();
  });

  it('lets a factory be called without options when all may be left out', () => {
    const relaxed = definePlugin({ name: 'relaxed', version: '1.0.0', config: z.object({ port: z.number().default(3_000) }), setup: () => undefined });
    expect([relaxed(), relaxed({}), relaxed({ port: 1 }), tapper()].map(({ options }) => options)).toEqual([undefined, {}, { port: 1 }, undefined]);
  });

  it('refuses requirements that do not exist', () => {
    const check = (): void => {
      // @ts-expect-error -- there is no such service
      definePlugin({ name: 'a', version: '1.0.0', requires: ['ambre'], setup: () => undefined });
      // @ts-expect-error -- a version is missing
      definePlugin({ name: 'a', setup: () => undefined });
      // @ts-expect-error -- a schema is wanted, not a function
      definePlugin({ name: 'a', version: '1.0.0', config: () => true, setup: () => undefined });
    };
    expect(check).not.toThrow();
  });

  it('gives the early phase only what exists so early', () => {
    const early = definePlugin({
      name: 'early',
      version: '1.0.0',
      config: z.object({ file: z.string() }),
      prepare(kernel) {
        expectTypeOf(kernel.config).toEqualTypeOf<{ file: string }>();
        kernel.tap('kernel:config', (options, context) => (context.plugin === kernel.config.file ? options : undefined));
        // @ts-expect-error -- no service exists yet
        kernel.use('clock');
      },
      setup: () => undefined,
    });
    expect(early.definition).toHaveProperty('prepare');
  });

  it('makes frozen plugins that every copy of the kernel recognizes', () => {
    const options = { url: 'x' };
    const plugin = search(options);
    expect([isPluginFactory(search), isPlugin(plugin), isPlugin(search), isPluginFactory(plugin), isPlugin(null), isPluginFactory(() => undefined)]).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(plugin.options).toBe(options);
    expect(plugin.definition).toBe(search.definition);
    expect([Object.isFrozen(plugin), Object.isFrozen(search)]).toEqual([true, true]);
    expect(Symbol.for('oxidite.plugin') in plugin).toBe(true);
  });

  it('types a scope that knows nothing of its plugin', () => {
    expectTypeOf<PluginScope['use']>().parameter(0).toExtend<string>();
  });
});

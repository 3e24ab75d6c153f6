import { definePlugin, type Plugin } from '@oxidite/plugin-sdk';
import { describePlugin, type UnloadOptions } from '@oxidite/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

interface Greeter {
  greet(): string;
}
declare module '@oxidite/kernel' {
  interface Services {
    readonly describedGreeter: Greeter;
    readonly describedStore: { readonly open: boolean };
  }
}

const store = definePlugin({
  name: 'store',
  version: '1.0.0',
  provides: ['describedStore'],
  setup: (kernel) => kernel.provide('describedStore', () => ({ open: true })),
});
const good = definePlugin({
  name: 'good',
  version: '1.0.0',
  config: z.object({ word: z.string() }),
  requires: ['describedStore'],
  provides: ['describedGreeter'],
  setup(kernel) {
    kernel.use('describedStore');
    kernel.provide('describedGreeter', () => ({ greet: () => kernel.config.word }));
    kernel.tap('kernel:boot', () => undefined);
    kernel.clock.setInterval(() => undefined, 1_000);
  },
});

describePlugin({ describe, it }, good({ word: 'hello' }), { plugins: [store()] });

/** Runs the suite outside of the runner and returns the failures by the name of the test. */
async function runSuite(plugin: Plugin, options: UnloadOptions = {}): Promise<Record<string, string>> {
  const tests: [string, () => Promise<void>][] = [];
  describePlugin({ describe: (_, define) => define(), it: (name, run) => tests.push([name, run]) }, plugin, options);
  const failures: Record<string, string> = {};
  for (const [name, run] of tests) await run().catch((error: Error) => (failures[name] = error.message));
  return failures;
}

describe('describePlugin', () => {
  const timers: NodeJS.Timeout[] = [];
  afterAll(() => timers.forEach((timer) => clearInterval(timer)));

  it('finds no fault with a good plugin', async () => {
    expect(await runSuite(good({ word: 'hello' }), { plugins: [store()] })).toEqual({});
  });

  it('fails a plugin that does not boot', async () => {
    const failures = await runSuite(definePlugin({ name: 'broken', version: '1.0.0', setup: () => Promise.reject(new Error('no')) })());
    expect(failures['boots, and provides the services it declares']).toMatch(/"broken".*no/);
  });

  it('fails a plugin that accepts any options', async () => {
    const failures = await runSuite(definePlugin({ name: 'lax', version: '1.0.0', config: z.unknown(), setup() {} })());
    expect(failures['refuses wrong options with an error that names it']).toMatch(/expected a PluginOptionsError, but got: undefined/);
  });

  it('fails a plugin that leaves a timer behind', async () => {
    const leaky = definePlugin({ name: 'leaky', version: '1.0.0', setup: () => void timers.push(setInterval(() => undefined, 60_000)) });
    expect((await runSuite(leaky()))['unloads clean, and can be loaded again']).toMatch(/1 x handle Timeout/);
  });

  it('lets a plugin do without a call that fails', async () => {
    const modest = definePlugin({
      name: 'modest',
      version: '1.0.0',
      setup(kernel) {
        try {
          kernel.tap('kernel:boot', () => undefined);
        } catch {
          // it only wanted to know
        }
      },
    });
    expect(await runSuite(modest())).toEqual({});
  });
});

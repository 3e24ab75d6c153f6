import { SyncHook } from 'tapable';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  DisposeError,
  type Kernel,
  type Plugin,
  PluginDuplicateError,
  PluginOptionsError,
  PluginRestartError,
  PluginSetupError,
  PluginUnknownError,
  ServiceMissingError,
} from '@oxidite/kernel';
import { kernelOf, type LooseDefinition, plugin, provider, thrownBy } from './support/plugins.ts';

let log: string[] = [];

/** A plugin that logs its life and provides its services as `{ kind: "name options" }`. */
function logging(definition: LooseDefinition, options?: unknown): Plugin {
  const { name } = definition;
  return plugin(
    {
      ...definition,
      async setup(kernel) {
        const text = kernel.config === undefined ? name : `${name} ${JSON.stringify(kernel.config)}`;
        log.push(`+${text}`);
        for (const service of definition.provides ?? []) kernel.provide(service as 'amber', () => ({ kind: text }));
        kernel.onDispose(() => void log.push(`-${text}`));
        await definition.setup?.(kernel);
      },
    },
    options,
  );
}

async function started(plugins: readonly Plugin[], options?: Parameters<typeof kernelOf>[1]): Promise<Kernel> {
  const kernel = kernelOf(plugins, options);
  await kernel.start();
  log = [];
  return kernel;
}

function statesOf(kernel: Kernel): Record<string, string> {
  return Object.fromEntries(kernel.describe().plugins.map(({ name, state }) => [name, state]));
}

describe('kernel.load', () => {
  it('adds a plugin and runs what it has missed', async () => {
    const phases: string[] = [];
    const late = logging({
      name: 'b',
      requires: ['amber'],
      setup: (kernel) => {
        kernel.tap('kernel:ready', () => void phases.push('ready'));
        kernel.tap('kernel:boot', () => void phases.push('boot'));
      },
    });
    const kernel = await started([logging({ name: 'a', provides: ['amber'] })]);
    await kernel.load(late);
    expect([log, phases]).toEqual([['+b'], ['boot', 'ready']]);
    expect(kernel.describe().plugins.map(({ name, place, state }) => [name, place, state])).toEqual([
      ['a', 'plugins[0] of the configuration', 'running'],
      ['b', 'load()', 'running'],
    ]);
    await kernel.stop();
    expect(log).toEqual(['+b', '-b', '-a']);
  });

  it('does not run what lies ahead of a kernel that only booted', async () => {
    const phases: string[] = [];
    const kernel = kernelOf([]);
    await kernel.boot();
    await kernel.load(
      plugin({ name: 'a', setup: (scope) => (['kernel:boot', 'kernel:ready'] as const).forEach((hook) => scope.tap(hook, () => void phases.push(hook))) }),
    );
    expect(phases).toEqual(['kernel:boot']);
    await kernel.start();
    expect(phases).toEqual(['kernel:boot', 'kernel:ready']);
  });

  it('puts its taps in their place by rank', async () => {
    const hook = new SyncHook<[name: string]>(['name']);
    const kernel = await started(
      [
        plugin({ name: 'owner', setup: (scope) => void scope.declareHook('grove:grown', hook) }),
        plugin({ name: 'z', setup: (scope) => scope.tap('grove:grown', () => void log.push('z')) }),
      ],
      { setup: (scope) => scope.tap('grove:grown', () => void log.push('application')) },
    );
    await kernel.load(plugin({ name: 'late', before: ['z'], setup: (scope) => scope.tap('grove:grown', () => void log.push('late')) }));
    hook.call('x');
    expect(log).toEqual(['late', 'z', 'application']);
  });

  it.each([
    ['a name that is taken', plugin({ name: 'a' }), PluginDuplicateError],
    ['a service that nobody provides', plugin({ name: 'b', requires: ['cedar'] }), ServiceMissingError],
    ['wrong options', plugin({ name: 'b', config: z.object({ port: z.number() }) }), PluginOptionsError],
    ['a set-up that fails', logging({ name: 'b', setup: () => Promise.reject(new Error('no licence')) }), PluginSetupError],
    [
      'a set-up that fails, even where that were no reason to end the boot',
      plugin({ name: 'b', critical: false, setup: () => Promise.reject(new Error('no licence')) }),
      PluginSetupError,
    ],
    [
      'a tap of kernel:boot that fails',
      plugin({ name: 'b', setup: (kernel) => kernel.tap('kernel:boot', () => Promise.reject(new Error('port in use'))) }),
      PluginSetupError,
    ],
  ])('leaves everything as it was when the plugin has %s', async (_title, added, type) => {
    const kernel = await started([logging({ name: 'a', provides: ['amber'] })]);
    const before = kernel.describe();
    await expect(thrownBy(kernel.load(added))).resolves.toBeInstanceOf(type);
    expect(kernel.describe()).toEqual(before);
    expect(log.filter((line) => line.includes('a'))).toEqual([]);
    await kernel.load(plugin({ name: 'b' }));
    expect(statesOf(kernel)).toEqual({ a: 'running', b: 'running' });
  });

  it('replaces the provider of a service when the application picked the new one, and gives it back', async () => {
    const kernel = await started([logging({ name: 'a', provides: ['amber'] })], { providers: { amber: 'b' } });
    expect(kernel.services.amber.kind).toBe('a');
    await kernel.load(logging({ name: 'b', provides: ['amber'] }));
    expect(kernel.services.amber.kind).toBe('b');
    await kernel.unload('b');
    expect(kernel.services.amber.kind).toBe('a');
    await expect(kernel.load(logging({ name: 'b', provides: ['amber'], setup: () => Promise.reject(new Error('no licence')) }))).rejects.toThrow('no licence');
    expect(kernel.services.amber.kind).toBe('a');
  });
});

describe('kernel.unload', () => {
  it('removes a plugin with all that depend on it, the last first', async () => {
    const kernel = await started([
      logging({ name: 'a', provides: ['amber'] }),
      logging({ name: 'b', requires: ['amber'], provides: ['birch'] }),
      logging({ name: 'c', requires: ['birch'] }),
      logging({ name: 'd' }),
    ]);
    await kernel.unload('a');
    expect(log).toEqual(['-c', '-b', '-a']);
    expect(statesOf(kernel)).toEqual({ d: 'running' });
    expect(kernel.describe().services.map(({ name }) => name)).toEqual(['clock', 'random', 'logger', 'env']);
    expect(() => kernel.use('amber')).toThrow('plugin "a", which provided it, was unloaded');
  });

  it('leaves those alone that use a service of another provider', async () => {
    const kernel = await started(
      [logging({ name: 'a', provides: ['amber'] }), logging({ name: 'b', provides: ['amber', 'birch'] }), logging({ name: 'c', requires: ['amber'] })],
      {
        providers: { amber: 'a' },
      },
    );
    await kernel.unload('b');
    expect(log).toEqual(['-b']);
    expect(kernel.services.amber.kind).toBe('a');
  });

  it('sets optional users up again without the service', async () => {
    const kernel = await started([
      logging({ name: 'a', provides: ['amber'] }),
      logging({ name: 'b', optional: ['amber'], provides: ['birch'], setup: (scope) => void log.push(`b uses ${scope.use('amber')?.kind}`) }),
      logging({ name: 'c', requires: ['birch'] }),
      logging({ name: 'd' }),
    ]);
    await kernel.unload('a');
    expect(log).toEqual(['-c', '-b', '-a', '+b', 'b uses undefined', '+c']);
    expect(statesOf(kernel)).toEqual({ b: 'running', c: 'running', d: 'running' });
  });

  it('runs the taps of kernel:shutdown of what it removes', async () => {
    const kernel = await started([
      plugin({ name: 'a', setup: (scope) => scope.tap('kernel:shutdown', () => void log.push('drained')) }),
      plugin({ name: 'b', setup: (scope) => scope.tap('kernel:shutdown', () => void log.push('b')) }),
    ]);
    await kernel.unload('a');
    expect(log).toEqual(['drained']);
  });

  it('removes everything and then reports what could not be closed', async () => {
    const kernel = await started([logging({ name: 'a', setup: (scope) => scope.onDispose(() => Promise.reject(new Error('stuck'))) }), logging({ name: 'b' })]);
    const error = await thrownBy(kernel.unload('a'));
    expect(error).toBeInstanceOf(DisposeError);
    expect(error).toMatchObject({ errors: [new Error('stuck')] });
    expect(log).toEqual(['-a']);
    expect(statesOf(kernel)).toEqual({ b: 'running' });
  });

  it('sets up what it can when an optional user fails without the service', async () => {
    const kernel = await started([
      logging({ name: 'a', provides: ['amber'] }),
      logging({
        name: 'b',
        optional: ['amber'],
        setup: (scope) => (scope.use('amber') === undefined ? Promise.reject(new Error('cannot do without')) : undefined),
      }),
      logging({ name: 'c', optional: ['amber'] }),
    ]);
    expect(statesOf(kernel)).toMatchObject({ a: 'running' });
    await expect(kernel.unload('a')).rejects.toThrow('Plugin "b", listed at plugins[1] of the configuration, failed in its set-up: cannot do without');
    expect(statesOf(kernel)).toEqual({ b: 'failed', c: 'running' });
  });

  it('refuses a name that is not loaded', async () => {
    const kernel = await started([plugin({ name: '@acme/search' })]);
    const error = await thrownBy(kernel.unload('@acme/serach'));
    expect(error).toBeInstanceOf(PluginUnknownError);
    expect(error.message).toBe('No plugin "@acme/serach" is loaded. Did you mean "@acme/search"? "oxidite plugins:list" shows the loaded ones.');
  });

  it('leaves the hooks of the kernel alone, whatever the plugin is called', async () => {
    await expect(kernelOf([plugin({ name: 'kernel' })]).boot()).rejects.toThrow('kernel and application are reserved');
  });

  it('lets a plugin come back', async () => {
    const a = logging({ name: 'a', provides: ['amber'] });
    const kernel = await started([a]);
    for (let round = 0; round < 3; round++) {
      await kernel.unload('a');
      await kernel.load(a);
      expect(kernel.services.amber.kind).toBe('a');
    }
    expect(log).toEqual(['-a', '+a', '-a', '+a', '-a', '+a']);
  });
});

describe('kernel.reconfigure', () => {
  const config = z.object({ port: z.number(), fails: z.boolean().optional() });
  const fails = (scope: { config: unknown }): Promise<void> =>
    (scope.config as z.infer<typeof config>).fails === true ? Promise.reject(new Error('port in use')) : Promise.resolve();

  it('sets a plugin and its dependents up again with other options', async () => {
    const kernel = await started([
      logging({ name: 'a', config, provides: ['amber'] }, { port: 1 }),
      logging({ name: 'b', requires: ['amber'] }),
      logging({ name: 'c', optional: ['amber'] }),
      logging({ name: 'd' }),
    ]);
    await kernel.reconfigure('a', { port: 2 });
    expect(log).toEqual(['-c', '-b', '-a {"port":1}', '+a {"port":2}', '+b', '+c']);
    expect(kernel.services.amber.kind).toBe('a {"port":2}');
    expect(statesOf(kernel)).toEqual({ a: 'running', b: 'running', c: 'running', d: 'running' });
  });

  it('changes nothing when the options are refused', async () => {
    const kernel = await started([logging({ name: 'a', config, provides: ['amber'] }, { port: 1 })]);
    const before = kernel.describe();
    await expect(thrownBy(kernel.reconfigure('a', { port: 'x' }))).resolves.toBeInstanceOf(PluginOptionsError);
    await expect(thrownBy(kernel.reconfigure('x', {}))).resolves.toBeInstanceOf(PluginUnknownError);
    expect(log).toEqual([]);
    expect(kernel.describe()).toEqual(before);
  });

  it.each([true, false])('goes back to the former options when the new set-up fails, whether critical (%s) or not', async (critical) => {
    const kernel = await started([
      logging({ name: 'a', config, critical, provides: ['amber'], setup: fails }, { port: 1 }),
      logging({ name: 'b', requires: ['amber'] }),
    ]);
    await expect(kernel.reconfigure('a', { port: 2, fails: true })).rejects.toThrow('port in use');
    expect(log).toEqual(['-b', '-a {"port":1}', '+a {"port":2,"fails":true}', '-a {"port":2,"fails":true}', '+a {"port":1}', '+b']);
    expect(kernel.services.amber.kind).toBe('a {"port":1}');
    expect(statesOf(kernel)).toEqual({ a: 'running', b: 'running' });
  });

  it('goes back when a dependent cannot work with the new options', async () => {
    const kernel = await started([
      logging({ name: 'a', config, provides: ['amber'] }, { port: 1 }),
      logging({
        name: 'b',
        requires: ['amber'],
        critical: false,
        setup: (scope) => (scope.use('amber').kind.includes('2') ? Promise.reject(new Error('not with 2')) : undefined),
      }),
    ]);
    await expect(kernel.reconfigure('a', { port: 2 })).rejects.toThrow('not with 2');
    expect(kernel.services.amber.kind).toBe('a {"port":1}');
    expect(statesOf(kernel)).toEqual({ a: 'running', b: 'running' });
  });

  it('is not held up by a dependent that did not run before', async () => {
    const kernel = await started([
      logging({ name: 'a', config, provides: ['amber'] }, { port: 1 }),
      logging({ name: 'b', requires: ['amber'], critical: false, setup: () => Promise.reject(new Error('no licence')) }),
    ]);
    await kernel.reconfigure('a', { port: 2 });
    expect(kernel.services.amber.kind).toBe('a {"port":2}');
    expect(statesOf(kernel)).toEqual({ a: 'running', b: 'failed' });
  });

  it('brings a plugin up that had failed', async () => {
    const kernel = await started([
      logging({ name: 'a', config, critical: false, provides: ['amber'], setup: fails }, { port: 1, fails: true }),
      logging({ name: 'b', requires: ['amber'] }),
    ]);
    expect(statesOf(kernel)).toEqual({ a: 'failed', b: 'disabled' });
    await expect(kernel.reconfigure('a', { port: 2, fails: true })).rejects.toThrow('port in use');
    expect(statesOf(kernel)).toEqual({ a: 'failed', b: 'disabled' });
    await kernel.reconfigure('a', { port: 2 });
    expect(statesOf(kernel)).toEqual({ a: 'running', b: 'running' });
  });

  it('says so when the former options do not work any more either', async () => {
    let broken = false;
    const kernel = await started([
      logging({ name: 'a', config, setup: () => (broken ? Promise.reject(new Error('database gone')) : undefined) }, { port: 1 }),
      logging({ name: 'b' }),
    ]);
    broken = true;
    const error = await thrownBy(kernel.reconfigure('a', { port: 2 }));
    expect(error).toBeInstanceOf(PluginRestartError);
    expect(error.message).toBe(
      'Plugin "a" could not be set up with its new options, nor again with its former ones; it does not run:\n' +
        '  - new: Plugin "a", listed at plugins[0] of the configuration, failed in its set-up: database gone. Check its options and what it connects to, or take it off the list.\n' +
        '  - former: Plugin "a", listed at plugins[0] of the configuration, failed in its set-up: database gone. Check its options and what it connects to, or take it off the list.\n' +
        'Remove the cause and restart the application.',
    );
    expect(statesOf(kernel)).toEqual({ a: 'failed', b: 'running' });
    broken = false;
    await kernel.reconfigure('a', { port: 3 });
    expect(statesOf(kernel)).toEqual({ a: 'running', b: 'running' });
  });

  it('reports what could not be closed when the new set-up stands', async () => {
    const kernel = await started([logging({ name: 'a', config, setup: (scope) => scope.onDispose(() => Promise.reject(new Error('stuck'))) }, { port: 1 })]);
    await expect(kernel.reconfigure('a', { port: 2 })).rejects.toThrow('plugin "a": stuck');
    expect(statesOf(kernel)).toEqual({ a: 'running' });
  });

  it('asks taps of kernel:config about the new options', async () => {
    const overlay = plugin({
      name: 'overlay',
      prepare: (kernel) => kernel.tap('kernel:config', (options, context) => (context.plugin === 'a' ? { ...(options as object), port: 9 } : undefined)),
    });
    const kernel = await started([overlay, logging({ name: 'a', config }, { port: 1 })]);
    await kernel.reconfigure('a', { port: 2 });
    expect(log).toEqual(['-a {"port":9}', '+a {"port":9}']);
  });
});

describe('changes to a running kernel', () => {
  it('happen one after the other', async () => {
    const kernel = await started([logging({ name: 'a', config: z.object({ port: z.number() }) }, { port: 1 })]);
    await Promise.all([
      kernel.reconfigure('a', { port: 2 }),
      kernel.load(logging({ name: 'b', setup: () => Promise.resolve() })),
      kernel.unload('a'),
      expect(kernel.unload('a')).rejects.toThrow(PluginUnknownError),
      kernel.unload('b'),
    ]);
    expect(log).toEqual(['-a {"port":1}', '+a {"port":2}', '+b', '-a {"port":2}', '-b']);
  });

  it('are waited for by stop', async () => {
    const kernel = await started([provider({ name: 'a' })]);
    let stopped: Promise<void> | undefined;
    await kernel.load(logging({ name: 'b', setup: async () => void (stopped = kernel.stop()) }));
    await stopped;
    expect(log).toEqual(['+b', '-b']);
  });
});

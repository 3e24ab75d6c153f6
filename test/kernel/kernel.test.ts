import { createServer } from 'node:net';
import { AsyncSeriesHook, SyncHook } from 'tapable';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  createKernel,
  createLogger,
  DisposeError,
  type Kernel,
  KernelStateError,
  PluginClosedError,
  PluginDuplicateError,
  PluginOptionsError,
  type PluginScope,
  PluginSetupError,
  PluginTimeoutError,
  ServiceForbiddenError,
  ServiceUndeclaredError,
  TapError,
} from '@oxidite/kernel';
import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { definePlugin } from '@oxidite/plugin-sdk';
import { kernelOf, plugin, provider, thrownBy } from './support/plugins.ts';

/** A plugin that logs what happens to it. */
function logging(name: string, log: string[], more: Parameters<typeof plugin>[0] = { name }) {
  return provider({
    ...more,
    name,
    setup(kernel) {
      log.push(`setup ${name}`);
      for (const hook of ['kernel:boot', 'kernel:ready', 'kernel:shutdown'] as const) kernel.tap(hook, () => void log.push(`${hook.slice(7)} ${name}`));
      kernel.onDispose(() => void log.push(`dispose ${name}`));
      return more.setup?.(kernel);
    },
  });
}

describe('the life of a kernel', () => {
  it('goes through its phases in order, and back in reverse', async () => {
    const log: string[] = [];
    const kernel = kernelOf([logging('b', log, { name: 'b', requires: ['amber'] }), logging('a', log, { name: 'a', provides: ['amber'] })], {
      setup: () => void log.push('setup application'),
    });
    expect(kernel.state).toBe('created');
    const booted = kernel.boot();
    expect(kernel.state).toBe('booting');
    await booted;
    expect(kernel.state).toBe('booted');
    const started = kernel.start();
    await started;
    expect(kernel.state).toBe('running');
    const stopped = kernel.stop();
    await stopped;
    expect(kernel.state).toBe('stopped');
    expect(log).toEqual([
      'setup a',
      'setup b',
      'setup application',
      'boot a',
      'boot b',
      'ready a',
      'ready b',
      'shutdown b',
      'shutdown a',
      'dispose b',
      'dispose a',
    ]);
  });

  it('does each thing once, however often it is asked', async () => {
    const log: string[] = [];
    const kernel = kernelOf([logging('a', log)]);
    expect(kernel.boot()).toBe(kernel.boot());
    expect(kernel.start()).toBe(kernel.start());
    await kernel.start();
    expect(kernel.stop()).toBe(kernel.stop());
    await kernel.stop();
    expect(log).toEqual(['setup a', 'boot a', 'ready a', 'shutdown a', 'dispose a']);
  });

  it('stops without having been started', async () => {
    const kernel = kernelOf([plugin({ name: 'a', setup: () => expect.unreachable('nothing is set up') })]);
    kernel.tap('kernel:shutdown', () => expect.unreachable('nothing is shut down'));
    await kernel.stop();
    expect(kernel.state).toBe('stopped');
    await expect(kernel.boot()).rejects.toThrow(KernelStateError);
  });

  it('waits for a boot that is under way before it stops', async () => {
    const log: string[] = [];
    const kernel = kernelOf([logging('a', log, { name: 'a', setup: () => Promise.resolve() })]);
    const booted = kernel.boot();
    const stopped = kernel.stop();
    await booted;
    await stopped;
    expect(log).toEqual(['setup a', 'boot a', 'shutdown a', 'dispose a']);
    expect(kernel.state).toBe('stopped');
  });

  it('does not run what was only about to start when it is stopped', async () => {
    const log: string[] = [];
    const kernel = kernelOf([logging('a', log, { name: 'a', setup: () => Promise.resolve() })]);
    const started = kernel.start();
    await kernel.stop();
    await expect(started).rejects.toThrow('start() needs a kernel that is booted, but it is stopping.');
    expect(log).not.toContain('ready a');
    expect(log.at(-1)).toBe('dispose a');
  });

  it('begins nothing new once it is asked to stop', async () => {
    const kernel = kernelOf([plugin({ name: 'a' })]);
    await kernel.start();
    const stopped = kernel.stop();
    await expect(kernel.load(plugin({ name: 'b' }))).rejects.toThrow('load() needs a kernel that is booted or running, but it is stopping.');
    await stopped;
    await expect(kernel.unload('a')).rejects.toThrow('but it is stopped.');
    await expect(kernel.reconfigure('a', {})).rejects.toThrow(KernelStateError);
    const created = kernelOf([]);
    const stopping = created.stop();
    await expect(created.boot()).rejects.toThrow('but it is stopping.');
    await stopping;
    expect(created.state).toBe('stopped');
  });

  it('refuses changes before it is up', async () => {
    await expect(kernelOf([]).load(plugin({ name: 'a' }))).rejects.toThrow('load() needs a kernel that is booted or running, but it is created.');
  });

  it('has the options of its process where none are given', () => {
    const kernel = createKernel({ config: { plugins: [] } });
    expect(kernel.root).toBe(process.cwd());
    expect(kernel.use('env')).toBe(process.env);
    expect(Math.abs(kernel.use('clock').now() - Date.now())).toBeLessThan(1_000);
    expect(kernel.use('random').bytes(2)).toHaveLength(2);
    expect(kernel.use('logger').info({}, 'x')).toBeUndefined();
    expect(createKernel({ config: { plugins: [] }, root: 'examples' }).root).toBe(`${process.cwd()}/examples`);
  });
});

describe('a boot that fails', () => {
  it('closes everything in reverse and throws the error', async () => {
    const log: string[] = [];
    const kernel = kernelOf([logging('a', log), logging('b', log, { name: 'b', setup: () => Promise.reject(new Error('no database')) }), logging('c', log)]);
    const error = await thrownBy(kernel.start());
    expect(error).toBeInstanceOf(PluginSetupError);
    expect(error).toMatchObject({ plugin: 'b', cause: new Error('no database') });
    expect(log).toEqual(['setup a', 'setup b', 'dispose b', 'dispose a']);
    expect(kernel.state).toBe('failed');
    expect(kernel.describe().plugins.map(({ name, state }) => [name, state])).toEqual([
      ['a', 'waiting'],
      ['b', 'failed'],
      ['c', 'waiting'],
    ]);
    await kernel.stop();
    expect(kernel.state).toBe('failed');
    await expect(kernel.boot()).rejects.toBe(error);
  });

  it.each(['kernel:boot', 'kernel:ready'] as const)('names the plugin whose tap of %s failed', async (hook) => {
    const log: string[] = [];
    const failing = plugin({ name: 'b', setup: (kernel) => kernel.tap(hook, () => Promise.reject(new Error('port in use'))) });
    const kernel = kernelOf([logging('a', log), failing]);
    await expect(kernel.start()).rejects.toMatchObject({ code: 'OXI_HOOK_TAP', plugin: 'b', hook });
    expect(log.at(-1)).toBe('dispose a');
    expect(kernel.state).toBe('failed');
  });

  it('runs no further taps of kernel:boot, and does not wait for the others of kernel:ready', async () => {
    const log: string[] = [];
    const failing = (hook: 'kernel:boot' | 'kernel:ready') =>
      plugin({ name: 'a', setup: (kernel) => kernel.tap(hook, () => Promise.reject(new Error('port in use'))) });
    await expect(kernelOf([failing('kernel:boot'), logging('b', log)]).start()).rejects.toThrow('port in use');
    expect(log).toEqual(['setup b', 'dispose b']);
    const slow = plugin({ name: 'slow', setup: (kernel) => kernel.tap('kernel:ready', () => new Promise<void>(() => undefined)) });
    await expect(kernelOf([slow, failing('kernel:ready')]).start()).rejects.toThrow('port in use');
  });

  it('reports what could not be closed, and throws the first error', async () => {
    const lines: unknown[] = [];
    const logger = createLogger((level, fields) => lines.push([level, fields]));
    const closing = plugin({ name: 'a', setup: (kernel) => kernel.onDispose(() => Promise.reject(new Error('stuck'))) });
    const failing = plugin({
      name: 'b',
      setup(kernel) {
        kernel.onDispose(() => Promise.reject(new Error('stuck too')));
        throw new Error('no database');
      },
    });
    await expect(kernelOf([closing, failing], { logger }).boot()).rejects.toThrow('no database');
    expect(lines).toEqual([
      ['error', { plugin: 'b', error: new Error('stuck too') }],
      ['error', { plugin: 'a', error: new Error('stuck') }],
    ]);
  });

  it('refuses two plugins of one name, and names both places', async () => {
    const error = await thrownBy(kernelOf([plugin({ name: 'a' }), plugin({ name: 'b' }), plugin({ name: 'a' })], { file: '/shop/oxidite.config.ts' }).boot());
    expect(error).toBeInstanceOf(PluginDuplicateError);
    expect(error.message).toBe(
      'Plugin "a" is listed twice: at plugins[0] of /shop/oxidite.config.ts and at plugins[2] of /shop/oxidite.config.ts. Remove one of them.',
    );
  });

  it('runs no code of any plugin when options are wrong, and names all of them', async () => {
    const config = z.object({ port: z.number(), hosts: z.array(z.string()) });
    const setup = (): never => expect.unreachable('nothing is set up');
    const error = await thrownBy(
      kernelOf([plugin({ name: 'a', config, setup }, { port: 'x', hosts: ['a', 1] }), plugin({ name: 'b', config: z.string(), setup })]).boot(),
    );
    expect(error).toBeInstanceOf(PluginOptionsError);
    expect(error.message).toBe(
      'The options of the plugins are not valid:\n' +
        '  - plugin "a", listed at plugins[0] of the configuration: port: Invalid input: expected number, received string\n' +
        '  - plugin "a", listed at plugins[0] of the configuration: hosts[1]: Invalid input: expected string, received number\n' +
        '  - plugin "b", listed at plugins[1] of the configuration: Invalid input: expected string, received object\n' +
        'Correct them where the plugins are listed.',
    );
  });
});

describe('stop', () => {
  it('goes on after each failure and reports all of them', async () => {
    const log: string[] = [];
    const kernel = kernelOf([
      logging('a', log),
      logging('b', log, { name: 'b', setup: (scope) => scope.tap('kernel:shutdown', () => Promise.reject(new Error('will not drain')), { band: 'last' }) }),
      logging('c', log, {
        name: 'c',
        setup: (scope) =>
          scope.onDispose(() => {
            throw new Error('will not close');
          }),
      }),
    ]);
    await kernel.start();
    log.length = 0;
    const error = await thrownBy(kernel.stop());
    expect(error).toBeInstanceOf(DisposeError);
    expect(error.message).toBe(
      'Not everything could be closed:\n' +
        '  - plugin "b": Plugin "b" failed in hook "kernel:shutdown": will not drain. Correct what it taps there, or take it off the list.\n' +
        '  - plugin "c": will not close\n' +
        'Everything else was closed. Correct the onDispose functions of these plugins.',
    );
    expect(log).toEqual(['shutdown c', 'shutdown b', 'shutdown a', 'dispose c', 'dispose b', 'dispose a']);
    expect(kernel.state).toBe('stopped');
    await expect(kernel.stop()).rejects.toBe(error);
  });
});

describe('the time limit of a set-up', () => {
  /** Boots until the clock has moved on for the given time. */
  async function bootFor(ms: number, setup: (kernel: PluginScope) => Promise<void>, setupTimeoutMs?: number): Promise<Error> {
    const clock = createVirtualClock();
    const error = thrownBy(kernelOf([plugin({ name: 'a', setup, setupTimeoutMs })], { clock }).boot());
    await clock.advance(ms);
    return error;
  }

  it('names plugin, place and the steps it was waiting for', async () => {
    const error = await bootFor(10_000, async (kernel) => {
      await kernel.step('load schema', Promise.resolve());
      await Promise.all([kernel.step('connect to db', new Promise(() => undefined)), kernel.step('connect to cache', new Promise(() => undefined))]);
    });
    expect(error).toBeInstanceOf(PluginTimeoutError);
    expect(error.message).toBe(
      'Plugin "a", listed at plugins[0] of the configuration, did not finish its set-up within 10000 ms; ' +
        'it was awaiting "connect to db" and "connect to cache". Check that what it waits for can be reached, or raise its setupTimeoutMs.',
    );
  });

  it('says what it can when no step is named', async () => {
    await expect(bootFor(50, () => new Promise(() => undefined), 50)).resolves.toMatchObject({
      message: expect.stringContaining('it was awaiting a promise; name the wait with kernel.step("...", promise) to see more.'),
    });
    const former = setTimeout(() => undefined, 60_000); // open before, and closed by the set-up
    const closing = bootFor(50, () => (clearTimeout(former), new Promise(() => undefined)), 50);
    await expect(closing).resolves.toMatchObject({ message: expect.stringContaining('it was awaiting a promise') });
    let timer: NodeJS.Timeout | undefined;
    const error = await bootFor(50, () => new Promise((resolve) => (timer = setTimeout(resolve, 60_000))), 50);
    clearTimeout(timer);
    expect(error.message).toContain('it was awaiting open resources (Timeout)');
    const server = createServer();
    const other = await bootFor(50, () => new Promise(() => void server.listen(0)), 50);
    server.close();
    expect(other.message).toContain('TCPServerWrap');
  });

  it('does not cut a set-up short that ends in time, and leaves no timer behind', async () => {
    const clock = createVirtualClock();
    const kernel = kernelOf([plugin({ name: 'a', setup: (scope) => scope.clock.sleep(40), setupTimeoutMs: 50 })], { clock });
    const booted = kernel.boot();
    await clock.advance(45);
    await booted;
    expect(clock.pendingTimers()).toBe(0);
    expect(kernel.describe()).toMatchObject({ plugins: [{ setupMs: 40 }], bootMs: 40 });
  });

  it('closes what a late set-up opens, and refuses what it does', async () => {
    const log: string[] = [];
    const lines: unknown[] = [];
    const clock = createVirtualClock();
    let goOn = (): void => undefined;
    let late: PluginScope | undefined;
    const setup = async (kernel: PluginScope): Promise<void> => {
      late = kernel;
      kernel.signal.addEventListener('abort', () => log.push('aborted'));
      await new Promise<void>((resolve) => (goOn = resolve));
      kernel.onDispose(() => void log.push('closed'));
      kernel.onDispose(() => Promise.reject(new Error('stuck')));
      kernel.provide('amber', () => ({ kind: 'late' }));
    };
    const kernel = kernelOf([plugin({ name: 'a', provides: ['amber'], setup })], {
      clock,
      logger: createLogger((level, fields) => lines.push([level, fields])),
    });
    const booted = thrownBy(kernel.boot());
    await clock.advance(10_000);
    await expect(booted).resolves.toBeInstanceOf(PluginTimeoutError);
    goOn();
    await clock.advance(0);
    expect(log).toEqual(['aborted', 'closed']);
    expect(lines).toEqual([['error', { plugin: 'a', error: new Error('stuck') }]]);
    expect(late?.signal.reason).toBeInstanceOf(PluginClosedError);
    const scope = late as PluginScope; // it was set in the set-up
    for (const act of [
      () => scope.provide('amber', () => ({ kind: 'late' })),
      () => scope.tap('kernel:boot', () => undefined),
      () => scope.declareHook('grove:grown', new SyncHook<[name: string]>(['name'])),
      () => scope.clock.setTimeout(() => undefined, 1),
      () => scope.clock.setInterval(() => undefined, 1),
    ]) {
      await expect(thrownBy(act)).resolves.toBeInstanceOf(PluginClosedError);
    }
    expect(clock.pendingTimers()).toBe(0);
  });
});

describe('the failure of a plugin that is not critical', () => {
  const broken = { name: 'b', critical: false, provides: ['amber'], setup: () => Promise.reject(new Error('no licence')) };

  it('disables it and those that require it, and is told', async () => {
    const log: string[] = [];
    const lines: unknown[] = [];
    const kernel = kernelOf(
      [
        plugin(broken),
        logging('c', log, { name: 'c', requires: ['amber'], provides: ['birch'] }),
        logging('d', log, { name: 'd', requires: ['birch'] }),
        logging('e', log, { name: 'e', optional: ['amber'], setup: (scope) => expect(scope.use('amber')).toBeUndefined() }),
      ],
      { logger: createLogger((level, fields) => lines.push([level, fields])) },
    );
    await kernel.start();
    expect(kernel.describe().plugins.map(({ name, state, error }) => [name, state, error?.message])).toEqual([
      ['b', 'failed', expect.stringContaining('failed in its set-up: no licence.')],
      ['c', 'disabled', expect.stringContaining('requires the service "amber" of "b", which does not run. Correct "b" first.')],
      ['d', 'disabled', expect.stringContaining('requires the service "birch" of "c", which does not run. Correct "c" first.')],
      ['e', 'running', undefined],
    ]);
    expect(lines).toMatchObject([
      ['warn', { plugin: 'b' }],
      ['warn', { plugin: 'c' }],
      ['warn', { plugin: 'd' }],
    ]);
    expect(log).toEqual(['setup e', 'boot e', 'ready e']);
    await kernel.stop();
  });

  it('ends the boot when the application says so', async () => {
    await expect(kernelOf([plugin(broken)], { failurePolicy: { b: 'abort' } }).boot()).rejects.toThrow('no licence');
  });

  it('does not end the boot when the application says so of a critical one', async () => {
    const kernel = kernelOf([plugin({ ...broken, critical: true })], { failurePolicy: { b: 'disable' } });
    await kernel.boot();
    expect(kernel.describe().plugins).toMatchObject([{ state: 'failed' }]);
  });

  it('always ends the boot when the plugin guards the application', async () => {
    await expect(kernelOf([plugin({ ...broken, security: true })], { failurePolicy: { b: 'disable' } }).boot()).rejects.toThrow('no licence');
    await expect(kernelOf([plugin(broken), plugin({ name: 'c', requires: ['amber'], critical: false, security: true })]).boot()).rejects.toThrow(
      'Plugin "c", listed at plugins[1] of the configuration, is disabled',
    );
  });

  it('is not mistaken for a policy by a plugin with the name of an object property', async () => {
    await expect(kernelOf([plugin({ ...broken, name: 'constructor', critical: true })], { failurePolicy: {} }).boot()).rejects.toThrow('no licence');
  });
});

describe('the early phase', () => {
  it('lets a plugin change the options and the list of the others', async () => {
    const seen: unknown[] = [];
    const overlay = plugin({
      name: 'overlay',
      async prepare(kernel) {
        await Promise.resolve();
        kernel.tap('kernel:config', (options, { plugin: name }) => (name === 'b' ? { ...(options as object), port: 2 } : undefined));
        kernel.tap('kernel:resolve', (plugins) => [
          ...plugins.filter(({ definition }) => definition.name !== 'c'),
          { ...plugin({ name: 'd', setup: () => void seen.push('d') }), place: 'overlay' },
        ]);
      },
    });
    const removed = plugin({
      name: 'c',
      prepare: (kernel) => kernel.tap('kernel:boot', () => expect.unreachable('it was taken off the list')),
      setup: () => expect.unreachable('it was taken off the list'),
    });
    const configured = definePlugin({
      name: 'b',
      version: '1.0.0',
      config: z.object({ port: z.number(), name: z.string().default('x') }),
      setup(kernel) {
        seen.push(kernel.config);
        expect(Object.isFrozen(kernel.config)).toBe(true);
      },
    });
    const kernel = kernelOf([overlay, configured({ port: 1 }), removed]);
    await kernel.boot();
    expect(seen).toEqual([{ port: 2, name: 'x' }, 'd']);
    expect(kernel.describe().plugins.map(({ name, place }) => [name, place])).toContainEqual(['d', 'overlay']);
    expect(kernel.describe().hooks.find(({ name }) => name === 'kernel:boot')?.taps).toEqual([]);
  });

  it('has its own options, validated, and names the plugin when it fails', async () => {
    const early = definePlugin({
      name: 'early',
      version: '1.0.0',
      config: z.object({ fails: z.boolean().default(true) }),
      prepare(kernel) {
        if (kernel.config.fails) throw new Error('no file');
      },
      setup: () => undefined,
    });
    await expect(kernelOf([early({})]).boot()).rejects.toMatchObject({ code: 'OXI_PLUGIN_SETUP', plugin: 'early', cause: new Error('no file') });
    await expect(kernelOf([early({ fails: false })]).boot()).resolves.toBeUndefined();
    await expect(kernelOf([early({ fails: 1 as never })]).boot()).rejects.toThrow(PluginOptionsError);
  });

  it('is limited in time as well', async () => {
    const clock = createVirtualClock();
    const booted = thrownBy(kernelOf([plugin({ name: 'a', prepare: () => new Promise(() => undefined) })], { clock }).boot());
    await clock.advance(10_000);
    await expect(booted).resolves.toBeInstanceOf(PluginTimeoutError);
  });
});

describe('the kernel of a plugin', () => {
  async function withScope(
    definition: Parameters<typeof plugin>[0],
    work: (scope: PluginScope, kernel: Kernel) => void | Promise<void>,
    options: Parameters<typeof kernelOf>[1] = {},
  ): Promise<void> {
    let scope: PluginScope | undefined;
    const kernel = kernelOf([provider({ name: 'trees', provides: ['amber'] }), plugin({ ...definition, setup: (given) => void (scope = given) })], options);
    await kernel.boot();
    await work(scope as PluginScope, kernel); // the set-up has run
    await kernel.stop();
  }

  it('gives the facts of the application', async () => {
    const lines: unknown[] = [];
    const logger = createLogger((level, fields, message) => lines.push([level, fields, message]));
    await withScope(
      { name: 'a', requires: ['amber'] },
      (scope, kernel) => {
        expect(scope).toMatchObject({ name: 'a', root: '/shop', config: undefined, env: { A: '1' } });
        expect(scope.services).toBe(kernel.services);
        expect(scope.scopes).toBe(kernel.scopes);
        expect(scope.describe()).toEqual(kernel.describe());
        expect(scope.signal.aborted).toBe(false);
        scope.logger.info({ x: 1 }, 'hello');
        expect(lines).toEqual([['info', { plugin: 'a', x: 1 }, 'hello']]);
      },
      { root: '/shop', env: { A: '1' }, logger },
    );
  });

  it('lets it use what it declares and what the kernel provides, and nothing else', async () => {
    await withScope({ name: 'a', requires: ['amber'], optional: ['birch'] }, async (scope) => {
      expect(scope.use('amber')).toEqual({ kind: 'trees' });
      expect(scope.use('birch')).toBeUndefined();
      expect(scope.use('clock').now()).toBe(scope.clock.now());
      for (const name of ['cedar', 'toString', '__proto__'] as const) {
        const error = await thrownBy(() => scope.use(name as 'cedar')); // some names come from JavaScript
        expect(error).toBeInstanceOf(ServiceForbiddenError);
        expect(error.message).toBe(`Plugin "a" used the service "${name}" without declaring it. Add it to "requires" or "optional" of the plugin.`);
      }
    });
  });

  it('lets it provide what it declares, and asks for it', async () => {
    await withScope({ name: 'a' }, async (scope) => {
      await expect(thrownBy(() => scope.provide('cedar', () => ({ kind: 'a' })))).resolves.toBeInstanceOf(ServiceUndeclaredError);
    });
    const error = await thrownBy(kernelOf([plugin({ name: 'a', provides: ['cedar'] })]).boot());
    expect(error).toMatchObject({ cause: { code: 'OXI_SERVICE_UNDECLARED', plugin: 'a', service: 'cedar' } });
  });

  it('cancels its timers, and only its own, when it is unloaded', async () => {
    const clock = createVirtualClock();
    const fired: string[] = [];
    await withScope(
      { name: 'a' },
      async (scope, kernel) => {
        scope.clock.setTimeout(() => fired.push('timeout'), 10);
        const interval = scope.clock.setInterval(() => fired.push('interval'), 4);
        scope.clock.setTimeout(() => fired.push('cancelled'), 1).cancel();
        const other = clock.setTimeout(() => fired.push('other'), 30);
        await clock.advance(10);
        expect(fired).toEqual(['interval', 'interval', 'timeout']);
        expect(scope.clock.monotonicMs()).toBe(10);
        interval.cancel();
        scope.clock.setInterval(() => fired.push('never'), 5);
        const asleep = thrownBy(scope.clock.sleep(100, scope.signal));
        await kernel.unload('a');
        await expect(asleep).resolves.toBeInstanceOf(PluginClosedError);
        expect(clock.pendingTimers()).toBe(1);
        other.cancel();
      },
      { clock },
    );
  });

  it('lets the application use, provide and tap everything', async () => {
    const log: unknown[] = [];
    const hook = new AsyncSeriesHook<[names: string[]]>(['names']);
    const kernel = kernelOf([provider({ name: 'a', provides: ['amber'] })], {
      setup(scope) {
        log.push(scope.use('amber').kind, scope.use('birch').kind);
        scope.provide('cedar', () => ({ kind: 'mine' }));
        scope.declareHook('grove:watered', hook);
      },
      overrides: { birch: { kind: 'override' } },
    });
    kernel.tap('grove:watered', (names) => void names.push('watered'), { band: 'early' });
    await kernel.start();
    expect(kernel.findHook('grove:watered')).toBe(hook);
    expect(kernel.findHook('grove:grown')).toBeUndefined();
    const names: string[] = [];
    await kernel.findHook('grove:watered')?.promise(names);
    expect(kernel.use('cedar').kind).toBe('mine');
    expect([log, names]).toEqual([['a', 'override'], ['watered']]);
  });
});

describe('services given to the kernel', () => {
  it('replace what plugins provide, and stand in for what nobody provides', async () => {
    const logger = createLogger(() => undefined);
    const kernel = kernelOf([provider({ name: 'a', provides: ['amber'], requires: ['birch'] }), provider({ name: 'b', requires: ['amber'] })], {
      overrides: { amber: { kind: 'fake' }, birch: { kind: 'fake' }, logger },
    });
    await kernel.start();
    expect([kernel.use('amber'), kernel.services.birch, kernel.use('logger')]).toEqual([{ kind: 'fake' }, { kind: 'fake' }, logger]);
    await kernel.unload('a');
    expect(kernel.services.amber).toEqual({ kind: 'fake' });
    await kernel.stop();
  });

  it('are constructed and disposed with the kernel', async () => {
    const log: string[] = [];
    const kernel = kernelOf([
      plugin({
        name: 'a',
        provides: ['amber'],
        setup: (scope) => scope.provide('amber', () => ({ kind: 'a' }), { dispose: ({ kind }) => void log.push(kind) }),
      }),
      plugin({ name: 'b', requires: ['amber'], setup: (scope) => void scope.use('amber') }),
    ]);
    await kernel.start();
    await kernel.scopes.run(({ amber }) => void log.push(`used ${amber.kind}`));
    await kernel.stop();
    expect(log).toEqual(['used a', 'a']);
  });
});

describe('errors of taps', () => {
  it('carry plugin and hook to whoever calls the hook', async () => {
    const hook = new SyncHook<[name: string]>(['name']);
    const kernel = kernelOf([
      plugin({ name: 'owner', setup: (scope) => void scope.declareHook('grove:grown', hook) }),
      plugin({
        name: 'tapper',
        setup: (scope) =>
          scope.tap('grove:grown', () => {
            throw new Error('frost');
          }),
      }),
    ]);
    await kernel.boot();
    const error = await thrownBy(() => hook.call('x'));
    expect(error).toBeInstanceOf(TapError);
    expect(error.message).toBe('Plugin "tapper" failed in hook "grove:grown": frost. Correct what it taps there, or take it off the list.');
    await kernel.stop();
  });
});

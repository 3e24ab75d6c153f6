import { createHook } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { EventEmitter, setMaxListeners } from 'node:events';
import { watch } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { Worker } from 'node:worker_threads';
import { definePlugin, type Plugin, type PluginScope } from '@oxidite/plugin-sdk';
import { assertUnloadsClean } from '@oxidite/plugin-sdk/testing';
import { afterEach, describe, expect, it } from 'vitest';

const cleanups: (() => unknown)[] = [];

/** What lives longer than the plugins of these tests. */
const bus = new EventEmitter().setMaxListeners(0);
const { signal } = new AbortController();
setMaxListeners(0, signal);

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function leaking(setup: (kernel: PluginScope<undefined, never, never, never>) => void | Promise<void>): Plugin {
  return definePlugin({ name: 'leaky', version: '1.0.0', setup })();
}

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });
}

describe('assertUnloadsClean', () => {
  it('passes a plugin that closes what it opens', async () => {
    const tidy = leaking(async (kernel) => {
      const server = await listen();
      const onWarning = (): void => undefined;
      process.on('warning', onWarning);
      kernel.clock.setInterval(() => undefined, 1_000);
      kernel.clock.setTimeout(() => undefined, 1_000);
      kernel.tap('kernel:boot', () => undefined);
      kernel.onDispose(() => void process.off('warning', onWarning));
      kernel.onDispose(() => new Promise((resolve) => server.close(() => resolve())));
    });
    await assertUnloadsClean(tidy);
    await assertUnloadsClean(tidy, { start: true });
  });

  it('passes what is garbage, and what ends by itself', async () => {
    const tidy = leaking((kernel) => {
      new EventEmitter().on('changed', () => undefined);
      kernel.signal.addEventListener('abort', () => undefined);
      createHook({}).enable().disable();
      bus.once('changed', () => undefined);
      signal.addEventListener('abort', () => undefined, { signal: kernel.signal });
      kernel.onDispose(() => void bus.emit('changed'));
    });
    await assertUnloadsClean(tidy, { exercise: () => AbortSignal.timeout(60_000).addEventListener('abort', () => undefined) });
  });

  it('watches the process no longer than it takes', async () => {
    const readMethods = (): unknown[] => [Reflect.get(EventEmitter.prototype, 'on'), Reflect.get(EventTarget.prototype, 'addEventListener')];
    const methods = readMethods();
    await assertUnloadsClean(leaking(() => undefined));
    expect(readMethods()).toEqual(methods);
  });

  it('lets the test use the plugin between loading and unloading', async () => {
    const seen: string[] = [];
    await assertUnloadsClean(
      leaking(() => undefined),
      { exercise: (kernel) => seen.push(...kernel.describe().plugins.map(({ name }) => name)) },
    );
    expect(new Set(seen)).toEqual(new Set(['leaky']));
  });

  it.each<[string, RegExp, () => void | Promise<void>]>([
    [
      'a timer',
      /1 x handle Timeout/,
      () => {
        const timer = setInterval(() => undefined, 60_000);
        cleanups.push(() => clearInterval(timer));
      },
    ],
    [
      'a socket',
      /1 x handle TCPServerWrap/,
      async () => {
        const server = await listen();
        cleanups.push(() => server.close());
      },
    ],
    [
      'a listener of the process',
      /1 x listener of process "SIGUSR2"/,
      () => {
        const listener = (): void => undefined;
        process.on('SIGUSR2', listener);
        cleanups.push(() => process.off('SIGUSR2', listener));
      },
    ],
    [
      'a child process',
      /x handle (?:ProcessWrap|PipeWrap)/,
      () => {
        const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
        cleanups.push(() => child.kill('SIGKILL'));
      },
    ],
    [
      'a worker',
      /1 x worker/,
      () => {
        const worker = new Worker('setTimeout(() => {}, 60000)', { eval: true });
        cleanups.push(() => worker.terminate());
      },
    ],
    [
      "a timer that was unref'ed",
      /1 x handle Timeout/,
      () => {
        const timer = setInterval(() => undefined, 60_000).unref();
        cleanups.push(() => clearInterval(timer));
      },
    ],
    [
      "a socket that was unref'ed",
      /1 x handle TCPServerWrap/,
      async () => {
        const server = (await listen()).unref();
        cleanups.push(() => server.close());
      },
    ],
    [
      'a watched file',
      /1 x handle FSEventWrap/,
      () => {
        const watcher = watch(import.meta.dirname);
        cleanups.push(() => watcher.close());
      },
    ],
    ['a listener of an emitter', /1 x listener of EventEmitter "changed"/, () => void bus.on('changed', () => undefined)],
    ['a listener of a signal', /1 x listener of AbortSignal "abort"/, () => signal.addEventListener('abort', () => undefined)],
    [
      'an async hook',
      /1 x async hook/,
      () => {
        const hook = createHook({}).enable();
        cleanups.push(() => hook.disable());
      },
    ],
  ])('finds %s that was left', { timeout: 30_000 }, async (_, message, leak) => {
    await expect(assertUnloadsClean(leaking(leak), { settleLimitMs: 200 })).rejects.toThrow(message);
  });

  it('names the plugin and the remedy', async () => {
    const leak = leaking(() => {
      const timer = setTimeout(() => undefined, 60_000);
      cleanups.push(() => clearTimeout(timer));
    });
    await expect(assertUnloadsClean(leak)).rejects.toThrow('Plugin "leaky" left behind: 1 x handle Timeout. Close what it opens in kernel.onDispose().');
  });

  it('waits for what takes a while to close, as long as it may', { timeout: 30_000 }, async () => {
    const slow = leaking(async (kernel) => {
      const server = await listen();
      kernel.onDispose(() => void setTimeout(() => server.close(), 300));
    });
    await assertUnloadsClean(slow);
    await expect(assertUnloadsClean(slow, { settleLimitMs: 50 })).rejects.toThrow(/x handle TCPServerWrap/);
  });

  it('reports an onDispose that throws', async () => {
    const broken = leaking((kernel) => kernel.onDispose(() => Promise.reject(new Error('cannot close'))));
    await expect(assertUnloadsClean(broken)).rejects.toThrow(/plugin "leaky": cannot close/);
  });
});

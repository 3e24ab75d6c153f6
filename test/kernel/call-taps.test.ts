import { AsyncParallelHook, AsyncSeriesHook } from 'tapable';
import { describe, expect, it } from 'vitest';
import { callTapsInParallel, callTapsInSeries } from '../../kernel/src/call-taps.ts';

/** Taps a hook in every way tapable knows. */
function tapThrice(hook: AsyncParallelHook<[]> | AsyncSeriesHook<[]>, calls: string[]): void {
  hook.tap('sync', () => void calls.push('sync'));
  hook.tapAsync('callback', (done) => {
    calls.push('callback');
    queueMicrotask(() => {
      calls.push('callback done');
      done();
    });
  });
  hook.tapPromise('promise', async () => void calls.push('promise'));
}

describe('callTapsInSeries', () => {
  it('calls every kind of tap, each after the one before has ended', async () => {
    const hook = new AsyncSeriesHook<[]>();
    const calls: string[] = [];
    tapThrice(hook, calls);
    await callTapsInSeries(hook);
    expect(calls).toEqual(['sync', 'callback', 'callback done', 'promise']);
  });

  it('ends at the first that fails', async () => {
    const hook = new AsyncSeriesHook<[]>();
    const calls: string[] = [];
    hook.tapAsync('broken', (done) => done(new Error('no')));
    tapThrice(hook, calls);
    await expect(callTapsInSeries(hook)).rejects.toThrow('no');
    expect(calls).toEqual([]);
  });
});

describe('callTapsInParallel', () => {
  it('calls all taps at once', async () => {
    const hook = new AsyncParallelHook<[]>();
    const calls: string[] = [];
    tapThrice(hook, calls);
    await callTapsInParallel(hook);
    expect(calls).toEqual(['sync', 'callback', 'promise', 'callback done']);
  });

  it('fails as soon as one of them does', async () => {
    const hook = new AsyncParallelHook<[]>();
    hook.tapPromise('slow', () => new Promise(() => undefined));
    hook.tapPromise('broken', () => Promise.reject(new Error('no')));
    await expect(callTapsInParallel(hook)).rejects.toThrow('no');
  });
});

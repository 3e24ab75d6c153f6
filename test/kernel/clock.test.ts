import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSystemClock } from '@oxidite/kernel';

const LONGEST_NODE_TIMER_MS = 2 ** 31 - 1;

describe('createSystemClock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('reads the wall time and a time that never goes back', () => {
    const clock = createSystemClock();
    const before = Date.now();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(clock.now()).toBeLessThanOrEqual(Date.now());
    const first = clock.monotonicMs();
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(first);
  });

  it('runs a timeout once, and not at all when it is cancelled', () => {
    vi.useFakeTimers();
    const clock = createSystemClock();
    const kept = vi.fn();
    const cancelled = vi.fn();
    clock.setTimeout(kept, 10);
    clock.setTimeout(cancelled, 10).cancel();
    vi.advanceTimersByTime(100);
    expect(kept).toHaveBeenCalledTimes(1);
    expect(cancelled).not.toHaveBeenCalled();
  });

  it('runs an interval until it is cancelled', () => {
    vi.useFakeTimers();
    const task = vi.fn();
    const timer = createSystemClock().setInterval(task, 10);
    vi.advanceTimersByTime(35);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(35);
    expect(task).toHaveBeenCalledTimes(3);
  });

  it('waits out delays that are longer than a timer of Node can be', () => {
    vi.useFakeTimers();
    const clock = createSystemClock();
    const delayMs = LONGEST_NODE_TIMER_MS * 2 + 500;
    const task = vi.fn();
    const cancelled = vi.fn();
    clock.setTimeout(task, delayMs);
    const timer = clock.setTimeout(cancelled, delayMs);
    vi.advanceTimersByTime(delayMs - 1);
    expect(task).not.toHaveBeenCalled();
    timer.cancel();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
    expect(cancelled).not.toHaveBeenCalled();
  });

  it('repeats intervals that are longer than a timer of Node can be', () => {
    vi.useFakeTimers();
    const intervalMs = LONGEST_NODE_TIMER_MS + 1;
    const task = vi.fn();
    const timer = createSystemClock().setInterval(task, intervalMs);
    vi.advanceTimersByTime(intervalMs - 1);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(intervalMs * 2);
    expect(task).toHaveBeenCalledTimes(2);
    timer.cancel();
    vi.advanceTimersByTime(intervalMs * 2);
    expect(task).toHaveBeenCalledTimes(2);
  });

  it('sleeps', async () => {
    vi.useFakeTimers();
    const asleep = createSystemClock().sleep(10);
    await vi.advanceTimersByTimeAsync(10);
    await expect(asleep).resolves.toBeUndefined();
  });

  it('wakes with the reason of a signal, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    const clock = createSystemClock();
    const controller = new AbortController();
    const asleep = clock.sleep(10, controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(asleep).rejects.toBe(reason);
    await expect(clock.sleep(10, controller.signal)).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes its listener off a signal that never aborts', async () => {
    vi.useFakeTimers();
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const asleep = createSystemClock().sleep(10, signal);
    await vi.advanceTimersByTimeAsync(10);
    await asleep;
    expect(remove).toHaveBeenCalledTimes(1);
  });
});

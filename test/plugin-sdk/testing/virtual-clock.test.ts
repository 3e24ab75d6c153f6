import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '@oxidite/plugin-sdk/testing';

describe('createVirtualClock', () => {
  it('starts at a fixed moment and moves only when told to', async () => {
    const clock = createVirtualClock();
    expect(new Date(clock.now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(clock.monotonicMs()).toBe(0);
    await clock.advance(1_500);
    expect(new Date(clock.now()).toISOString()).toBe('2026-01-01T00:00:01.500Z');
    expect(clock.monotonicMs()).toBe(1_500);
    expect(createVirtualClock(42).now()).toBe(42);
  });

  it('adds up the parts of a duration', async () => {
    const clock = createVirtualClock(0);
    await clock.advance({ days: 1, hours: 2, minutes: 3, seconds: 4, ms: 5 });
    expect(clock.now()).toBe(93_784_005);
    await clock.advance({});
    expect(clock.now()).toBe(93_784_005);
  });

  it('fires timers in the order of their due time, then of their creation, each at its own moment', async () => {
    const clock = createVirtualClock(0);
    const fired: [string, number][] = [];
    const note = (name: string) => () => void fired.push([name, clock.now()]);
    clock.setTimeout(note('late'), 20);
    clock.setTimeout(note('first'), 10);
    clock.setTimeout(note('second'), 10);
    clock.setTimeout(note('never'), 31);
    clock.setTimeout(note('cancelled'), 5).cancel();
    clock.setInterval(note('interval'), 15);
    clock.setTimeout(note('past'), -5);
    expect(clock.pendingTimers()).toBe(6);
    await clock.advance(30);
    expect(fired).toEqual([
      ['past', 0],
      ['first', 10],
      ['second', 10],
      ['interval', 15],
      ['late', 20],
      ['interval', 30],
    ]);
    expect(clock.pendingTimers()).toBe(2);
  });

  it('fires timers that are started on the way', async () => {
    const clock = createVirtualClock(0);
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.now());
      if (fired.length < 4) clock.setTimeout(again, 10);
    };
    again();
    await clock.advance(100);
    expect(fired).toEqual([0, 10, 20, 30]);
  });

  it('repeats an interval of 0 ms once a millisecond', async () => {
    const clock = createVirtualClock(0);
    let ticks = 0;
    const timer = clock.setInterval(() => ticks++, 0);
    await clock.advance(3);
    expect(ticks).toBe(4);
    timer.cancel();
    expect(clock.pendingTimers()).toBe(0);
  });

  it('never goes back, even when told to', async () => {
    const clock = createVirtualClock(0);
    await clock.advance(10);
    await clock.advance(-5);
    expect(clock.monotonicMs()).toBe(10);
  });

  it('gives chains of promises of any length their turns before time moves on', async () => {
    const clock = createVirtualClock(0);
    const woken: number[] = [];
    void (async () => {
      for (let round = 0; round < 3; round++) {
        await clock.sleep(10);
        for (let turn = 0; turn < 500; turn++) await Promise.resolve();
        woken.push(clock.now());
      }
    })();
    await clock.advance({ ms: 30 });
    expect(woken).toEqual([10, 20, 30]);
  });

  it('passes on what a timer throws', async () => {
    const clock = createVirtualClock(0);
    clock.setTimeout(() => {
      throw new Error('timer failed');
    }, 10);
    await expect(clock.advance(20)).rejects.toThrow('timer failed');
  });

  it('fires every timer exactly once and never goes back, whatever the delays', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 })), fc.array(fc.integer({ min: 0, max: 30 })), async (delays, steps) => {
        const clock = createVirtualClock(0);
        const fired: number[] = [];
        for (const delay of delays) clock.setTimeout(() => fired.push(clock.now()), delay);
        for (const step of steps) await clock.advance(step);
        const end = steps.reduce((sum, step) => sum + step, 0);
        expect(clock.now()).toBe(end);
        const due = steps.length === 0 ? [] : delays.filter((delay) => delay <= end);
        expect(fired).toEqual(due.toSorted((left, right) => left - right));
        expect(clock.pendingTimers()).toBe(delays.length - due.length);
      }),
      { numRuns: 50 },
    );
  });
});

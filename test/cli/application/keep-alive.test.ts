import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { keepAliveUntil } from '../../../plugins/cli/src/application/keep-alive.ts';

describe('keepAliveUntil', () => {
  it('holds a timer until the signal aborts', async () => {
    const clock = createVirtualClock();
    const controller = new AbortController();
    const kept = keepAliveUntil(controller.signal, clock);
    await clock.advance({ minutes: 5 });
    expect(clock.pendingTimers()).toBe(1);
    controller.abort();
    await kept;
    expect(clock.pendingTimers()).toBe(0);
  });

  it('does nothing when the signal has aborted', async () => {
    const clock = createVirtualClock();
    await keepAliveUntil(AbortSignal.abort(), clock);
    expect(clock.pendingTimers()).toBe(0);
  });
});

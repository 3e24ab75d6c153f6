import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { CommandInterruptedError } from '../../../plugins/cli/src/errors.ts';
import { watchInterruption } from '../../../plugins/cli/src/process/interruption.ts';
import { createTestHost } from '../support/test-host.ts';

describe('watchInterruption', () => {
  it('aborts on the first signal', () => {
    const host = createTestHost();
    const interruption = watchInterruption(host, createVirtualClock());
    expect(interruption.error).toBeUndefined();
    host.emitSignal('SIGTERM');
    expect(interruption.signal.reason).toBe(interruption.error);
    expect(interruption.error).toBeInstanceOf(CommandInterruptedError);
    expect(interruption.error?.signal).toBe('SIGTERM');
    expect(host.exits).toEqual([]);
  });

  it('ends the process at once on the second', () => {
    const host = createTestHost();
    watchInterruption(host, createVirtualClock());
    host.emitSignal('SIGINT');
    host.emitSignal('SIGTERM');
    expect(host.exits).toEqual([130]);
  });

  it('leaves a worker to whoever watches over it', () => {
    const host = createTestHost({ env: { OXIDITE_WORKER: '1' } });
    const interruption = watchInterruption(host, createVirtualClock());
    host.emitSignal('SIGINT');
    expect(interruption.error).toBeUndefined();
    host.emitSignal('SIGTERM');
    expect(interruption.error).toBeInstanceOf(CommandInterruptedError);
    host.emitSignal('SIGTERM');
    expect(host.exits).toEqual([]);
  });

  it('tells a user who waits for a second how to go on', async () => {
    const host = createTestHost();
    const clock = createVirtualClock();
    watchInterruption(host, clock);
    host.emitSignal('SIGINT');
    await clock.advance(999);
    expect(host.printed.stderr).toBe('');
    await clock.advance(1);
    expect(host.printed.stderr).toBe('Stopping; press Ctrl-C again to end at once.\n');
  });

  it('takes its listeners back', async () => {
    const host = createTestHost();
    const clock = createVirtualClock();
    const interruption = watchInterruption(host, clock);
    host.emitSignal('SIGINT');
    interruption.dispose();
    await clock.advance({ seconds: 5 });
    expect(host.listenerCount).toBe(0);
    expect(host.printed.stderr).toBe('');
  });
});

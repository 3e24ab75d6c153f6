import { createLogger } from '@oxidite/kernel';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, createVirtualClock, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import type {} from '../../kernel/support/services.ts';

describe('createTestKernel', () => {
  it('boots in virtual time, with seeded randomness and an empty environment', async () => {
    await using kernel = await createTestKernel();
    expect(kernel.state).toBe('booted');
    expect(kernel.root).toBe(process.cwd());
    expect(kernel.use('env')).toEqual({});
    expect(kernel.use('clock')).toBe(kernel.clock);
    expect(new Date(kernel.clock.now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
    await using again = await createTestKernel();
    await using other = await createTestKernel({ seed: 2 });
    const first = kernel.use('random').uuid();
    expect(again.use('random').uuid()).toBe(first);
    expect(other.use('random').uuid()).not.toBe(first);
  });

  it('takes a whole configuration, and lets services be replaced', async () => {
    const log: unknown[] = [];
    const clock = createVirtualClock(0);
    const consumer = definePlugin({
      name: 'consumer',
      version: '1.0.0',
      requires: ['amber'],
      setup(kernel) {
        kernel.clock.setTimeout(() => log.push(kernel.use('amber').kind), 1_000);
        kernel.logger.info({}, kernel.env['MODE'] ?? '');
      },
    });
    await using kernel = await createTestKernel({
      plugins: [consumer()],
      setup: (scope) => void log.push(scope.root),
      overrides: { amber: { kind: 'fake' } },
      env: { MODE: 'test' },
      root: '/shop',
      logger: createLogger((_level, _fields, message) => log.push(message)),
      clock,
    });
    await kernel.clock.advance({ seconds: 1 });
    expect(kernel.clock).toBe(clock);
    expect(log).toEqual(['test', '/shop', 'fake']);
  });

  it('stops at the end of its block', async () => {
    let kept: TestKernel | undefined;
    {
      await using kernel = await createTestKernel();
      await kernel.start();
      expect(kernel.state).toBe('running');
      kept = kernel;
    }
    expect(kept.state).toBe('stopped');
  });

  it('rejects when the boot fails', async () => {
    const broken = definePlugin({ name: 'broken', version: '1.0.0', setup: () => Promise.reject(new Error('no licence')) });
    await expect(createTestKernel({ plugins: [broken()] })).rejects.toThrow('no licence');
  });
});

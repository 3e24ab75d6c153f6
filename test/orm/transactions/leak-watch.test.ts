import { createLogger } from '@oxidite/kernel';
import { orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { Article, createBlog, Tag } from '../support/blog.ts';

const collect = (): { logger: ReturnType<typeof createLogger>; warnings: unknown[] } => {
  const warnings: unknown[] = [];
  return {
    warnings,
    logger: createLogger((level, fields, message) => level === 'warn' && warnings.push({ line: fields['line'], openMs: fields['openMs'], message })),
  };
};

describe('the option leakWarningMs', () => {
  it('warns once of a transaction that stays open, with the line that has begun it', async () => {
    const { logger, warnings } = collect();
    await using blog = await createBlog(':memory:', { logger });
    const { promise, resolve } = Promise.withResolvers<void>();
    const open = blog.orm.unitOfWork((orm) =>
      orm.transaction(async () => {
        await orm.transaction(() => void orm.create(Tag, { name: 'a' }));
        await promise;
      }),
    );
    await blog.clock.advance(9_999);
    expect(warnings).toEqual([]);
    await blog.clock.advance(60_000);
    expect(warnings).toEqual([
      { line: expect.stringMatching(/leak-watch\.test\.ts:\d+$/), openMs: 10_000, message: expect.stringContaining('open for a long time') },
    ]);
    resolve();
    await open;
    expect(blog.clock.pendingTimers()).toBe(0);
  });

  it('keeps no timer of a transaction that is over, however it ended', async () => {
    await using blog = await createBlog();
    await blog.orm.unitOfWork(async (orm) => {
      await orm.transaction(() => void orm.create(Tag, { name: 'a' }));
      await orm.transaction(() => Promise.reject(new Error('no'))).catch(() => undefined);
    });
    expect(blog.clock.pendingTimers()).toBe(0);
  });

  it('never warns when it is 0, and refuses what is no time', async () => {
    const { logger, warnings } = collect();
    const boot = (leakWarningMs: number): ReturnType<typeof createTestKernel> =>
      createTestKernel({ logger, plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Article], autoMigrate: 'models', leakWarningMs })] });
    await using kernel = await boot(0);
    await kernel.scopes.run(({ orm }) => orm.transaction(() => kernel.clock.advance({ days: 1 })));
    expect(warnings).toEqual([]);
    await expect(boot(-1)).rejects.toThrow(/leakWarningMs/);
  });
});

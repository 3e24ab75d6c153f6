import { orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases, type OpenedDatabase, SERVER_DATABASES } from '../support/databases.ts';
import { Sample } from '../support/sample.ts';

describe('values', () =>
  describeOnDatabases((database) => {
    let opened: OpenedDatabase;
    let kernel: TestKernel;

    beforeEach(async () => {
      opened = await database.open();
      kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Sample], autoMigrate: 'models' })] });
    });

    afterEach(async () => {
      await kernel.stop();
      await opened.drop();
    });

    it('come back as they were, on both roads', async () => {
      const orm = kernel.use('orm');
      const values = {
        name: 'é "quoted" \\ \u{1f600} ',
        text: 'x'.repeat(70_000),
        count: Number.MAX_SAFE_INTEGER,
        big: 2n ** 63n - 1n,
        price: '12345678901234567890123456.7800',
        day: '2024-02-29',
        at: new Date('2026-11-27T05:06:07.089Z'),
        flag: true,
        mood: 'bad' as const,
        token: '0193f1a0-0000-7000-8000-000000000001',
      };
      for (const data of [{ list: [1, 'two', null], nested: { 'a"b': "it's \\" } }, 'text', 5, [1, 2], true]) {
        const id = await orm.unitOfWork(async (unit) => {
          const sample = unit.create(Sample, { ...values, name: `${values.name} ${JSON.stringify(data)}`, data });
          await unit.flush();
          return sample.id;
        });
        const row = await orm.query(Sample).where({ id }).get();
        expect(row).toMatchObject({ ...values, name: expect.any(String), data });
        expect(typeof row.id).toBe('number');
        await orm.unitOfWork(async (unit) => {
          const sample = await unit.get(Sample, id);
          expect(sample).toMatchObject({ ...values, name: expect.any(String), data });
          await unit.flush();
          expect((await unit.transaction(() => unit.query(Sample).where({ id }).get())).updatedAt).toEqual(row.updatedAt); // nothing counts as changed
        });
      }
    });
  }, SERVER_DATABASES));

import { defineModel, field, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases, type OpenedDatabase } from '../support/databases.ts';

const Star = defineModel('star', { number: field.bigint().primary(), seen: field.datetime().nullable(), day: field.date().nullable() });

/** The least and the greatest values that are stored, and what is beyond them. */
const LIMITS: readonly (readonly ['number' | 'seen', below: unknown, above: unknown])[] = [
  ['number', -(2n ** 63n) - 1n, 2n ** 63n],
  ['seen', new Date(Date.UTC(-20, 0)), new Date('9999-12-31T23:59:59.999-10:00')],
];

describeOnDatabases((database) => {
  let opened: OpenedDatabase;
  let kernel: TestKernel;
  let orm: Orm;

  beforeEach(async () => {
    opened = await database.open();
    kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Star], autoMigrate: 'models' })] });
    orm = kernel.use('orm');
    await orm.unitOfWork((unit) => {
      unit.create(Star, { number: 1n, seen: new Date('0001-01-01T00:00:00.000Z'), day: '0001-01-01' });
      unit.create(Star, { number: 2n ** 63n - 1n, seen: new Date('9999-12-31T23:59:59.999Z'), day: '9999-12-31' });
    });
  });

  afterEach(async () => {
    await kernel.stop();
    await opened.drop();
  });

  describe('a condition with a value that no column holds', () => {
    it.each(LIMITS)('compares %s as if it were held', async (name, below, above) => {
      const count = (operator: string, value: unknown): Promise<number> =>
        orm
          .query(Star)
          .where({ [name]: { [operator]: value } })
          .count();
      for (const value of [below, above]) {
        expect([await count('eq', value), await count('ne', value), await count('in', [value]), await count('notIn', [value])]).toEqual([0, 2, 0, 2]);
        const isBelow = value === below;
        for (const operator of ['lt', 'lte']) expect(await count(operator, value)).toBe(isBelow ? 0 : 2);
        for (const operator of ['gt', 'gte']) expect(await count(operator, value)).toBe(isBelow ? 2 : 0);
      }
    });

    it('finds no entity, and no day of the year 0', async () => {
      await orm.unitOfWork(async (unit) => {
        expect(await unit.find(Star, 2n ** 63n)).toBeUndefined();
        expect(await unit.list(Star, { number: { in: [2n ** 63n, 1n] } })).toHaveLength(1);
      });
      expect(await orm.query(Star).where({ day: '0000-01-01' }).count()).toBe(0);
    });
  });

  describe('a moment or a day that no column holds', () => {
    it.each([
      ['seen', new Date('0000-12-31T23:59:59.999Z')],
      ['seen', new Date('9999-12-31T23:59:59-10:00')],
      ['day', '0000-01-01'],
    ])('is not valid: %s %s', async (name, value) => {
      const expected = { code: 'OXI_ORM_INVALID_ENTITY', status: 422 };
      await expect(orm.unitOfWork((unit) => void unit.create(Star, { number: 5n, [name]: value }))).rejects.toMatchObject(expected);
      await expect(orm.unitOfWork((unit) => unit.insertMany(Star, [{ number: 5n, [name]: value }]))).rejects.toMatchObject(expected);
      await expect(
        orm.unitOfWork((unit) =>
          unit
            .query(Star)
            .where({ number: 1n })
            .update({ [name]: value }),
        ),
      ).rejects.toMatchObject(expected);
      expect(Star.create.safeParse({ number: '5', [name]: typeof value === 'string' ? value : '0000-01-01T00:00:00Z' }).success).toBe(false);
    });
  });
});

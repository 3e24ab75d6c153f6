/** An application with two databases. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Sale, Visit } from '../models/archive.ts';
import { expectRefusal } from './expectations.ts';

export const connections = defineFeature('Several databases', {
  'are found by the model, on both roads': async ({ openConnections }) => {
    const orm = await openConnections();
    await orm.unitOfWork((unit) => {
      unit.create(Sale, { name: 'a' });
      unit.create(Visit, { path: '/a' });
    });
    expect([(await orm.query(Sale).get()).name, (await orm.query(Visit).get()).path]).toEqual(['a', '/a']);
    await orm.unitOfWork(async (unit) => void (await unit.get(Visit, { path: '/a' })).assign({ count: 2 }));
    expect(await orm.query(Visit).sum('count')).toBe(2);
    expect(orm.connections).toEqual(['default', 'archive']);
  },
  'take writes of many rows': async ({ openConnections }) => {
    const orm = await openConnections();
    await orm.unitOfWork(async (unit) => {
      await unit.insertMany(Visit, [{ path: '/a' }, { path: '/b' }]);
      await unit.upsert(Visit, [{ path: '/b', count: 5 }], { by: ['path'] });
      expect(
        await unit
          .query(Visit)
          .where({ count: { gt: 0 } })
          .increment('count'),
      ).toBe(1);
    });
    expect(await orm.query(Visit).sum('count')).toBe(6);
  },
  'write nothing anywhere when the first fails': async ({ openConnections }) => {
    const orm = await openConnections();
    await orm.unitOfWork((unit) => void unit.create(Sale, { name: 'a' }));
    const failing = orm.unitOfWork((unit) => {
      unit.create(Sale, { name: 'a' });
      unit.create(Visit, { path: '/a' });
    });
    await expectRefusal(failing, 'UNIQUE_VIOLATION', { status: 409 });
    expect(await orm.query(Visit).count()).toBe(0);
  },
  'say what stays when a later one fails': async ({ openConnections }) => {
    const orm = await openConnections();
    await orm.unitOfWork((unit) => void unit.create(Visit, { path: '/a' }));
    const failing = orm.unitOfWork((unit) => {
      unit.create(Sale, { name: 'a' });
      unit.create(Visit, { path: '/a' });
    });
    await expectRefusal(failing, 'FLUSH_PARTIAL', { connection: 'archive', committed: ['default'] });
    expect(await orm.query(Sale).count()).toBe(1);
  },
  'have transactions of their own': async ({ openConnections }) => {
    const orm = await openConnections();
    await orm.unitOfWork(async (unit) => {
      const failing = unit.on('archive').transaction(() => {
        unit.create(Visit, { path: '/a' });
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      unit.create(Sale, { name: 'a' });
    });
    expect([await orm.query(Visit).count(), await orm.query(Sale).count()]).toEqual([0, 1]);
  },
  'that do not exist are refused, and models of another': async ({ openConnections }) => {
    const orm = await openConnections();
    await expectRefusal(() => orm.on('none'), 'CONNECTION_UNKNOWN');
    await expectRefusal(() => orm.on('archive').query(Sale).all(), 'CONNECTION_MISMATCH', { model: 'sale' });
  },
});

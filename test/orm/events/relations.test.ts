import { belongsTo, type Change, defineModel, field, manyToMany, morphTo, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases, type OpenedDatabase } from '../support/databases.ts';

const Item = defineModel('item', { name: field.string() });
const Order = defineModel('order', {
  name: field.string(),
  items: manyToMany(() => Item, { pivot: { quantity: field.integer().default(1) } }),
  marks: manyToMany(() => Item, { table: 'order_marks' }),
});
const Line = defineModel(
  'line',
  { order: belongsTo(() => Order), position: field.integer(), text: field.string() },
  { key: ['order', 'position'], version: true },
);
const Note = defineModel('note', { text: field.string(), subject: morphTo(() => [Item, Order]).nullable() });

describeOnDatabases((database) => {
  let opened: OpenedDatabase;
  let kernel: TestKernel;
  let orm: Orm;
  let changes: Change[];

  beforeEach(async () => {
    opened = await database.open();
    kernel = await createTestKernel({
      plugins: [ormPlugin({ ...opened.options, models: [Item, Order, Line, Note], autoMigrate: 'models' })],
      setup: (scope) => {
        scope.tap('orm:flushed', () => undefined);
        scope.tap('orm:committed', (event) => void changes.push(...event.changes));
      },
    });
    orm = kernel.use('orm');
    changes = [];
    await orm.unitOfWork((unit) => {
      for (const name of ['a', 'b', 'c']) unit.create(Item, { name });
      unit.create(Order, { name: 'o' });
    });
    changes = [];
  });

  afterEach(async () => {
    await kernel.stop();
    await opened.drop();
  });

  describe('the changes that hooks tell', () => {
    it('have keys of several parts, whose versions are compared', async () => {
      await orm.unitOfWork((unit) => void unit.create(Line, { order: 1, position: 2, text: 'x' }));
      await orm.unitOfWork(async (unit) => void ((await unit.get(Line, { orderId: 1, position: 2 })).text = 'y'));
      expect(changes).toMatchObject([
        { kind: 'create', key: { orderId: 1, position: 2 }, after: { text: 'x', version: 1 } },
        { kind: 'update', key: { orderId: 1, position: 2 }, before: { text: 'x', version: 1 }, after: { text: 'y', version: 2 } },
      ]);
      expect(changes[1]?.fields.toSorted()).toEqual(['text', 'version']);
      const stale = orm.unitOfWork(async (unit) => {
        (await unit.get(Line, { orderId: 1, position: 2 })).text = 'stale';
        await orm.unitOfWork(async (other) => void ((await other.get(Line, { orderId: 1, position: 2 })).text = 'z'));
      });
      await expect(stale).rejects.toMatchObject({ code: 'OXI_ORM_ENTITY_CONFLICT', expected: 2, found: 3 });
      await orm.unitOfWork((unit) =>
        unit.transaction(async () => void ((await unit.get(Line, { orderId: 1, position: 2 }, { lock: 'update' })).text = 'locked')),
      );
      expect((await orm.query(Line).get()).text).toBe('locked');
    });

    it('tell relations to one of several models as one', async () => {
      await orm.unitOfWork((unit) => void unit.create(Note, { text: 'x', subject: { item: 1 } }));
      await orm.unitOfWork(async (unit) => void (await unit.get(Note, 1)).assign({ subject: { order: 1 } }));
      await orm.unitOfWork(async (unit) => void (await unit.get(Note, 1)).assign({ subject: null }));
      await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Note, 1)));
      expect(changes.map(({ before, after }) => [before['subject'], after['subject']])).toEqual([
        [undefined, { item: 1 }],
        [{ item: 1 }, { order: 1 }],
        [{ order: 1 }, null],
        [null, undefined],
      ]);
    });

    it('tell pairs with data, and those of sync, in the same transaction', async () => {
      await orm.unitOfWork(async (unit) => unit.attach(await unit.get(Order, 1), 'items', { to: 1, pivot: { quantity: 2 } }, 2));
      await orm.unitOfWork(async (unit) => {
        expect(await unit.sync(await unit.get(Order, 1), 'items', [{ to: 1, pivot: { quantity: 3 } }, 3])).toEqual({
          attached: [3],
          updated: [1],
          detached: [2],
        });
        expect(await unit.sync(await unit.get(Order, 1), 'items', [1, 3])).toEqual({ attached: [], updated: [], detached: [] });
      });
      await orm.unitOfWork(async (unit) => void (await unit.get(Order, 1)).assign({ items: [], marks: [] }));
      expect(changes.map(({ kind, fields, after }) => [kind, fields, after])).toEqual([
        ['update', ['items'], { items: { attached: [1, 2], detached: [] } }],
        ['update', ['items'], { items: { attached: [3, 1], detached: [2] } }],
        ['update', expect.arrayContaining(['items', 'marks']), { items: { attached: [], detached: [] }, marks: { attached: [], detached: [] } }],
      ]);
      expect(await orm.query(Order).with('items').get()).toMatchObject({ items: [] });
    });
  });
});

import type { CreateData, EntityCollection, InferColumns, InferRow, Orm, SyncResult } from '@oxidite/orm';
import { describe, expectTypeOf, it } from 'vitest';
import { Item, type Label, Order } from './orders.ts';
import { type Author, Image, Product, Remark, type Story } from './shop.ts';

declare const orm: Orm;
/** The bodies are only type-checked. */
const typed = (_body: () => unknown): void => undefined;

describe('the types of a morphTo', () => {
  it('follow from the list of models', () => {
    expectTypeOf<Remark['subject']>().toEqualTypeOf<Product | Story>();
    expectTypeOf<Image['of']>().toEqualTypeOf<Product | Author | null>();
    expectTypeOf<Product['remarks']>().toEqualTypeOf<EntityCollection<Remark>>();
    expectTypeOf<Product['cover']>().toEqualTypeOf<Image | null>();
    expectTypeOf<InferColumns<typeof Remark>['subjectProductId']>().toEqualTypeOf<number | null>();
    expectTypeOf<InferRow<typeof Remark>['subjectStoryId']>().toEqualTypeOf<string | null>();
    expectTypeOf<keyof InferRow<typeof Image>>().toEqualTypeOf<'id' | 'path' | 'ofProductId' | 'ofAuthorId'>();
  });

  it('discriminate rows', () => {
    typed(async () => {
      const { subject } = await orm.query(Remark).with('subject').get();
      expectTypeOf(subject.type).toEqualTypeOf<'product' | 'story'>();
      if (subject.type === 'product') expectTypeOf(subject).toEqualTypeOf<{ type: 'product'; readonly id: number; name: string }>();
      else expectTypeOf(subject.title).toEqualTypeOf<string>();
      expectTypeOf((await orm.query(Image).with('of').get()).of).toExtend<{ type: 'author' | 'product' } | null>();
      const product = await orm
        .query(Product)
        .with('remarks', (remarks) => remarks.with('subject', 'author'))
        .withCount('remarks')
        .get();
      expectTypeOf(product.remarks[0]?.subject.type).toEqualTypeOf<'product' | 'story' | undefined>();
      // @ts-expect-error there is not one query to refine
      orm.query(Remark).with('subject', (subjects) => subjects);
      // @ts-expect-error it is not a relation to many
      orm.query(Remark).withCount('subject');
    });
  });

  it('guard what is given', () => {
    expectTypeOf<CreateData<typeof Image>['of']>().toExtend<unknown>();
    typed((product = {} as Product, author = {} as Author, remark = {} as Remark) => {
      orm.create(Remark, { body: 'x', subject: product });
      orm.create(Remark, { body: 'x', subject: { story: 'key' } });
      orm.create(Image, { path: 'x' });
      orm.query(Remark).where({ subject: product, or: [{ subject: { product: { name: 'x' }, story: 'key' } }, { subject: null }] });
      remark.assign({ subject: { product: { id: 1 } } });
      if (remark.subject instanceof orm.entity(Product)) expectTypeOf(remark.subject.name).toEqualTypeOf<string>();
      // @ts-expect-error it is required
      orm.create(Remark, { body: 'x' });
      // @ts-expect-error it is never null
      orm.create(Remark, { body: 'x', subject: null });
      // @ts-expect-error an author is not one of the models
      orm.create(Remark, { body: 'x', subject: author });
      // @ts-expect-error the key of a product is a number
      orm.create(Remark, { body: 'x', subject: { product: 'key' } });
      // @ts-expect-error a key alone does not say of which model
      remark.assign({ subject: 1 });
      // @ts-expect-error there is no such model
      orm.query(Remark).where({ subject: { author: 1 } });
      // @ts-expect-error there is no such field
      orm.query(Remark).where({ subject: { story: { name: 'x' } } });
      return orm.populate(remark, 'subject');
    });
  });
});

describe('the types of pairs with data', () => {
  it('follow from the fields, from either side', () => {
    typed(async () => {
      const order = await orm.query(Order).with('items', 'labels').get();
      expectTypeOf(order.items[0]?.pivot.quantity).toEqualTypeOf<number | undefined>();
      expectTypeOf(order.items[0]?.pivot.note).toEqualTypeOf<string | null | undefined>();
      const item = await orm
        .query(Item)
        .with('orders', (orders) => orders.select('number'))
        .get();
      expectTypeOf(item.orders[0]?.pivot.kind).toEqualTypeOf<'sale' | 'loan' | undefined>();
      const plain = await orm.query(Item).with('labels').get();
      expectTypeOf(plain.labels).toEqualTypeOf<InferRow<typeof Label>[]>();
    });
  });

  it('guard what is attached', () => {
    typed(async (order = {} as Order, item = {} as Item) => {
      orm.attach(order, 'items', { to: item, pivot: { quantity: 1 } }, { to: 1, pivot: { quantity: 1, note: null, kind: 'loan' } });
      orm.attach(order, 'labels', 'key', { to: 'key' }, { to: { id: 'key' }, pivot: { weight: 1 } });
      orm.attach(item, 'orders', { to: order, pivot: { quantity: 1 } });
      orm.attach(item, 'labels', 'key');
      orm.detach(order, 'items', item, 1);
      orm.create(Order, { number: 'x', items: [{ to: item, pivot: { quantity: 1 } }], labels: ['key'] });
      expectTypeOf(await orm.sync(order, 'items', [{ to: item, pivot: { quantity: 1 } }])).toEqualTypeOf<SyncResult<number>>();
      expectTypeOf(await orm.sync(order, 'labels', [{ to: 'key' }])).toEqualTypeOf<SyncResult<string>>();
      // @ts-expect-error the quantity is required
      orm.attach(order, 'items', item);
      // @ts-expect-error the quantity is required
      orm.attach(order, 'items', { to: item, pivot: {} });
      // @ts-expect-error the quantity is a number
      orm.attach(order, 'items', { to: item, pivot: { quantity: 'x' } });
      // @ts-expect-error there is no such field
      orm.attach(order, 'labels', { to: 'key', pivot: { colour: 'red' } });
      // @ts-expect-error these pairs have no data
      orm.attach(item, 'labels', { to: 'key', pivot: { weight: 1 } });
      // @ts-expect-error the key of an item is a number
      return orm.sync(order, 'items', [{ to: 'key', pivot: { quantity: 1 } }]);
    });
  });
});

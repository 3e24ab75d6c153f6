/** The shop, over a real socket and two real SQLite files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Customer } from '../../examples/store/app/models/customer.ts';
import { Product } from '../../examples/store/app/models/product.ts';
import { Sale } from '../../examples/store/app/models/sale.ts';
import { type Store, startStore } from './support/store-client.ts';

/** A page of the newest products. */
interface Newest {
  readonly items: readonly { readonly slug: string }[];
  readonly next: string | null;
  readonly previous: string | null;
}

let store: Store;

beforeEach(async () => {
  store = await startStore();
});
afterEach(() => store[Symbol.asyncDispose]());

const stockOf = async (slug: string): Promise<number> => (await store.orm.query(Product).where({ slug }).get()).stock;
const listSales = (): Promise<object[]> => store.orm.query(Sale).select('product', 'quantity', 'amount').orderBy({ id: 'asc' }).all();

describe('examples/store: the catalog', () => {
  it('shows categories in one another, with the number of their products', async () => {
    expect(await store.call('GET', '/categories')).toMatchObject({
      status: 200,
      body: [
        { name: 'Garden' },
        {
          name: 'Home',
          children: [
            { name: 'Furniture', productsCount: 3 },
            { name: 'Lamps', productsCount: 2 },
          ],
        },
      ],
    });
  });

  it('lists what can be bought, below a price and within a category or those below it', async () => {
    expect(await store.call('GET', '/products?within=Home&below=100')).toMatchObject({
      body: { items: [{ slug: 'glass-lamp', price: '45.50', category: { name: 'Lamps' } }, { slug: 'oak-chair' }], total: 2 },
    });
    expect((await store.call('GET', '/products?below=cheap')).status).toBe(422);
  });

  it('finds words, and leaves out what is deleted', async () => {
    expect(await store.call('GET', '/products/search?q=table%20-pine')).toMatchObject({ body: [{ slug: 'oak-table' }] });
    await store.callAsStaff('DELETE', '/back-office/products/oak-table');
    expect((await store.call('GET', '/products/search?q=table%20-pine')).body).toEqual([]);
  });

  it('goes through all products by cursor, there and back, and nothing is shifted', async () => {
    const read = async (query: string): Promise<Newest> => (await store.call('GET', `/products/newest?limit=10${query}`)).body as unknown as Newest; // its schema says so
    const seen: string[] = [];
    let page = await read('');
    const first = page;
    for (;;) {
      seen.push(...page.items.map(({ slug }) => slug));
      if (page.next === null) break;
      if (seen.length === 10) await store.callAsStaff('POST', '/back-office/products', { name: 'Rug', slug: 'rug', price: '9.00', stock: 1, category: 'New' });
      page = await read(`&after=${page.next}`);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect([seen.length, await store.orm.query(Product).count()]).toEqual([35, 36]);
    const second = await read(`&after=${first.next}`);
    expect((await read(`&before=${second.previous}`)).items).toEqual(first.items);
    expect((await store.call('GET', '/products/newest?after=nonsense')).status).toBe(422);
  });

  it('describes its pages in OpenAPI', () => {
    const { paths } = store.kernel.use('openapi').document();
    const operation = paths['/products/newest']?.['get'];
    expect(JSON.stringify(operation?.responses['200'])).toMatch(/"next":\{.*"previous":\{/);
    expect(operation?.parameters?.map((parameter) => ('name' in parameter ? parameter.name : ''))).toEqual(['limit', 'after', 'before']);
  });
});

describe('examples/store: orders', () => {
  it('makes the lines exactly those that are sent, and says what that was', async () => {
    const ids = new Map((await store.orm.query(Product).select('id', 'slug').all()).map(({ id, slug }) => [slug, id]));
    const id = await store.order({ 'oak-table': 1, 'glass-lamp': 1 });
    const lines = [
      { slug: 'oak-table', quantity: 2 },
      { slug: 'oak-chair', quantity: 4 },
    ];
    expect(await store.call('PUT', `/orders/${id}/lines`, { lines })).toEqual({
      status: 200,
      body: { attached: [ids.get('oak-chair')], updated: [ids.get('oak-table')], detached: [ids.get('glass-lamp')] },
    });
    expect((await store.call('PUT', `/orders/${id}/lines`, { lines })).body).toEqual({ attached: [], updated: [], detached: [] });
    expect((await store.call('GET', `/orders/${id}`)).body).toEqual({
      id,
      state: 'open',
      total: '800.00',
      lines: [
        { slug: 'oak-chair', name: 'Oak chair', price: '80.00', quantity: 4 },
        { slug: 'oak-table', name: 'Oak table', price: '240.00', quantity: 2 },
      ],
    });
  });

  it('refuses lines of what does not exist, or is named twice', async () => {
    const id = await store.order({ 'oak-table': 1 });
    const put = (...slugs: readonly string[]) => store.call('PUT', `/orders/${id}/lines`, { lines: slugs.map((slug) => ({ slug, quantity: 1 })) });
    expect(await put('oak-table', 'none')).toMatchObject({ status: 422, body: { errors: [{ path: '/lines/1/slug', message: 'not found' }] } });
    expect(await put('oak-table', 'oak-table')).toMatchObject({ status: 422, body: { errors: [{ path: '/lines', message: 'names a product twice' }] } });
  });

  it('knows a customer by the address of the mail, and keeps where an order goes as a secret', async () => {
    const first = await store.order({ 'oak-chair': 1 });
    await store.order({ 'oak-chair': 1 });
    expect(await store.orm.query(Customer).where({ name: 'Grace' }).count()).toBe(1);
    expect((await store.callAsStaff('GET', `/back-office/orders/${first}/label`)).body).toEqual({ name: 'Grace', address: '1 Harbour Street' });
    expect((await store.call('GET', `/back-office/orders/${first}/label`)).status).toBe(401);
    const files = readdirSync(store.directory).map((file) => readFileSync(join(store.directory, file), 'latin1'));
    expect(files.some((text) => text.includes('grace@example.com'))).toBe(true);
    expect(files.some((text) => text.includes('Harbour'))).toBe(false); // nor does the audit trail tell it
  });
});

describe('examples/store: sales', () => {
  it('takes the stock, and tells the other database after the commit', async () => {
    const id = await store.order({ 'oak-chair': 3, 'glass-lamp': 1 });
    expect(await store.call('POST', `/orders/${id}/buy`)).toMatchObject({ status: 200, body: { state: 'paid', total: '285.50' } });
    expect([await stockOf('oak-chair'), await stockOf('glass-lamp')]).toEqual([5, 0]);
    expect(await listSales()).toEqual([
      { product: 'glass-lamp', quantity: 1, amount: '45.50' },
      { product: 'oak-chair', quantity: 3, amount: '240.00' },
    ]);
    expect((await store.callAsStaff('GET', '/back-office/sales')).body).toEqual({
      revenue: '285.50',
      best: [
        { product: 'oak-chair', sold: 3 },
        { product: 'glass-lamp', sold: 1 },
      ],
    });
    expect(await store.call('POST', `/orders/${id}/buy`)).toMatchObject({ status: 409, body: { detail: 'This order is paid already.' } });
    expect((await store.call('PUT', `/orders/${id}/lines`, { lines: [{ slug: 'oak-chair', quantity: 1 }] })).status).toBe(409);
  });

  it('leaves nothing of a sale when a part of it is sold out', async () => {
    const id = await store.order({ 'oak-chair': 1, 'glass-lamp': 2, 'paper-lamp': 1 });
    expect(await store.call('POST', `/orders/${id}/buy`)).toMatchObject({
      status: 409,
      body: {
        errors: [
          { path: '/glass-lamp', message: 'only 1 left' },
          { path: '/paper-lamp', message: 'only 0 left' },
        ],
      },
    });
    expect([await stockOf('oak-chair'), await stockOf('glass-lamp')]).toEqual([8, 1]);
    expect((await store.call('GET', `/orders/${id}`)).body['state']).toBe('open');
    expect(await listSales()).toEqual([]);
  });

  it('sells the last one to one of many who buy at once', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => store.order({ 'glass-lamp': 1 })));
    const answers = await Promise.all(ids.map((id) => store.call('POST', `/orders/${id}/buy`)));
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
    expect([await stockOf('glass-lamp'), (await listSales()).length]).toEqual([0, 1]);
  });

  it('sells an order once to one who sends it twice at once', async () => {
    const id = await store.order({ 'oak-chair': 1 });
    const answers = await Promise.all([1, 2].map(() => store.call('POST', `/orders/${id}/buy`)));
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([200, 409]);
    expect(await stockOf('oak-chair')).toBe(7);
  });

  it('stands when the other database cannot write', async () => {
    const id = await store.order({ 'oak-chair': 1 });
    await store.orm.on('analytics').schema.drop();
    expect((await store.call('POST', `/orders/${id}/buy`)).status).toBe(200);
    expect(await stockOf('oak-chair')).toBe(7);
  });
});

describe('examples/store: the back office', () => {
  it('lets in only the staff', async () => {
    for (const [method, path] of [
      ['GET', '/back-office/sales'],
      ['DELETE', '/back-office/products/oak-table'],
    ] as const)
      expect(await store.call(method, path)).toMatchObject({ status: 401, body: { detail: 'Staff only.' } });
    expect(await store.callAsStaff('GET', '/back-office/sales')).toEqual({ status: 200, body: { revenue: '0.00', best: [] } });
  });

  it('takes a product out of the shop and puts it back; orders keep it, but cannot be bought meanwhile', async () => {
    const id = await store.order({ 'oak-table': 1 });
    await store.callAsStaff('DELETE', '/back-office/products/oak-table');
    expect((await store.call('GET', '/products/oak-table')).status).toBe(404);
    expect((await store.call('GET', `/orders/${id}`)).body['lines']).toMatchObject([{ slug: 'oak-table' }]);
    expect(await store.call('POST', `/orders/${id}/buy`)).toMatchObject({ status: 409, body: { errors: [{ path: '/oak-table' }] } });
    await store.callAsStaff('POST', '/back-office/products/oak-table/restore');
    expect((await store.call('GET', '/products/oak-table')).status).toBe(200);
    expect((await store.call('POST', `/orders/${id}/buy`)).status).toBe(200);
    const history = (await store.callAsStaff('GET', '/back-office/products/oak-table/history')).body;
    expect(history).toMatchObject([
      { kind: 'update', actor: null, changes: { stock: { before: 3, after: 2 } } },
      { kind: 'update', actor: 'ada', changes: { deletedAt: { after: null } } },
      { kind: 'delete', actor: 'ada' },
      { kind: 'create', actor: null },
    ]);
  });

  it('tells a clerk that another one was faster', async () => {
    const patch = (price: string) => store.callAsStaff('PATCH', '/back-office/products/oak-chair', { price, version: 1 });
    expect(await patch('75.00')).toMatchObject({ status: 200, body: { price: '75.00', version: 2 } });
    expect((await patch('70.00')).status).toBe(409);
  });
});

describe('examples/store: reviews', () => {
  it('lists what was said of products and of orders', async () => {
    const id = await store.order({ 'oak-chair': 1 });
    await store.call('POST', `/orders/${id}/reviews`, { stars: 4 });
    await store.call('POST', '/reviews/products/oak-chair', { stars: 2, text: 'Hard.' });
    expect((await store.call('GET', '/reviews?limit=2')).body).toMatchObject({
      items: [
        { stars: 2, text: 'Hard.', of: 'Oak chair' },
        { stars: 4, text: '', of: 'an order' },
      ],
      previous: null,
    });
    expect((await store.call('GET', '/products/oak-chair')).body).toMatchObject({ stars: 3.5, reviews: [{ stars: 2 }, { stars: 5 }] });
    expect((await store.call('POST', '/reviews/products/oak-chair', { stars: 6 })).status).toBe(422);
  });
});

/** What everybody may see: categories and products. */
import { defineRoutes } from '@oxidite/http';
import { CursorPage, CursorQuery, Page, PageQuery } from '@oxidite/orm';
import * as z from 'zod';
import { Category } from '../models/category.ts';
import { Product } from '../models/product.ts';
import { Review } from '../models/review.ts';

const InCategory = Category.read.pick({ name: true });
const ListedProduct = Product.read.pick({ name: true, slug: true, price: true }).extend({ category: InCategory }).meta({ id: 'ListedProduct' });
const ProductDetails = Product.read
  .pick({ name: true, slug: true, about: true, price: true, stock: true, version: true })
  .extend({ category: InCategory, stars: z.number().nullable(), reviews: z.array(Review.read.pick({ stars: true, text: true })) })
  .meta({ id: 'ProductDetails' });
const CategoryTree = InCategory.extend({ children: z.array(InCategory.extend({ productsCount: z.int() })) }).meta({ id: 'CategoryTree' });

const Filter = PageQuery.extend({
  below: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .optional(),
  within: z.string().optional(),
});

export const categories = defineRoutes('/categories', { tags: ['Catalog'] }, (routes) => {
  routes.get('/', { name: 'categories.list', summary: 'Show the categories', response: { 200: z.array(CategoryTree) } }, (_, { orm }) =>
    orm
      .query(Category)
      .where({ parent: null })
      .with('children', (children) => children.withCount('products').orderBy({ name: 'asc' }))
      .orderBy({ name: 'asc' })
      .all(),
  );
});

export const products = defineRoutes('/products', { tags: ['Catalog'] }, (routes) => {
  routes.get('/', { name: 'products.list', summary: 'List what can be bought', query: Filter, response: { 200: Page(ListedProduct) } }, ({ query }, { orm }) =>
    orm
      .query(Product)
      .scope('available')
      .when(query.below, (found, price) => found.scope('cheaperThan', price))
      .when(query.within, (found, name) => found.where({ category: { or: [{ name }, { parent: { name } }] } }))
      .with('category')
      .orderBy({ price: 'asc', id: 'asc' })
      .paginate(query),
  );

  routes.get(
    '/newest',
    {
      name: 'products.newest',
      summary: 'List the newest products, in pages that do not shift',
      query: CursorQuery,
      response: { 200: CursorPage(ListedProduct) },
    },
    ({ query }, { orm }) => orm.query(Product).with('category').orderBy({ createdAt: 'desc', id: 'desc' }).paginateByCursor(query),
  );

  routes.get(
    '/search',
    {
      name: 'products.search',
      summary: 'Search names and descriptions',
      query: z.object({ q: z.string().max(200) }),
      response: { 200: z.array(ListedProduct) },
    },
    ({ query }, { orm }) => orm.query(Product).search(query.q).with('category').limit(20).all(),
  );

  routes.get('/:slug', { name: 'products.get', summary: 'Show a product', response: { 200: ProductDetails } }, async ({ params }, { orm }) => {
    const product = await orm.query(Product).where({ slug: params.slug }).with('category').get();
    const found = orm.query(Review).where({ subject: { product: product.id } });
    return { ...product, stars: await found.avg('stars'), reviews: await found.orderBy({ id: 'desc' }).limit(10).all() };
  });
});

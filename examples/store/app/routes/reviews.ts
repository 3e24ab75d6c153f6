/** Reviews of products and of orders, in one list. */
import { defineRoutes } from '@oxidite/http';
import { CursorPage, CursorQuery } from '@oxidite/orm';
import * as z from 'zod';
import { Product } from '../models/product.ts';
import { Review } from '../models/review.ts';

const ReviewView = Review.read.pick({ stars: true, text: true }).extend({ of: z.string() }).meta({ id: 'Review' });

export const reviews = defineRoutes('/reviews', { tags: ['Reviews'] }, (routes) => {
  routes.get(
    '/',
    { name: 'reviews.list', summary: 'List the newest reviews', query: CursorQuery, response: { 200: CursorPage(ReviewView) } },
    async ({ query }, { orm }) => {
      const page = await orm.query(Review).with('subject').orderBy({ id: 'desc' }).paginateByCursor(query); // one query for each kind of subject
      return { ...page, items: page.items.map(({ subject, ...review }) => ({ ...review, of: subject.type === 'product' ? subject.name : 'an order' })) };
    },
  );

  routes.post('/products/:slug', { name: 'reviews.create', summary: 'Review a product', body: Review.create }, async ({ params, body }, { orm }) => {
    orm.create(Review, { ...body, subject: await orm.get(Product, params) });
  });
});

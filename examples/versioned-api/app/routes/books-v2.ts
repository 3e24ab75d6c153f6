import { created, defineRoutes } from '@oxidite/http';
import * as z from 'zod';
import { addBook, bookBySlug, listBooks } from '../books.ts';

const PAGE_SIZE = 2;

const BookView = z
  .object({ slug: z.string().regex(/^[\w-]+$/), title: z.string(), author: z.object({ name: z.string(), born: z.int() }) })
  .meta({ id: 'BookV2' });
const BookPage = z.object({ items: z.array(BookView), next: z.string().nullable() }).meta({ id: 'BookPage' });

/** Version 2: pages, books by their slug, authors as objects, and books can be added. */
export const booksV2 = defineRoutes('/books', { version: '2', name: 'books.', tags: ['Books'] }, (routes) => {
  routes.get('/', { name: 'list', query: z.object({ page: z.int().min(1).default(1) }), response: { 200: BookPage } }, ({ query }, { http }) => {
    const end = query.page * PAGE_SIZE;
    const next = end < listBooks().length ? http.url('books.list', {}, { query: { page: query.page + 1 } }) : null;
    return { items: listBooks().slice(end - PAGE_SIZE, end), next };
  });

  routes.get('/:slug{slug}', { name: 'show', guards: [bookBySlug], response: { 200: BookView } }, ({ book }) => book);

  routes.post('/', { name: 'create', body: BookView, response: { 201: BookView } }, ({ body }, { http }) => {
    const book = addBook(body);
    return created(book, http.url('books.show', { slug: book.slug }));
  });
});

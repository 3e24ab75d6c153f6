import { defineRoutes } from '@oxidite/http';
import * as z from 'zod';
import { type Book, bookById, listBooks } from '../books.ts';

const BookView = z.object({ id: z.int(), title: z.string(), author: z.string() }).meta({ id: 'BookV1' });

const toView = ({ id, title, author }: Book): z.input<typeof BookView> => ({ id, title, author: author.name });

/** Version 1: a bare list, books by number, authors as text. */
export const booksV1 = defineRoutes('/books', { version: '1', name: 'books.', tags: ['Books'] }, (routes) => {
  routes.get('/', { name: 'list', response: { 200: z.array(BookView) } }, () => listBooks().map(toView));
  routes.get('/:id{int}', { name: 'show', guards: [bookById], response: { 200: BookView } }, ({ book }) => toView(book));
});

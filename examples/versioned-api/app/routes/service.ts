import { defineRoutes } from '@oxidite/http';
import { listBooks } from '../books.ts';

/** What is the same in both versions. */
export const authors = defineRoutes('/authors', { version: ['1', '2'], name: 'authors.', tags: ['Authors'] }, (routes) => {
  routes.get('/', { name: 'list' }, () => [...new Set(listBooks().map(({ author }) => author.name))]);
});

/** What belongs to no version. */
export const service = defineRoutes('/', (routes) => {
  routes.get('/health', { documented: false }, () => ({ status: 'ok' }));
});

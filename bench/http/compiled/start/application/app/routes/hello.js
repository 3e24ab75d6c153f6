import { defineRoutes } from '@oxidite/http';

export const hello = defineRoutes('/', (routes) => routes.get('/', () => 'Hello, world!'));

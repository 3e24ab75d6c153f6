import { defineRoutes } from '@oxidite/http';

export const greetings = defineRoutes('/greetings', (routes) => {
  routes.get('/:name', ({ params }, { greeter }) => ({ greeting: greeter.greet(params.name) }));
});

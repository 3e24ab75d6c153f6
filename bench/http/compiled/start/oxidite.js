/** Oxidite without its command. */
import { http } from '@oxidite/http';
import { createKernel } from '@oxidite/kernel';

const kernel = createKernel({
  config: { plugins: [http()], setup: (scope) => scope.tap('http:routes', (routes) => routes.get('/', () => 'Hello, world!')) },
});
await kernel.start();
process.once('SIGTERM', () => process.exit());

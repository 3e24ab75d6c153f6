/** Prints the bytes that one use of services allocates, as JSON. Needs `--expose-gc`, and a young generation that is not collected meanwhile. */
import { createKernel } from '@oxidite/kernel';
import { definePlugin } from '@oxidite/plugin-sdk';

const ITERATIONS = 1_000_000;
const SCOPED_ITERATIONS = 20_000;

const owner = definePlugin({
  name: 'owner',
  version: '1.0.0',
  provides: ['orm', 'cache', 'unitOfWork'],
  setup(kernel) {
    kernel.provide('orm', () => ({ value: 1 }));
    kernel.provide('cache', () => ({ value: 2 }));
    kernel.provide('unitOfWork', () => ({ value: 3 }), { lifetime: 'scoped', dispose: () => undefined });
  },
});
const kernel = createKernel({ config: { plugins: [owner()] } });
await kernel.start();
const { scopes, services } = kernel;
let sum = 0;

function useShared(count) {
  for (let i = 0; i < count; i++) {
    const { orm, cache } = services;
    sum = (sum + orm.value + cache.value) | 0;
  }
}

function useNothingScoped(count) {
  for (let i = 0; i < count; i++) {
    const own = scopes.create();
    const { orm, cache } = own;
    sum = (sum + orm.value + cache.value) | 0;
    if (scopes.complete(own) !== undefined || scopes.dispose(own) !== undefined) throw new Error('nothing was to be done');
  }
}

async function useScoped(count) {
  for (let i = 0; i < count; i++) {
    const own = scopes.create();
    sum = (sum + own.unitOfWork.value) | 0;
    await scopes.complete(own);
    await scopes.dispose(own);
  }
}

async function bytesOf(use, iterations) {
  await use(20_000); // lets V8 optimize
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  await use(iterations);
  return (process.memoryUsage().heapUsed - before) / iterations;
}

const result = {
  'shared services': await bytesOf(useShared, ITERATIONS),
  'services of a request that uses no scoped one': await bytesOf(useNothingScoped, ITERATIONS),
  'services of a request with a scoped one that is disposed': await bytesOf(useScoped, SCOPED_ITERATIONS),
};
process.stdout.write(JSON.stringify(result));

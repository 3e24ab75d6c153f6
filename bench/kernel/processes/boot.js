/** Boots 200 plugins, each of which provides a service, requires the one before and makes three taps; prints the milliseconds of `kernel.start()`. */
import { createKernel } from '@oxidite/kernel';
import { definePlugin } from '@oxidite/plugin-sdk';

const COUNT = 200;

const plugins = Array.from({ length: COUNT }, (_, index) =>
  definePlugin({
    name: `plugin-${index}`,
    version: '1.0.0',
    requires: index === 0 ? [] : [`service${index - 1}`],
    provides: [`service${index}`],
    setup(kernel) {
      kernel.provide(`service${index}`, () => ({ index }));
      kernel.tap('kernel:boot', () => undefined);
      kernel.tap('kernel:ready', () => undefined);
      kernel.tap('kernel:shutdown', () => undefined);
    },
  })(),
);

const startMs = performance.now();
const kernel = createKernel({ config: { plugins: plugins.toReversed() } });
await kernel.start();
process.stdout.write(String(performance.now() - startMs));

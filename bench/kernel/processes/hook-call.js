/** Prints the nanoseconds of one call of a hook: `hook-call.js tapable|registry sync|promise|value <taps> <arguments>`. */
import { AsyncSeriesHook, SyncHook } from 'tapable';
import { createKernel } from '@oxidite/kernel';
import { definePlugin } from '@oxidite/plugin-sdk';

const ROUNDS = 9;
const [through, kind, taps, args] = process.argv.slice(2);
const names = ['a', 'b', 'c'].slice(0, Number(args));
const hook = kind === 'sync' ? new SyncHook(names) : new AsyncSeriesHook(names);
const sink = { sum: 0 };

/** Each tap is a function of its own, as in an application; one source text would make V8 share what it learns of them. */
const functions = Array.from({ length: Number(taps) }, (_, index) =>
  // oxlint-disable-next-line typescript/no-implied-eval -- see above
  new Function('sink', `return ${kind === 'promise' ? 'async ' : ''}(${names.join(', ')}) => { sink.sum = (sink.sum + ${index + 1}) | 0; };`)(sink),
);

if (through === 'registry') {
  const owner = definePlugin({
    name: 'owner',
    version: '1.0.0',
    setup(kernel) {
      kernel.declareHook('bench:called', hook);
      for (const fn of functions) kernel.tap('bench:called', fn);
    },
  });
  await createKernel({ config: { plugins: [owner()] } }).start();
} else {
  for (const fn of functions) {
    if (kind === 'promise') hook.tapPromise('owner', fn);
    else hook.tap('owner', fn);
  }
}

const values = names.map((_, index) => `i + ${index}`).join(', ');
const call = kind === 'sync' ? `hook.call(${values})` : `await hook.promise(${values})`;
// oxlint-disable-next-line typescript/no-implied-eval -- the loop must be as monomorphic as a call in an application
const run = new Function('hook', `return ${kind === 'sync' ? '' : 'async '}(count) => { for (let i = 0; i < count; i++) ${call}; };`)(hook);

const count = Math.round((kind === 'sync' ? 3_000_000 : 300_000) / (Number(taps) + 1));
await run(count);
const times = [];
for (let round = 0; round < ROUNDS; round++) {
  const startMs = performance.now();
  await run(count);
  times.push(((performance.now() - startMs) / count) * 1e6);
}
process.stdout.write(String(times.toSorted((left, right) => left - right)[Math.floor(ROUNDS / 2)]));

import * as fc from 'fast-check';
import { SyncHook } from 'tapable';
import { describe, expect, it } from 'vitest';
import { type HookName, type Plugin, type ServiceName } from '@oxidite/kernel';
import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { kernelOf, plugin } from './support/plugins.ts';

const KERNEL_HOOKS = ['kernel:config', 'kernel:resolve', 'kernel:boot', 'kernel:ready', 'kernel:shutdown'];
const KERNEL_SERVICES = ['clock', 'random', 'logger', 'env'];

/** A graph of plugins of which each needs some of those before it. */
const graph = fc.integer({ min: 1, max: 8 }).chain((size) =>
  fc.record({
    requires: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 10 }),
    optional: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 6 }),
    listed: fc.shuffledSubarray(
      Array.from({ length: size }, (_, index) => index),
      { minLength: size },
    ),
    unloaded: fc.shuffledSubarray(Array.from({ length: size }, (_, index) => index)),
    isAsync: fc.boolean(),
  }),
);

interface World {
  readonly plugins: readonly Plugin[];
  /** The open resources, in the order of opening. */
  readonly open: readonly { readonly name: string }[];
  /** For each resource closed since the last call: its place among the open ones. */
  readonly takeClosed: () => number[];
  readonly hooks: readonly SyncHook<[]>[];
}

function createWorld(input: typeof graph extends fc.Arbitrary<infer Graph> ? Graph : never): World {
  const open: { readonly name: string }[] = [];
  const closed: number[] = [];
  const hooks = input.listed.map(() => new SyncHook<[]>([]));
  const needs = (pairs: readonly (readonly [number, number])[], node: number): string[] =>
    pairs.filter(([from, to]) => to === node && from < to).map(([from]) => `s${from}`);
  const acquire = (name: string): (() => void) => {
    const resource = { name };
    open.push(resource);
    return () => {
      closed.push(open.indexOf(resource));
      open.splice(open.indexOf(resource), 1);
    };
  };
  const plugins = input.listed.map((node) => {
    const requires = needs(input.requires, node);
    const optional = needs(input.optional, node);
    return plugin({
      name: `p${node}`,
      provides: [`s${node}`],
      requires,
      optional,
      setup(kernel) {
        kernel.declareHook(`x:${node}` as HookName, hooks[node] as never); // made-up names
        for (const hook of hooks.keys()) kernel.tap(`x:${hook}` as HookName, () => undefined);
        kernel.clock.setInterval(() => undefined, 10);
        kernel.onDispose(acquire(`p${node}`));
        kernel.provide(`s${node}` as ServiceName, (_services, scope) => {
          scope.onDispose(acquire(`s${node}`));
          return { kind: `s${node}` };
        });
        for (const service of requires) expect(kernel.use(service as 'amber').kind).toBe(service);
        for (const service of optional) void kernel.use(service as 'amber');
        return input.isAsync ? Promise.resolve() : undefined;
      },
    });
  });
  const takeClosed = (): number[] => closed.splice(0);
  return { plugins, open, hooks, takeClosed };
}

describe('any graph of plugins', () => {
  it('loads, unloads without a trace, and loads again', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (input) => {
        const { plugins, open, hooks, takeClosed } = createWorld(input);
        const clock = createVirtualClock();
        const kernel = kernelOf(plugins, { clock });
        await kernel.start();
        const before = kernel.describe();
        expect(clock.pendingTimers()).toBe(plugins.length);
        for (const node of input.unloaded) {
          if (kernel.describe().plugins.every(({ name }) => name !== `p${node}`)) continue; // it went with another one
          await kernel.unload(`p${node}`);
          const closed = takeClosed();
          expect(closed).toEqual(closed.toSorted((left, right) => right - left)); // the exact reverse of opening
        }
        const left = kernel.describe();
        const names = left.plugins.map(({ name }) => name);
        expect(left.plugins.every(({ state }) => state === 'running')).toBe(true);
        expect(clock.pendingTimers()).toBe(names.length);
        expect(new Set(open.map(({ name }) => name).filter((name) => name.startsWith('p')))).toEqual(new Set(names));
        expect(left.services.map(({ name }) => name).toSorted()).toEqual([...KERNEL_SERVICES, ...names.map((name) => `s${name.slice(1)}`)].toSorted());
        for (const { name, declaredBy, taps } of left.hooks) {
          expect(taps.every((tap) => names.includes(tap.plugin))).toBe(true);
          if (declaredBy !== undefined && declaredBy !== 'kernel') expect(hooks[Number(name.slice(2))]?.taps).toHaveLength(names.length);
        }
        for (const entry of plugins.toSorted((a, b) => a.definition.name.localeCompare(b.definition.name)))
          if (!names.includes(entry.definition.name)) await kernel.load(entry);
        expect(
          kernel
            .describe()
            .plugins.map(({ name }) => name)
            .toSorted(),
        ).toEqual(before.plugins.map(({ name }) => name).toSorted());
        const opened = open.length;
        await kernel.stop();
        expect(takeClosed()).toEqual(Array.from({ length: opened }, (_, index) => opened - 1 - index));
        expect([open, clock.pendingTimers()]).toEqual([[], 0]);
        const end = kernel.describe();
        expect([end.hooks.map(({ name }) => name), end.services.map(({ name }) => name)]).toEqual([KERNEL_HOOKS, KERNEL_SERVICES]);
        for (const hook of hooks) expect([hook.isUsed(), hook.interceptors]).toEqual([false, []]);
      }),
      { numRuns: 1_000 },
    );
  });
});

/**
 * The suite that every plugin passes, for any test runner with `describe` and `it`:
 * `describePlugin({ describe, it }, search({ index: 'main' }), { plugins: [orm(…)] })`.
 */
import { equal, fail, ok } from 'node:assert/strict';
import { type AnyPluginDefinition, type Plugin, PLUGIN, PluginOptionsError, PluginSetupError, toMessage } from '@oxidite/kernel';
import { assertUnloadsClean, type UnloadOptions } from './assert-unloads-clean.ts';
import { createTestKernel } from './create-test-kernel.ts';
import { countCalls, faulty } from './faulty.ts';

/** The functions of a test runner that the suite uses. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  it(name: string, run: () => Promise<void>): unknown;
}

/** Describes what every plugin must do: boot, provide what it declares, refuse wrong options, fail by name, unload clean. */
export function describePlugin(runner: TestRunner, plugin: Plugin, options: UnloadOptions = {}): void {
  const { definition } = plugin;
  const { exercise: _exercise, start: _start, ...kernelOptions } = options;
  const others = options.plugins ?? [];

  runner.describe(`the plugin ${definition.name}`, () => {
    runner.it('boots, and provides the services it declares', async () => {
      await using kernel = await createTestKernel({ ...kernelOptions, plugins: [...others, plugin] });
      const { services, plugins } = kernel.describe();
      equal(plugins.find(({ name }) => name === definition.name)?.state, 'running');
      for (const service of definition.provides ?? []) {
        ok(
          services.some(({ name }) => name === service),
          `the service "${service}" is declared, but not provided`,
        );
        kernel.use(service);
      }
    });

    if (definition.config !== undefined) {
      runner.it('refuses wrong options with an error that names it', async () => {
        const error = await catchError(createTestKernel({ ...kernelOptions, plugins: [...others, { ...plugin, options: 'no options at all' }] }));
        ok(error instanceof PluginOptionsError, `expected a PluginOptionsError, but got: ${toMessage(error)}`);
        ok(error.message.includes(`"${definition.name}"`));
      });
    }

    runner.it('fails by name, and leaves nothing behind, at whichever call to the kernel fails', async () => {
      for (let nthCall = 1; ; nthCall++) {
        const { plugin: broken, calls } = breakAt(plugin, nthCall);
        await using kernel = await createTestKernel({ ...kernelOptions });
        const error = await catchError(kernel.load(broken));
        if (calls() < nthCall) return;
        if (error === undefined) continue; // the plugin can do without this call
        ok(
          error instanceof PluginSetupError && error.plugin === definition.name,
          `expected a PluginSetupError of "${definition.name}", but got: ${toMessage(error)}`,
        );
        const left = kernel.describe().hooks.flatMap(({ name, taps }) => (taps.some((tap) => tap.plugin === definition.name) ? name : []));
        if (left.length > 0) fail(`after call ${nthCall} had failed, taps of ${left.join(', ')} were left`);
        ok(!kernel.describe().services.some((service) => service.plugin === definition.name));
      }
    });

    runner.it('unloads clean, and can be loaded again', () => assertUnloadsClean(plugin, options));
  });
}

/** A plugin whose n-th call to its kernel fails during set-up. */
function breakAt(plugin: Plugin, nthCall: number): { plugin: Plugin; calls: () => number } {
  let calls = (): number => 0;
  const setup: AnyPluginDefinition['setup'] = (kernel: object) => {
    const broken = faulty(kernel, nthCall);
    calls = () => countCalls(broken);
    return plugin.definition.setup(broken as never); // it is the very scope the plugin would get, but for the fault
  };
  return { plugin: { [PLUGIN]: true, definition: { ...plugin.definition, setup }, options: plugin.options }, calls: () => calls() };
}

async function catchError(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}

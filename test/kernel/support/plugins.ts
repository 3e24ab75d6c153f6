/** Short ways to make plugins and kernels in the kernel's tests. */
import {
  type AnyPluginDefinition,
  createKernel,
  type Kernel,
  type KernelConfig,
  type KernelOptions,
  PLUGIN,
  type Plugin,
  type PluginDescription,
  type PluginScope,
  type ResolvedPlugin,
  type ServiceName,
} from '@oxidite/kernel';
import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import type {} from './services.ts';

/** A definition of which everything but the name may be left out; services may have made-up names. */
export interface LooseDefinition extends Omit<Partial<PluginDescription>, 'requires' | 'optional' | 'provides'> {
  readonly name: string;
  readonly requires?: readonly string[];
  readonly optional?: readonly string[];
  readonly provides?: readonly string[];
  readonly prepare?: (kernel: PluginScope) => void | Promise<void>;
  readonly setup?: (kernel: PluginScope) => void | Promise<void>;
}

/** Makes a plugin as JavaScript would: nothing is checked by types. */
export function plugin(definition: LooseDefinition, options?: unknown): Plugin {
  return { [PLUGIN]: true, definition: { version: '1.0.0', setup: () => undefined, ...definition } as AnyPluginDefinition, options }; // made-up service names
}

/** Makes a plugin that provides each of its services as `{ kind: name }`, and then runs `setup`. */
export function provider(definition: LooseDefinition, options?: unknown): Plugin {
  return plugin(
    {
      ...definition,
      setup(kernel) {
        for (const service of definition.provides ?? []) kernel.provide(service as ServiceName, () => ({ kind: definition.name })); // made-up service names
        return definition.setup?.(kernel);
      },
    },
    options,
  );
}

/** Makes a plugin as it stands in an ordered list. */
export function resolved(definition: LooseDefinition): ResolvedPlugin {
  return { definition: plugin(definition).definition, options: undefined, place: `plugins["${definition.name}"]` };
}

/** Creates a kernel in virtual time with an empty environment. */
export function kernelOf(plugins: KernelConfig['plugins'], options: Partial<KernelOptions> & Partial<KernelConfig> = {}): Kernel {
  const { setup, providers, failurePolicy, ignoreCompatibility, ...rest } = options;
  return createKernel({ clock: createVirtualClock(), env: {}, config: { plugins, setup, providers, failurePolicy, ignoreCompatibility }, ...rest });
}

/** Catches what a promise or a function throws. */
export async function thrownBy(work: Promise<unknown> | (() => unknown)): Promise<Error> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof Error) return error;
    throw new TypeError(`something else than an Error was thrown: ${String(error)}`, { cause: error });
  }
  throw new TypeError('nothing was thrown');
}

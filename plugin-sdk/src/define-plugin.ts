/** Declares a plugin. First-party plugins use this and nothing deeper. */
import { type AnyPluginDefinition, PLUGIN, type Plugin, type PluginDescription, type PluginFactory, type PluginScope, type ServiceName } from '@oxidite/kernel';
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** The validated options a plugin sees. */
export type ConfigOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : undefined;

/** The options an application writes. */
export type OptionsOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : undefined;

/** A definition as its author writes it, with inferred types. */
export interface PluginDefinition<
  Schema extends StandardSchemaV1 | undefined = undefined,
  Requires extends ServiceName = never,
  Optional extends ServiceName = never,
  Provides extends ServiceName = never,
> extends PluginDescription {
  readonly config?: Schema;
  readonly requires?: readonly Requires[];
  readonly optional?: readonly Optional[];
  readonly provides?: readonly Provides[];
  /** Runs before any options are resolved; for plugins that overlay options or change the list of plugins. Rarely needed. */
  prepare?(
    kernel: Pick<PluginScope<ConfigOf<Schema>, Requires, Optional, Provides>, 'config' | 'env' | 'logger' | 'name' | 'root' | 'tap'>,
  ): void | Promise<void>;
  /** Taps hooks and provides services. Connections are opened here: it may be asynchronous. */
  setup(kernel: PluginScope<ConfigOf<Schema>, Requires, Optional, Provides>): void | Promise<void>;
}

/**
 * Declares a plugin and returns the function by which applications list it: `search({ index: 'main' })`.
 * The options are inferred from `config`, and `kernel.use` in `setup` knows just the services that are declared.
 */
export function definePlugin<
  Schema extends StandardSchemaV1 | undefined = undefined,
  const Requires extends ServiceName = never,
  const Optional extends ServiceName = never,
  const Provides extends ServiceName = never,
>(definition: PluginDefinition<Schema, Requires, Optional, Provides>): PluginFactory<OptionsOf<Schema>> {
  const erased: AnyPluginDefinition = definition;
  const create = (options?: unknown): Plugin => Object.freeze({ [PLUGIN]: true as const, definition: erased, options });
  return Object.freeze(Object.assign(create, { [PLUGIN]: true as const, definition: erased }));
}

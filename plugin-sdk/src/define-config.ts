/** Declares the configuration of an application: the default export of `oxidite.config.ts`. */
import type { Env, KernelConfig, Plugin, PluginFactory } from '@oxidite/kernel';

/**
 * The options of plugins that are listed by name. A plugin package adds its own, so that `['@acme/search', { … }]` is
 * checked: `declare module '@oxidite/plugin-sdk' { interface PluginOptions { '@acme/search': SearchOptions } }`.
 */
export interface PluginOptions {}

/** Checks one entry of the list; an entry with options of a known plugin must fit that plugin's type. */
export type CheckedEntry<Entry> = Entry extends readonly [infer Name, unknown]
  ? Name extends keyof PluginOptions
    ? readonly [Name, PluginOptions[Name]]
    : readonly [string, unknown]
  : Plugin | PluginFactory<undefined> | string;

/** A configuration as it is written. */
export interface ConfigInput<Entries extends readonly unknown[]> extends Omit<KernelConfig, 'plugins'> {
  /** The plugins, in any order: what they declare decides the order of their set-up. */
  readonly plugins: Entries & { readonly [Index in keyof Entries]: CheckedEntry<Entries[Index]> };
}

/** Declares a function that makes a configuration from the environment. */
export function defineConfig(create: (env: Env) => KernelConfig | Promise<KernelConfig>): (env: Env) => KernelConfig | Promise<KernelConfig>;
/** Declares a configuration: what the kernel reads. Types are checked here, values when the kernel boots. */
export function defineConfig<const Entries extends readonly unknown[]>(config: ConfigInput<Entries>): KernelConfig;
export function defineConfig(config: unknown): unknown {
  return config;
}

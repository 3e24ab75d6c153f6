/** What a plugin is: the definition the kernel works with, and the plugin an application lists (definition + options). */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ServiceName } from './services.ts';

/** Marks a {@link Plugin}; shared by all copies of the SDK. */
export const PLUGIN: unique symbol = Symbol.for('oxidite.plugin');

/** The parts of a definition that the kernel orders and checks by; none of them runs code. */
export interface PluginDescription {
  /** The npm package name, or the plugin's place in it: `@acme/search`. Unique in an application. */
  readonly name: string;
  /** The plugin's own semantic version. */
  readonly version: string;
  /** Validates and completes the options. */
  readonly config?: StandardSchemaV1 | undefined;
  /** Services that must exist. `setup` may use these. */
  readonly requires?: readonly ServiceName[] | undefined;
  /** Services that are used when present. */
  readonly optional?: readonly ServiceName[] | undefined;
  /** Services that `setup` registers. */
  readonly provides?: readonly ServiceName[] | undefined;
  /** Plugins that are set up before this one when they are listed. */
  readonly after?: readonly string[] | undefined;
  /** Plugins that are set up after this one when they are listed. */
  readonly before?: readonly string[] | undefined;
  /** Range of kernel versions this plugin works with; the manifest in package.json says the same before code runs. */
  readonly kernel?: string | undefined;
  /** `false`: when set-up fails, the application goes on without this plugin and its dependents. Default: `true`. */
  readonly critical?: boolean | undefined;
  /** `true`: the plugin guards the application, so its failure always ends the boot. Default: `false`. */
  readonly security?: boolean | undefined;
  /** How long `setup` may take, in milliseconds. Default: 10,000. */
  readonly setupTimeoutMs?: number | undefined;
}

/** A definition whose types are no longer known: what the kernel works with. Its author writes the `PluginDefinition` of the SDK. */
export interface AnyPluginDefinition extends PluginDescription {
  prepare?(kernel: never): void | Promise<void>;
  setup(kernel: never): void | Promise<void>;
}

/** A plugin with its options: what stands in the list of an application. */
export interface Plugin {
  readonly [PLUGIN]: true;
  readonly definition: AnyPluginDefinition;
  readonly options: unknown;
}

/** A factory may be called without options when all of them may be left out. */
export type FactoryArguments<Options> = undefined extends Options ? [options?: Options] : {} extends Options ? [options?: Options] : [options: Options];

/** Makes a {@link Plugin} from options; what `definePlugin` returns. */
export interface PluginFactory<Options = unknown> {
  (...options: FactoryArguments<Options>): Plugin;
  readonly definition: AnyPluginDefinition;
}

/** A plugin whose place in the configuration is known. */
export interface ResolvedPlugin extends Pick<Plugin, 'definition' | 'options'> {
  /** Where it is listed, for messages: `plugins[2] of /shop/oxidite.config.ts`. */
  readonly place: string;
}

/** A plugin whose options are validated. */
export interface ConfiguredPlugin extends ResolvedPlugin {
  /** The validated options, frozen. */
  readonly config: unknown;
}

/** What a tap of `kernel:config` is told about the options it transforms. */
export interface OptionsContext {
  readonly plugin: string;
}

/** Tells whether `value` is a {@link Plugin}. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && PLUGIN in value && value[PLUGIN] === true;
}

/** Tells whether `value` is a {@link PluginFactory}. */
export function isPluginFactory(value: unknown): value is PluginFactory {
  return typeof value === 'function' && PLUGIN in value && value[PLUGIN] === true;
}

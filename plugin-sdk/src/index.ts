/** The public surface of @oxidite/plugin-sdk. */
export {
  type AnyHook,
  type ApplicationScope,
  type Clock,
  type Env,
  defineError,
  type ErrorClass,
  type ErrorCode,
  type HookName,
  type HookRegistry,
  type KernelDescription,
  type Lifetime,
  type LogFields,
  type Logger,
  type LogLevel,
  OxiditeError,
  type Plugin,
  type PluginFactory,
  type PluginScope,
  type ProvideOptions,
  type Random,
  type SchemaIssue,
  type SchemaResult,
  type ScopeContext,
  type ServiceFactory,
  type ServiceName,
  type Services,
  type ServiceScopes,
  type TapBand,
  type TapFunction,
  type TapOptions,
  type Timer,
  toMessage,
  toSuggestion,
  validateSchema,
} from '@oxidite/kernel';
export { ambientHeaders, type HeaderSource, withAmbientHeaders } from './ambient-headers.ts';
export { ambientSignal, type SignalSource, withAmbientSignal } from './ambient-signal.ts';
export { type CheckedEntry, type ConfigInput, defineConfig, type PluginOptions } from './define-config.ts';
export { type ConfigOf, definePlugin, type OptionsOf, type PluginDefinition } from './define-plugin.ts';
export type { Duration } from './testing/virtual-clock.ts';

/** Everything that can be wrong in a kernel: one class per code, each with a line in docs/errors.md. */
import { defineError, type TextFacts, toLines, toMessage, toReason } from './oxidite-error.ts';
import type { PluginFailure } from './resource-ledger.ts';

/** Facts of an error about a plugin and its place in the configuration. */
type ListedFacts<Name extends string = never> = TextFacts<'plugin' | 'place' | Name>;

const toSubject = ({ plugin, place }: ListedFacts): string => `Plugin "${plugin}", listed at ${place},`;

/** No configuration file was found. */
export class ConfigNotFoundError extends defineError('OXI_CONFIG_NOT_FOUND', ({ root, places }: { root: string; places: readonly string[] }) => {
  return `No Oxidite configuration in ${root} or the directories above it. Create oxidite.config.ts there; also looked for: ${places.join(', ')}.`;
}) {}

/** The configuration file cannot be parsed. */
export class ConfigSyntaxError extends defineError('OXI_CONFIG_SYNTAX', ({ file, line }: { file: string; line?: number | undefined }, cause) => {
  return `${file} cannot be parsed: ${toMessage(cause)}. Correct the syntax${line === undefined ? '' : ` at line ${line}`}.`;
}) {}

/** The configuration file was read, but what it exports is not a configuration. */
export class ConfigInvalidError extends defineError('OXI_CONFIG_INVALID', ({ file, problems }: { file: string; problems: readonly string[] }) => {
  return `${file} is not valid:${toLines(problems)}\nExport defineConfig({ plugins: [...] }).`;
}) {}

/** The kernel is not in the state an operation needs. */
export class KernelStateError extends defineError('OXI_KERNEL_STATE', ({ operation, state, expected }: TextFacts<'operation' | 'state' | 'expected'>) => {
  const remedy = ['stopping', 'stopped', 'failed'].includes(state) ? 'Create another kernel.' : 'Await boot() or start() before.';
  return `${operation} needs a kernel that is ${expected}, but it is ${state}. ${remedy}`;
}) {}

/** Two copies of the kernel were imported into one process. */
export class KernelDuplicateError extends defineError('OXI_KERNEL_DUPLICATE', ({ copies }: { copies: readonly string[] }) => {
  const remedy = 'Plugins must name it in peerDependencies, not in dependencies; "npm ls @oxidite/kernel" shows who brings the second.';
  return `Two copies of @oxidite/kernel are in this process:${toLines(copies)}\n${remedy}`;
}) {}

/** A tap threw; says whose tap of which hook it was. */
export class TapError extends defineError('OXI_HOOK_TAP', ({ plugin, hook }: TextFacts<'plugin' | 'hook'>, cause) => {
  return `Plugin "${plugin}" failed in hook "${hook}": ${toReason(cause, 'Correct what it taps there, or take it off the list.')}`;
}) {}

/** A hook was declared twice. */
export class HookDuplicateError extends defineError('OXI_HOOK_DUPLICATE', ({ hook, first, second }: TextFacts<'hook' | 'first' | 'second'>) => {
  return `The hook "${hook}" is declared by "${first}" and by "${second}". Give one of them another name.`;
}) {}

/** No integer can be drawn from this range. */
export class RandomRangeError extends defineError('OXI_RANDOM_RANGE', ({ min, max }: { min: number; max: number }) => {
  return `random.integer(${min}, ${max}) cannot be drawn: give two integers, the lesser first, with fewer than 2^48 values between them.`;
}) {}

/** A listed package or path does not exist. */
export class PluginNotFoundError extends defineError('OXI_PLUGIN_NOT_FOUND', ({ remedy, ...at }: ListedFacts<'remedy'>) => {
  return `${toSubject(at)} was not found. ${remedy}`;
}) {}

/** The module of a listed plugin threw while it was imported. */
export class PluginImportError extends defineError('OXI_PLUGIN_IMPORT', ({ file, ...at }: ListedFacts<'file'>, cause) => {
  return `${toSubject(at)} failed while ${file} was imported: ${toReason(cause, 'Correct the plugin, or take it off the list.')}`;
}) {}

/** What is listed, or what a package exports, is not a plugin. */
export class PluginInvalidError extends defineError('OXI_PLUGIN_INVALID', ({ place, found, remedy }: TextFacts<'place' | 'found' | 'remedy'>) => {
  return `The entry at ${place} is not a plugin: found ${found}. ${remedy}`;
}) {}

/** Two plugins have one name. */
export class PluginDuplicateError extends defineError('OXI_PLUGIN_DUPLICATE', ({ plugin, first, second }: TextFacts<'plugin' | 'first' | 'second'>) => {
  return `Plugin "${plugin}" is listed twice: at ${first} and at ${second}. Remove one of them.`;
}) {}

/** A plugin does not work with this version of the kernel. */
export class PluginIncompatibleError extends defineError('OXI_PLUGIN_INCOMPATIBLE', ({ range, version, ...at }: ListedFacts<'range' | 'version'>) => {
  const remedy = 'Update the plugin, or add its name to "ignoreCompatibility" at your own risk.';
  return `${toSubject(at)} works with kernel ${range}, but this is kernel ${version}. ${remedy}`;
}) {}

/** Options of one or more plugins do not fit their schemas; all issues are in the message. */
export class PluginOptionsError extends defineError('OXI_PLUGIN_OPTIONS', ({ issues }: { issues: readonly string[] }) => {
  return `The options of the plugins are not valid:${toLines(issues)}\nCorrect them where the plugins are listed.`;
}) {}

/** Plugins depend on each other in a circle: the plugins of `path`, the first one again at its end. */
export class PluginCycleError extends defineError('OXI_PLUGIN_CYCLE', ({ path, steps }: Record<'path' | 'steps', readonly string[]>) => {
  return `Plugins wait for each other: ${path.join(' -> ')}:${toLines(steps)}\nRemove one of these requirements.`;
}) {}

/** The set-up of a plugin failed. */
export class PluginSetupError extends defineError('OXI_PLUGIN_SETUP', (at: ListedFacts, cause) => {
  return `${toSubject(at)} failed in its set-up: ${toReason(cause, 'Check its options and what it connects to, or take it off the list.')}`;
}) {}

/** The set-up of a plugin took too long. */
export class PluginTimeoutError extends defineError('OXI_PLUGIN_TIMEOUT', ({ timeoutMs, awaiting, ...at }: ListedFacts<'awaiting'> & { timeoutMs: number }) => {
  const remedy = 'Check that what it waits for can be reached, or raise its setupTimeoutMs.';
  return `${toSubject(at)} did not finish its set-up within ${timeoutMs} ms; it was awaiting ${awaiting}. ${remedy}`;
}) {}

/** A plugin that depends on one that failed. */
export class PluginDisabledError extends defineError('OXI_PLUGIN_DISABLED', ({ service, because, ...at }: ListedFacts<'service' | 'because'>) => {
  return `${toSubject(at)} is disabled: it requires the service "${service}" of "${because}", which does not run. Correct "${because}" first.`;
}) {}

/** One or more disposers failed; everything else was disposed all the same. */
export class DisposeError extends defineError('OXI_PLUGIN_DISPOSE', ({ failures }: { failures: readonly PluginFailure[] }) => {
  const lines = failures.map(({ plugin, error }) => `plugin "${plugin}": ${toMessage(error)}`);
  return `Not everything could be closed:${toLines(lines)}\nEverything else was closed. Correct the onDispose functions of these plugins.`;
}) {
  readonly errors: readonly unknown[] = this.failures.map(({ error }) => error);
}

/** A plugin failed with new options, and then again with its former ones: `errors` in this order. */
export class PluginRestartError extends defineError('OXI_PLUGIN_RESTART', ({ plugin, errors }: { plugin: string; errors: readonly [unknown, unknown] }) => {
  const lines = [`new: ${toMessage(errors[0])}`, `former: ${toMessage(errors[1])}`];
  const problem = 'could not be set up with its new options, nor again with its former ones; it does not run';
  return `Plugin "${plugin}" ${problem}:${toLines(lines)}\nRemove the cause and restart the application.`;
}) {}

/** No plugin of this name is loaded. */
export class PluginUnknownError extends defineError('OXI_PLUGIN_UNKNOWN', ({ plugin, suggestion }: TextFacts<'plugin' | 'suggestion'>) => {
  return `No plugin "${plugin}" is loaded.${suggestion} "oxidite plugins:list" shows the loaded ones.`;
}) {}

/** A plugin used its kernel after it was unloaded. */
export class PluginClosedError extends defineError('OXI_PLUGIN_CLOSED', ({ plugin, action }: TextFacts<'plugin' | 'action'>) => {
  return `Plugin "${plugin}" called ${action} after it was unloaded or its set-up had failed. Stop its work when kernel.signal aborts.`;
}) {}

/** A plugin requires a service that no listed plugin provides. */
export class ServiceMissingError extends defineError('OXI_SERVICE_MISSING', ({ service, remedy, ...at }: ListedFacts<'service' | 'remedy'>) => {
  return `${toSubject(at)} requires the service "${service}", which no listed plugin provides. ${remedy}`;
}) {}

/** Two plugins provide one service and the application has not picked one. */
export class ServiceConflictError extends defineError('OXI_SERVICE_CONFLICT', ({ service, providers }: { service: string; providers: readonly string[] }) => {
  const remedy = `Take one off the list, or pick one: providers: { ${service}: '${providers.slice(0, 1).join('')}' }.`;
  return `The service "${service}" is provided by ${providers.map((name) => `"${name}"`).join(' and ')}. ${remedy}`;
}) {}

/** A plugin used a service without declaring it. */
export class ServiceForbiddenError extends defineError('OXI_SERVICE_FORBIDDEN', ({ plugin, service }: TextFacts<'plugin' | 'service'>) => {
  return `Plugin "${plugin}" used the service "${service}" without declaring it. Add it to "requires" or "optional" of the plugin.`;
}) {}

/** A plugin provided a service without declaring it, or declared one and did not provide it. */
export class ServiceUndeclaredError extends defineError(
  'OXI_SERVICE_UNDECLARED',
  ({ plugin, service, declared }: TextFacts<'plugin' | 'service'> & { readonly declared: boolean }) =>
    declared
      ? `Plugin "${plugin}" declares that it provides the service "${service}", but its set-up did not provide it. Call kernel.provide('${service}', ...) in setup.`
      : `Plugin "${plugin}" provided the service "${service}" without declaring it. Add it to "provides" of the plugin.`,
) {}

/** A service cannot be had: nobody provides it (any more), or its construction failed. */
export class ServiceUnavailableError extends defineError('OXI_SERVICE_UNAVAILABLE', ({ service, reason }: TextFacts<'service' | 'reason'>) => {
  return `The service "${service}" is not available: ${reason}`;
}) {}

/** A scoped service was used after its request or job had ended. */
export class ScopeSettledError extends defineError('OXI_SERVICE_SCOPE_ENDED', ({ service }: TextFacts<'service'>) => {
  const remedy = 'Await all work before returning, or do it in a scope of its own: kernel.scopes.run((services) => ...).';
  return `The service "${service}" was used after its request or job had ended. ${remedy}`;
}) {}

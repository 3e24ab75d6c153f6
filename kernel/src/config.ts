/** The shape of a configuration, and its check. */
import { inspect } from 'node:util';
import { ConfigInvalidError } from './errors.ts';
import type { ApplicationScope } from './plugin-scope.ts';
import { isPlugin, isPluginFactory, type Plugin, type PluginFactory } from './plugin.ts';
import { toSuggestion } from './suggestion.ts';

/** One entry of the list of plugins: a plugin, a factory without options, a package name, a path, or a pair with options. */
export type PluginEntry = Plugin | PluginFactory<undefined> | string | readonly [name: string, options: unknown];

/** What to do when a plugin fails while the application boots. */
export type FailurePolicy = 'abort' | 'disable';

/** A configuration, as the kernel reads it. */
export interface KernelConfig {
  readonly plugins: readonly PluginEntry[];
  /** The application's own set-up; it runs after all plugins'. */
  readonly setup?: ((kernel: ApplicationScope) => void | Promise<void>) | undefined;
  /** Which plugin provides a service that several could provide: service name -> plugin name. */
  readonly providers?: Readonly<Record<string, string>> | undefined;
  /** Overrides what the failure of a plugin means: plugin name -> policy. A security plugin always aborts. */
  readonly failurePolicy?: Readonly<Record<string, FailurePolicy>> | undefined;
  /** Names of plugins that are loaded although they do not name this kernel version as compatible. */
  readonly ignoreCompatibility?: readonly string[] | undefined;
}

/** What each key must hold: says what is wrong with a value, or nothing. */
const CHECKS: Readonly<Record<keyof KernelConfig, (value: unknown) => string | undefined>> = {
  plugins: (value) => (Array.isArray(value) ? undefined : `is ${describeValue(value)} instead of an array`),
  setup: (value) => (value === undefined || typeof value === 'function' ? undefined : `is ${describeValue(value)} instead of a function`),
  providers: (value = {}) => (isMapTo(value, isString) ? undefined : 'must map service names to plugin names'),
  failurePolicy: (value = {}) =>
    isMapTo(value, (policy) => policy === 'abort' || policy === 'disable') ? undefined : 'must map plugin names to "abort" or "disable"',
  ignoreCompatibility: (value = []) => (Array.isArray(value) && value.every(isString) ? undefined : 'must be an array of plugin names'),
};

/**
 * Checks the shape of a configuration.
 * @throws {ConfigInvalidError} naming everything that is wrong with it.
 */
export function parseConfig(value: unknown, file: string): KernelConfig {
  if (typeof value !== 'object' || value === null) throw new ConfigInvalidError({ file, problems: [`found ${describeValue(value)} instead of an object`] });
  const problems = Object.keys({ ...CHECKS, ...value }).flatMap((key) => {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof KernelConfig] : () => `is not known.${toSuggestion(key, Object.keys(CHECKS))}`;
    const problem = check(Reflect.get(value, key));
    return problem === undefined ? [] : `"${key}" ${problem}`;
  });
  if (problems.length > 0) throw new ConfigInvalidError({ file, problems });
  return value as KernelConfig;
}

/** Names what was found, for a message. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (isPlugin(value) || isPluginFactory(value)) return `the plugin ${isPlugin(value) ? '' : 'factory '}"${value.definition.name}"`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object') return `an object with the keys ${Object.keys(value).join(', ') || '(none)'}`;
  return inspect(value);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isMapTo(map: unknown, isValid: (value: unknown) => boolean): boolean {
  return typeof map === 'object' && map !== null && !Array.isArray(map) && Object.values(map).every(isValid);
}

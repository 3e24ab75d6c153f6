/** The shape of a configuration, and its check. */
import { inspect } from 'node:util';
import { ConfigInvalidError } from './errors/config-errors.ts';
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

const KEYS = ['plugins', 'setup', 'providers', 'failurePolicy', 'ignoreCompatibility'] as const;

/**
 * Checks the shape of a configuration.
 * @throws {ConfigInvalidError} naming everything that is wrong with it.
 */
export function parseConfig(value: unknown, file: string): KernelConfig {
  if (typeof value !== 'object' || value === null) throw new ConfigInvalidError({ file, problems: [`found ${describeValue(value)} instead of an object`] });
  const config = value as Partial<Record<(typeof KEYS)[number], unknown>>;
  const problems: string[] = [];
  for (const key of Object.keys(value)) {
    if (!KEYS.some((known) => known === key)) problems.push(`"${key}" is not known.${toSuggestion(key, KEYS)}`);
  }
  if (!Array.isArray(config.plugins)) problems.push(`"plugins" is ${describeValue(config.plugins)} instead of an array`);
  if (config.setup !== undefined && typeof config.setup !== 'function') problems.push(`"setup" is ${describeValue(config.setup)} instead of a function`);
  if (!isRecordOf(config.providers, isString)) problems.push('"providers" must map service names to plugin names');
  if (!isRecordOf(config.failurePolicy, (policy) => policy === 'abort' || policy === 'disable')) {
    problems.push('"failurePolicy" must map plugin names to "abort" or "disable"');
  }
  if (config.ignoreCompatibility !== undefined && !(Array.isArray(config.ignoreCompatibility) && config.ignoreCompatibility.every(isString))) {
    problems.push('"ignoreCompatibility" must be an array of plugin names');
  }
  if (problems.length > 0) throw new ConfigInvalidError({ file, problems });
  return value as KernelConfig;
}

/** Names what was found, for a message. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (isPlugin(value)) return `the plugin "${value.definition.name}"`;
  if (isPluginFactory(value)) return `the plugin factory "${value.definition.name}"`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object') return `an object with the keys ${Object.keys(value).join(', ') || '(none)'}`;
  return inspect(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecordOf(value: unknown, isValid: (value: unknown) => boolean): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isValid));
}

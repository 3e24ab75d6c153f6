/** What can be wrong with the list of plugins and with what is loaded for it. */
import { defineError, type TextFacts, toReason } from './oxidite-error.ts';

/** A listed package or path does not exist. */
export class PluginNotFoundError extends defineError(
  'OXI_PLUGIN_NOT_FOUND',
  ({ plugin, place, remedy }: TextFacts<'plugin' | 'place' | 'remedy'>) => `Plugin "${plugin}", listed at ${place}, was not found. ${remedy}`,
) {}

/** The module of a listed plugin threw while it was imported. */
export class PluginImportError extends defineError(
  'OXI_PLUGIN_IMPORT',
  ({ plugin, place, file }: TextFacts<'plugin' | 'place' | 'file'>, cause) =>
    `Plugin "${plugin}", listed at ${place}, failed while ${file} was imported: ${toReason(cause, 'Correct the plugin, or take it off the list.')}`,
) {}

/** What is listed, or what a package exports, is not a plugin. */
export class PluginInvalidError extends defineError(
  'OXI_PLUGIN_INVALID',
  ({ place, found, remedy }: TextFacts<'place' | 'found' | 'remedy'>) => `The entry at ${place} is not a plugin: found ${found}. ${remedy}`,
) {}

/** Two plugins have one name. */
export class PluginDuplicateError extends defineError(
  'OXI_PLUGIN_DUPLICATE',
  ({ plugin, first, second }: TextFacts<'plugin' | 'first' | 'second'>) =>
    `Plugin "${plugin}" is listed twice: at ${first} and at ${second}. Remove one of them.`,
) {}

/** A plugin does not work with this version of the kernel. */
export class PluginIncompatibleError extends defineError(
  'OXI_PLUGIN_INCOMPATIBLE',
  ({ plugin, place, range, version }: TextFacts<'plugin' | 'place' | 'range' | 'version'>) =>
    `Plugin "${plugin}", listed at ${place}, works with kernel ${range}, but this is kernel ${version}. ` +
    `Update the plugin, or add its name to "ignoreCompatibility" at your own risk.`,
) {}

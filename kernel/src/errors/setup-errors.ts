/** What can be wrong while plugins are ordered and set up. */
import { defineError, type TextFacts, toLines, toReason } from './oxidite-error.ts';

/** Options of one or more plugins do not fit their schemas; all issues are in the message. */
export class PluginOptionsError extends defineError(
  'OXI_PLUGIN_OPTIONS',
  ({ issues }: { issues: readonly string[] }) => `The options of the plugins are not valid:${toLines(issues)}\nCorrect them where the plugins are listed.`,
) {}

/** Plugins depend on each other in a circle: the plugins of `path`, the first one again at its end. */
export class PluginCycleError extends defineError(
  'OXI_PLUGIN_CYCLE',
  ({ path, steps }: Record<'path' | 'steps', readonly string[]>) =>
    `Plugins wait for each other: ${path.join(' -> ')}:${toLines(steps)}\nRemove one of these requirements.`,
) {}

/** The set-up of a plugin failed. */
export class PluginSetupError extends defineError('OXI_PLUGIN_SETUP', ({ plugin, place }: TextFacts<'plugin' | 'place'>, cause) => {
  const reason = toReason(cause, 'Check its options and what it connects to, or take it off the list.');
  return `Plugin "${plugin}", listed at ${place}, failed in its set-up: ${reason}`;
}) {}

/** The set-up of a plugin took too long. */
export class PluginTimeoutError extends defineError(
  'OXI_PLUGIN_TIMEOUT',
  ({ plugin, place, timeoutMs, awaiting }: TextFacts<'plugin' | 'place' | 'awaiting'> & { readonly timeoutMs: number }) =>
    `Plugin "${plugin}", listed at ${place}, did not finish its set-up within ${timeoutMs} ms; it was awaiting ${awaiting}. ` +
    'Check that what it waits for can be reached, or raise its setupTimeoutMs.',
) {}

/** A plugin that depends on one that failed. */
export class PluginDisabledError extends defineError(
  'OXI_PLUGIN_DISABLED',
  ({ plugin, place, service, because }: TextFacts<'plugin' | 'place' | 'service' | 'because'>) =>
    `Plugin "${plugin}", listed at ${place}, is disabled: it requires the service "${service}" of "${because}", which does not run. Correct "${because}" first.`,
) {}

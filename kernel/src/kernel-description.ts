/** What a kernel tells of itself: the data behind `plugins:graph`, `plugins:why`, `doctor` and the start banner. */
import type { PluginDescription } from './plugin.ts';
import type { Lifetime } from './service-container.ts';

/** The state of a plugin. `failed`: its own set-up failed; `disabled`: a plugin it depends on failed. */
export type PluginState = 'waiting' | 'running' | 'failed' | 'disabled';

/** Why one plugin is set up before another. */
export interface OrderReason {
  readonly before: string;
  readonly after: string;
  /** For example `service "orm"`, or `after: "@oxidite/queue"`. */
  readonly because: string;
}

/** One plugin. */
export interface PluginDescriptionEntry
  extends Pick<PluginDescription, 'name' | 'version'>, Readonly<Record<'requires' | 'optional' | 'provides', readonly string[]>> {
  /** Where it is listed. */
  readonly place: string;
  readonly state: PluginState;
  /** Its position in the order of set-up, from 0. */
  readonly rank: number;
  /** How long `setup` took, in milliseconds. */
  readonly setupMs: number;
  /** Why it does not run. */
  readonly error?: Error | undefined;
}

/** One tap of a hook. */
export interface TapEntry {
  readonly plugin: string;
  readonly stage: number;
  /** The time spent in the tap while the application was booting, in milliseconds. */
  readonly bootMs: number;
}

/** One hook with its taps, in the order in which they run. */
export interface HookEntry {
  readonly name: string;
  /** The plugin that declares it; `undefined` when it is tapped but nobody declares it. */
  readonly declaredBy: string | undefined;
  readonly taps: readonly TapEntry[];
}

/** One service. */
export interface ServiceEntry {
  readonly name: string;
  readonly plugin: string;
  readonly lifetime: Lifetime;
}

/** A kernel's description; plain data but for the errors. */
export interface KernelDescription {
  readonly plugins: readonly PluginDescriptionEntry[];
  readonly order: readonly OrderReason[];
  readonly hooks: readonly HookEntry[];
  readonly services: readonly ServiceEntry[];
  /** How long the boot took, in milliseconds. */
  readonly bootMs: number;
}

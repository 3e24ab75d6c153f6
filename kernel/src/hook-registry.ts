/**
 * The typed names of the hooks, and what a tap of each looks like. Plugins add theirs by declaration merging:
 * `declare module '@oxidite/kernel' { interface HookRegistry { 'search:indexed': AsyncSeriesHook<[IndexedEvent]> } }`.
 *
 * Kinds: a waterfall hook transforms, a bail hook decides, a series or parallel hook observes. Names are `area:verb`.
 */
import type { AsyncParallelHook, AsyncSeriesHook, AsyncSeriesWaterfallHook, SyncHook } from 'tapable';
import type { OptionsContext, ResolvedPlugin } from './plugin.ts';

/** Each hook's name and tapable type. */
export interface HookRegistry {
  /** Transforms the options of one plugin before they are validated. Tap it in `prepare`. */
  readonly 'kernel:config': AsyncSeriesWaterfallHook<[options: unknown, context: OptionsContext]>;
  /** Transforms the list of plugins before it is ordered. Tap it in `prepare`. */
  readonly 'kernel:resolve': AsyncSeriesWaterfallHook<[plugins: readonly ResolvedPlugin[]]>;
  /** Every plugin is set up; opens what serves others, one after the other. */
  readonly 'kernel:boot': AsyncSeriesHook<[]>;
  /** The application runs; taps run side by side. */
  readonly 'kernel:ready': AsyncParallelHook<[]>;
  /** The application is asked to end; runs in reverse order, before anything is disposed. */
  readonly 'kernel:shutdown': AsyncSeriesHook<[]>;
}

/** The name of a hook. */
export type HookName = keyof HookRegistry & string;

/** What the registry needs of a tapable hook, whatever its kind. */
export type AnyHook = Pick<SyncHook<never[], unknown>, 'name' | 'taps' | 'isUsed'> & {
  readonly interceptors: unknown[];
  intercept(interceptor: object): void;
};

/** The arguments with which a hook calls its taps. */
export type TapArguments<Hook> = Hook extends { promise(...args: infer Arguments): unknown } ? Arguments : never;

/** What a tap of this hook may return: `undefined` leaves a waterfall's value and lets a bail hook go on. */
export type TapResult<Hook> = Hook extends { tap(options: string, fn: infer Tap): void }
  ? Tap extends (...args: never[]) => infer Result
    ? Result
    : never
  : never;

/** The function that taps a hook. On an asynchronous hook it may return a promise. */
export type TapFunction<Hook> = Hook extends { tapPromise: unknown }
  ? (...args: TapArguments<Hook>) => TapResult<Hook> | undefined | void | Promise<TapResult<Hook> | undefined | void>
  : (...args: TapArguments<Hook>) => TapResult<Hook> | undefined | void;

/** Where among the taps of a hook a tap stands; within a band the order of the plugins decides. */
export type TapBand = 'first' | 'early' | 'normal' | 'late' | 'last';

/** Options of a tap. */
export interface TapOptions {
  /** Default: `normal`. */
  readonly band?: TapBand;
}

/** The services and hooks that the kernel's tests declare, as plugins do it. */
import type {
  AsyncParallelBailHook,
  AsyncParallelHook,
  AsyncSeriesBailHook,
  AsyncSeriesHook,
  AsyncSeriesWaterfallHook,
  SyncBailHook,
  SyncHook,
  SyncWaterfallHook,
} from 'tapable';

/** What the services of these tests are. */
export interface Tree {
  readonly kind: string;
  readonly roots?: readonly Tree[];
}

declare module '@oxidite/kernel' {
  interface Services {
    readonly amber: Tree;
    readonly birch: Tree;
    readonly cedar: Tree;
    readonly dahlia: Tree;
  }
  interface HookRegistry {
    readonly 'grove:grown': SyncHook<[name: string]>;
    readonly 'grove:shaped': SyncWaterfallHook<[height: number, by: string]>;
    readonly 'grove:chosen': SyncBailHook<[name: string], number>;
    readonly 'grove:watered': AsyncSeriesHook<[names: string[]]>;
    readonly 'grove:fed': AsyncParallelHook<[names: string[]]>;
    readonly 'grove:pruned': AsyncSeriesWaterfallHook<[height: number]>;
    readonly 'grove:sold': AsyncSeriesBailHook<[name: string], number>;
    readonly 'grove:rented': AsyncParallelBailHook<[name: string], number>;
  }
}

/**
 * The hooks of the command line. Its own plugin (`cli-plugin.ts`), which `oxidite` adds to every application, declares
 * them; where an application runs without the command line, taps of them are never called.
 */
import type { SyncHook, SyncWaterfallHook } from 'tapable';
import type { CommandRegistry } from './command-registry.ts';
import type { DoctorChecks } from './doctor-checks.ts';

/** The tapable types of the hooks. */
export interface CliHooks {
  /** Contributes commands. */
  readonly 'cli:commands': SyncHook<[commands: CommandRegistry]>;
  /** Adds to the lines that `start` and `dev` print once the application runs: `(lines) => [...lines, 'Listening on …']`. */
  readonly 'cli:banner': SyncWaterfallHook<[lines: readonly string[]]>;
  /** Contributes checks to `oxidite doctor`. */
  readonly 'cli:doctor': SyncHook<[checks: DoctorChecks]>;
}

declare module '@oxidite/kernel' {
  interface HookRegistry extends CliHooks {}
}

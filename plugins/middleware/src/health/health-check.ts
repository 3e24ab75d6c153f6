/** What plugins say about the health of an application, and the hook on which they say it. */
import type { SyncHook } from 'tapable';

/** One check of something that the application needs. */
export interface HealthCheck {
  /** Shown in the details: `database`. */
  readonly name: string;
  /** Returns when all is well, throws when it is not. `signal` aborts when the time of the check is up. */
  readonly check: (signal: AbortSignal) => unknown;
  /** `false`: the application is ready without it. Default: `true`. */
  readonly isCritical?: boolean;
  /** Default: the option `health.timeoutMs`. */
  readonly timeoutMs?: number;
}

/** Collects checks: what taps of `middleware:health` are handed. */
export interface HealthChecks {
  add(...checks: readonly HealthCheck[]): void;
}

declare module '@oxidite/kernel' {
  interface HookRegistry {
    /** Adds checks; called whenever the health is asked for anew, so it only adds. */
    readonly 'middleware:health': SyncHook<[checks: HealthChecks]>;
  }
}

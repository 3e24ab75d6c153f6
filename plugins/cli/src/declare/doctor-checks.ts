/** Collects the checks of the plugins: what a tap of `cli:doctor` is handed. Running them is left to `commands/doctor.ts`. */
import type { Services } from '@oxidite/kernel';

/** What a check found. */
export interface DoctorResult {
  /** `fail` makes `oxidite doctor` exit with 1. */
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Looks at one thing that can be wrong. */
export interface DoctorCheck {
  /** For example `database connection`. */
  readonly name: string;
  /** Finds out; an error it throws counts as `fail`. */
  run(services: Services): DoctorResult | Promise<DoctorResult>;
}

/** Takes checks from plugins. */
export interface DoctorChecks {
  /** Adds checks; `oxidite doctor` runs them in this order. */
  add(...checks: readonly DoctorCheck[]): void;
}

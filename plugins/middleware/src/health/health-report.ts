/** Runs checks side by side, each within its time, and keeps what they said for a moment. */
import { type Clock, toMessage } from '@oxidite/plugin-sdk';
import { HealthCheckTimeoutError } from '../errors.ts';
import type { HealthCheck } from './health-check.ts';

/** What a check said. */
export interface HealthCheckResult {
  readonly name: string;
  readonly status: 'down' | 'up';
  readonly isCritical: boolean;
  readonly durationMs: number;
  /** Why it is down. */
  readonly error?: string;
}

/** What all checks say together. */
export interface HealthReport {
  /** `degraded`: only checks that are not critical are down. */
  readonly status: 'degraded' | 'failing' | 'ready';
  readonly checks: readonly HealthCheckResult[];
}

/** What the reporting needs. */
export interface HealthReporterOptions {
  readonly clock: Clock;
  readonly cacheMs: number;
  /** The time of checks that set none. */
  readonly timeoutMs: number;
  /** Lists the present checks. */
  readonly listChecks: () => readonly HealthCheck[];
}

/** Returns a report; the same one for a while, and one for all who ask at the same time. Rejects only when the checks cannot be listed. */
export type HealthReporter = () => HealthReport | Promise<HealthReport>;

/** Creates what reports. */
export function createHealthReporter({ clock, cacheMs, timeoutMs, listChecks }: HealthReporterOptions): HealthReporter {
  let latest: { readonly report: HealthReport; readonly atMs: number } | undefined;
  let running: Promise<HealthReport> | undefined;

  async function run(): Promise<HealthReport> {
    const checks = await Promise.all(listChecks().map((check) => runCheck(check, clock, check.timeoutMs ?? timeoutMs)));
    const report = { status: toStatus(checks), checks };
    latest = { report, atMs: clock.monotonicMs() };
    return report;
  }

  return () => {
    if (latest !== undefined && clock.monotonicMs() - latest.atMs < cacheMs) return latest.report;
    return (running ??= run().finally(() => (running = undefined)));
  };
}

function toStatus(checks: readonly HealthCheckResult[]): HealthReport['status'] {
  const down = checks.filter(({ status }) => status === 'down');
  if (down.some(({ isCritical }) => isCritical)) return 'failing';
  return down.length > 0 ? 'degraded' : 'ready';
}

async function runCheck({ name, check, isCritical = true }: HealthCheck, clock: Clock, timeoutMs: number): Promise<HealthCheckResult> {
  const startMs = clock.monotonicMs();
  const controller = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = clock.setTimeout(() => {
    const error = new HealthCheckTimeoutError(name, timeoutMs);
    controller.abort(error);
    reject(error);
  }, timeoutMs);
  const result = (error?: string): HealthCheckResult => ({
    name,
    status: error === undefined ? 'up' : 'down',
    isCritical,
    durationMs: Math.round(clock.monotonicMs() - startMs),
    ...(error === undefined ? {} : { error }),
  });
  try {
    await Promise.race([late, (async () => check(controller.signal))()]);
    return result();
  } catch (error) {
    return result(toMessage(error));
  } finally {
    timer.cancel();
  }
}

/** One run of the command line: what it has opened, and the ways to open more. */
import { type Clock, createKernel, createSystemClock, type Logger, type Services } from '@oxidite/kernel';
import { type Application, openApplication } from './application/application.ts';
import { type Cleanups, createCleanups } from './process/cleanups.ts';
import { createCommandLogger } from './application/command-logger.ts';
import type { Host } from './process/host.ts';

/** A run of the command line. */
export interface Session {
  readonly host: Host;
  readonly clock: Clock;
  readonly cleanups: Cleanups;
  /** `true` when `OXIDITE_DEBUG` is set. */
  readonly debug: boolean;
  /** Opens and boots the application, once; the cleanups stop it. */
  boot(): Promise<Application>;
  /** The kernel's own services, for a command that needs no application. */
  readonly bareServices: Services;
}

/** Creates a session. */
export function createSession(host: Host): Session {
  const clock = createSystemClock();
  const cleanups = createCleanups();
  const logger: Logger = createCommandLogger({
    write: (line) => host.stderr.write(line),
    clock,
    env: host.env,
    level: 'warn',
    readable: host.interactive,
  });
  let booted: Promise<Application> | undefined;
  const boot = async (): Promise<Application> => {
    const application = await openApplication(host, clock, logger);
    cleanups.add(() => application.kernel.stop());
    await application.kernel.boot();
    return application;
  };
  return {
    host,
    clock,
    cleanups,
    debug: isDebug(host.env),
    boot: () => (booted ??= boot()),
    get bareServices() {
      return createKernel({ config: { plugins: [] }, root: host.directory, clock, env: host.env, logger }).services;
    },
  };
}

/** Tells whether `OXIDITE_DEBUG` asks for stacks. */
export function isDebug(env: Host['env']): boolean {
  const value = env['OXIDITE_DEBUG'];
  return value !== undefined && value !== '' && value !== '0';
}

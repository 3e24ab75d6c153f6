/**
 * The typed names of the container. Plugins add theirs by declaration merging:
 * `declare module '@oxidite/kernel' { interface Services { search: Search } }`.
 */
import type { Clock } from './clock.ts';
import type { Env } from './env.ts';
import type { Logger } from './logger.ts';
import type { Random } from './random.ts';

/** What each service name stands for. The four of the kernel are always there. */
export interface Services {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly env: Env;
}

/** The name of a service. */
export type ServiceName = keyof Services & string;

/** The services the kernel itself provides; no plugin needs to require them. */
export const KERNEL_SERVICES = ['clock', 'random', 'logger', 'env'] as const satisfies readonly ServiceName[];

/** The name of a service that the kernel provides. */
export type KernelServiceName = (typeof KERNEL_SERVICES)[number];

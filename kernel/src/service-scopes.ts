/** The units of work of an application: what a service may do in one, and how one is completed and ended. */
import { type PluginTask, runEach } from './resource-ledger.ts';
import type { ServiceContainer } from './service-container.ts';

/** Something to be done later. */
export type ScopeTask = () => void | Promise<void>;

/** The scope in which a service is constructed. */
export interface ScopeContext {
  /** `true` outside of any request or job. */
  readonly isRoot: boolean;
  /** Runs `task` when the request or job succeeds, before its result leaves. In the root scope it never runs. */
  onComplete(task: ScopeTask): void;
  /** Runs `task` when the scope ends, the latest registered first. In the root scope: when the plugin is unloaded. */
  onDispose(task: ScopeTask): void;
}

/** Creates and settles the services of requests, jobs and commands. */
export type ServiceScopes = Pick<ServiceContainer, 'create' | 'complete' | 'dispose' | 'run'>;

/** Runs and removes all tasks in order, also those that are added meanwhile, up to the first that fails. */
export async function completeTasks(tasks: ScopeTask[]): Promise<void> {
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) await task();
}

/** Runs all tasks, the latest first, even when one fails, and then throws the first failure. */
export async function disposeTasks(tasks: readonly PluginTask[]): Promise<void> {
  const [failure] = await runEach(tasks.toReversed());
  if (failure !== undefined) throw failure.error;
}

/**
 * Everything that was opened, in the order of opening, and by whom. The kernel closes by this list, in reverse:
 * awilix would run disposers in parallel and forget child scopes.
 */

/** What a plugin is to do. */
export type PluginTask = readonly [plugin: string, run: () => unknown];

/** A task that failed. */
export interface PluginFailure {
  readonly plugin: string;
  readonly error: unknown;
}

/** The list of open resources of one kernel. */
export class ResourceLedger {
  readonly #entries = new Set<PluginTask>();

  /** Notes a resource; returns a function that takes it off the list without closing it. */
  add(plugin: string, dispose: () => unknown): () => void {
    const entry: PluginTask = [plugin, dispose];
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /** Closes all resources of these plugins, the latest first, even those that are opened meanwhile; returns what failed. */
  dispose(plugins: ReadonlySet<string>): Promise<PluginFailure[]> {
    return runEach(this.#take(plugins));
  }

  *#take(plugins: ReadonlySet<string>): Generator<PluginTask> {
    const taken = [...this.#entries].filter(([plugin]) => plugins.has(plugin));
    for (const entry of taken) this.#entries.delete(entry);
    for (const entry of taken.toReversed()) {
      yield entry;
      yield* this.#take(plugins); // what was opened meanwhile is the latest
    }
  }
}

/** Runs all tasks, each after the one before has ended, and returns what failed. */
export async function runEach(tasks: Iterable<PluginTask>): Promise<PluginFailure[]> {
  const failures: PluginFailure[] = [];
  for (const [plugin, run] of tasks) {
    try {
      await run();
    } catch (error) {
      failures.push({ plugin, error });
    }
  }
  return failures;
}

/**
 * Everything that was opened, in the order of opening, and by whom. The kernel closes by this list, in reverse:
 * awilix would run disposers in parallel and forget child scopes.
 */

/** Closes something. */
export type Dispose = () => void | Promise<void>;

/** A disposer that threw. */
export interface DisposeFailure {
  readonly plugin: string;
  readonly error: unknown;
}

/** The list of open resources of one kernel. */
export class ResourceLedger {
  readonly #entries: { readonly plugin: string; readonly dispose: Dispose }[] = [];

  /** Notes a resource; returns a function that takes it off the list without closing it. */
  add(plugin: string, dispose: Dispose): () => void {
    const entry = { plugin, dispose };
    this.#entries.push(entry);
    return () => {
      const index = this.#entries.lastIndexOf(entry);
      if (index >= 0) this.#entries.splice(index, 1);
    };
  }

  /** Closes all resources of these plugins, the latest first, even those that are opened meanwhile; returns what failed. */
  async dispose(plugins: ReadonlySet<string>): Promise<DisposeFailure[]> {
    const failures: DisposeFailure[] = [];
    for (;;) {
      const index = this.#entries.findLastIndex(({ plugin }) => plugins.has(plugin));
      const [entry] = index < 0 ? [] : this.#entries.splice(index, 1);
      if (entry === undefined) return failures;
      try {
        await entry.dispose();
      } catch (error) {
        failures.push({ plugin: entry.plugin, error });
      }
    }
  }

  /** Returns how many resources a plugin holds. */
  count(plugin: string): number {
    return this.#entries.filter((entry) => entry.plugin === plugin).length;
  }
}

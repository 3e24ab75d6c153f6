/** Lets the flushes of one entity manager run one after the other: each has its own changes, hooks and transaction. */

/** The flushes that run. */
export class FlushQueue {
  readonly #last = new WeakMap<object, Promise<unknown>>();

  /** Runs `flush` when the former flushes of `em` are over, however they ended. */
  async run<Result>(em: object, flush: () => Promise<Result>): Promise<Result> {
    const former = this.#last.get(em);
    const own = former === undefined ? flush() : former.then(flush);
    const settled = own.catch(() => undefined);
    this.#last.set(em, settled);
    try {
      return await own;
    } finally {
      if (this.#last.get(em) === settled) this.#last.delete(em);
    }
  }

  /** Resolves when no flush of `em` runs or waits any more. */
  async settle(em: object): Promise<void> {
    for (let last = this.#last.get(em); last !== undefined; last = this.#last.get(em)) await last;
  }
}

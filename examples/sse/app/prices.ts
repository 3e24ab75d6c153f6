/** Prices that change all the time. Whoever listens gets each of them once, and may begin in the past. */
import { setTimeout } from 'node:timers/promises';

/** One price. */
export interface Price {
  /** Counts up from 1. */
  readonly id: number;
  readonly symbol: string;
  readonly amount: number;
}

const KEPT = 100;
const SYMBOLS = ['OXI', 'FE2O3', 'CUO'];
const EVERY_MS = 250;

/** Makes prices and keeps the last hundred. */
export class Prices {
  readonly #kept: Price[] = [];
  readonly #waiting = new Set<() => void>();
  #lastId = 0;

  /** Makes prices until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#publish();
      await setTimeout(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#wake();
  }

  /** Gives the prices after `id`, then each new one, until `signal` aborts. */
  async *after(id: number, signal: AbortSignal): AsyncGenerator<Price> {
    signal.addEventListener('abort', () => this.#wake());
    for (let last = id; !signal.aborted;) {
      const next = this.#kept.find((price) => price.id > last);
      if (next === undefined) {
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
        continue;
      }
      last = next.id;
      yield next;
    }
  }

  #publish(): void {
    const id = ++this.#lastId;
    this.#kept.push({ id, symbol: SYMBOLS[id % SYMBOLS.length] ?? '', amount: Math.round(10_000 + 500 * Math.sin(id / 3)) / 100 });
    if (this.#kept.length > KEPT) this.#kept.shift();
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

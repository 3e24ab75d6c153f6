/** Notices when taps join or leave hooks: applications change while they run. */
import type { AnyHook } from '@oxidite/plugin-sdk';
import type { FullTap } from 'tapable';

/** Watches hooks. */
export class TapWatch {
  readonly #hooks: readonly AnyHook[];
  #isStale = false;
  #count = 0;

  constructor(hooks: readonly AnyHook[]) {
    this.#hooks = hooks;
    for (const hook of hooks) {
      hook.intercept({
        register: (tap: FullTap) => {
          this.#isStale = true;
          return tap;
        },
      });
    }
  }

  /** Tells whether taps have changed since {@link mark}. */
  get hasChanged(): boolean {
    return this.#isStale || this.#countTaps() !== this.#count;
  }

  /** Takes the present taps as known. */
  mark(): void {
    this.#isStale = false;
    this.#count = this.#countTaps();
  }

  #countTaps(): number {
    let count = 0;
    for (const hook of this.#hooks) count += hook.taps.length;
    return count;
  }
}

/**
 * The hooks of one kernel: who declares them, who taps them, in which order.
 *
 * The order of taps is `stage = band x 10,000 + rank of the plugin`, never the time of registration. tapable's own
 * `before` is not used: a missing name would jump the queue. Each tap is guarded once (see `tap-guard.ts`); callers use
 * the tapable hook itself, at its own speed. Taps of a hook that is not declared yet wait for it.
 */
import { HookDuplicateError } from './errors/kernel-errors.ts';
import type { AnyHook, TapBand } from './hook-registry.ts';
import type { HookEntry } from './kernel-description.ts';
import type { DisposeFailure } from './resource-ledger.ts';
import { blame, type GuardedTap, guardAsync, guardSync, type TapFn, timeTap } from './tap-guard.ts';

const BANDS: readonly TapBand[] = ['first', 'early', 'normal', 'late', 'last'];
const BAND_WIDTH = 10_000;

/** The owner of what the kernel itself declares and provides. */
export const KERNEL = 'kernel';

interface TapRecord extends GuardedTap {
  readonly band: TapBand;
}

interface HookRecord {
  readonly name: string;
  declaration: { readonly hook: TappableHook; readonly plugin: string; readonly reversed: boolean } | undefined;
  taps: TapRecord[];
}

/** The parts of tapable that this file relies on. */
interface TappableHook {
  readonly _args: readonly string[];
  readonly call?: unknown;
  taps: { readonly record?: TapRecord; fn: TapFn }[];
  readonly interceptors: unknown[];
  intercept(interceptor: object): void;
  tap(options: { name: string; stage: number; record: TapRecord }, fn: TapFn): void;
  tapAsync(options: { name: string; stage: number; record: TapRecord }, fn: TapFn): void;
}

/** Declares, taps and untaps hooks. */
export class HookTable {
  readonly #records = new Map<string, HookRecord>();
  readonly #now: () => number;
  #ranks: ReadonlyMap<string, number> = new Map();
  #isTimed = true;

  /** @param now gives a monotonic time in milliseconds; the time of each tap is taken until {@link endTiming}. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Makes `hook` the hook of this name; taps that waited for it are attached.
   * @param reversed `true` runs the taps in the reverse order of the plugins.
   * @throws {HookDuplicateError} when another plugin has declared it.
   */
  declare(name: string, hook: AnyHook, plugin: string, reversed = false): void {
    const record = this.#record(name);
    if (record.declaration !== undefined) throw new HookDuplicateError({ hook: name, first: record.declaration.plugin, second: plugin });
    record.declaration = { hook: hook as unknown as TappableHook, plugin, reversed }; // every hook of tapable has these parts
    this.#attachAll(record);
  }

  /** Adds a tap. */
  tap(name: string, fn: TapFn, plugin: string, band: TapBand = 'normal'): void {
    const record = this.#record(name);
    const tap: TapRecord = { plugin, band, hook: name, fn, bootMs: 0 };
    record.taps.push(tap);
    this.#attach(record, tap);
  }

  /** Removes all taps of a plugin and forgets the hooks it declared; taps of others wait for a new declaration. */
  removePlugin(plugin: string): void {
    for (const record of this.#records.values()) {
      const { declaration, taps } = record;
      record.taps = taps.filter((tap) => tap.plugin !== plugin);
      if (declaration?.plugin === plugin) {
        detach(declaration.hook, taps);
        record.declaration = undefined;
      } else if (declaration !== undefined && record.taps.length < taps.length) {
        detach(
          declaration.hook,
          taps.filter((tap) => tap.plugin === plugin),
        );
      }
      if (record.declaration === undefined && record.taps.length === 0) this.#records.delete(record.name);
    }
  }

  /**
   * Runs the taps of a hook one after the other, all of them even when some fail, and returns what failed.
   * @param plugins the plugins whose taps run; default: all.
   */
  async runEach(name: string, plugins?: ReadonlySet<string>): Promise<DisposeFailure[]> {
    const failures: DisposeFailure[] = [];
    for (const tap of this.#sorted(this.#record(name))) {
      if (plugins?.has(tap.plugin) === false) continue;
      try {
        await tap.fn();
      } catch (error) {
        failures.push({ plugin: tap.plugin, error: blame(error, tap) });
      }
    }
    return failures;
  }

  /** Sets the ranks of the plugins and puts all taps in their order. */
  setRanks(ranks: ReadonlyMap<string, number>): void {
    this.#ranks = ranks;
    for (const record of this.#records.values()) this.#attachAll(record);
  }

  /** Ends the taking of times, and with it what it costs; but for hooks of the kernel, which are not called often. Nobody is told of new taps. */
  endTiming(): void {
    this.#isTimed = false;
    for (const { declaration } of this.#records.values()) {
      if (declaration === undefined || declaration.plugin === KERNEL) continue;
      for (const tap of declaration.hook.taps) if (tap.record !== undefined) tap.fn = this.#toFunction(declaration.hook, tap.record);
      resetCall(declaration.hook);
    }
  }

  /** Returns a declared hook. */
  find(name: string): AnyHook | undefined {
    return this.#records.get(name)?.declaration?.hook as AnyHook | undefined; // it was declared as one
  }

  /** Lists the hooks with their taps in the order in which they run. */
  list(): HookEntry[] {
    return [...this.#records.values()].map((record) => ({
      name: record.name,
      declaredBy: record.declaration?.plugin,
      taps: this.#sorted(record).map((tap) => ({ plugin: tap.plugin, stage: this.#stageOf(record, tap), bootMs: tap.bootMs })),
    }));
  }

  #record(name: string): HookRecord {
    const record = this.#records.get(name) ?? { name, declaration: undefined, taps: [] };
    this.#records.set(name, record);
    return record;
  }

  #attachAll(record: HookRecord): void {
    if (record.declaration === undefined) return;
    detach(record.declaration.hook, record.taps);
    for (const tap of record.taps) this.#attach(record, tap);
  }

  /** Attaches one tap; tapable puts it behind those of the same stage, so taps of one plugin keep the order in which it made them. */
  #attach(record: HookRecord, tap: TapRecord): void {
    if (record.declaration === undefined) return;
    const { hook } = record.declaration;
    const options = { name: tap.plugin, stage: this.#stageOf(record, tap), record: tap };
    const fn = this.#toFunction(hook, tap);
    if (isSync(hook)) hook.tap(options, fn);
    else hook.tapAsync(options, fn);
  }

  #toFunction(hook: TappableHook, tap: TapRecord): TapFn {
    const fn = this.#isTimed ? timeTap(tap, this.#now) : tap.fn;
    return isSync(hook) ? guardSync(tap, fn, hook._args.length) : guardAsync(tap, fn, hook._args.length);
  }

  #sorted(record: HookRecord): TapRecord[] {
    return record.taps.toSorted((left, right) => this.#stageOf(record, left) - this.#stageOf(record, right));
  }

  #stageOf(record: HookRecord, tap: TapRecord): number {
    const stage = BANDS.indexOf(tap.band) * BAND_WIDTH + (this.#ranks.get(tap.plugin) ?? BAND_WIDTH - 1);
    return record.declaration?.reversed === true ? -stage : stage;
  }
}

/** The one place that untaps; taps made on the tapable hook itself stay. */
function detach(hook: TappableHook, removed: readonly TapRecord[]): void {
  const records = new Set<TapRecord | undefined>(removed);
  hook.taps = hook.taps.filter(({ record }) => record === undefined || !records.has(record));
  resetCall(hook);
}

/** Changing `taps` alone keeps tapable's compiled call, which `intercept` resets. Source: tapable 2.3.4, lib/Hook.js; a test holds it. */
function resetCall(hook: TappableHook): void {
  hook.intercept({});
  hook.interceptors.pop();
}

function isSync(hook: TappableHook): boolean {
  return typeof hook.call === 'function';
}

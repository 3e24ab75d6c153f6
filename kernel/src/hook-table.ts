/**
 * The hooks of one kernel: who declares them, who taps them, in which order.
 *
 * The order of taps is `stage = band x 10,000 + rank of the plugin`, never the time of registration. tapable's own
 * `before` is not used: a missing name would jump the queue. Each tap is guarded once (see `tap-guard.ts`); callers use
 * the tapable hook itself, at its own speed. Taps of a hook that is not declared yet wait for it.
 */
import { HookDuplicateError } from './errors.ts';
import type { AnyHook, TapBand } from './hook-registry.ts';
import type { HookEntry } from './kernel-description.ts';
import type { PluginTask } from './resource-ledger.ts';
import { guardAsync, guardSync, type TapFn, type TapRecord, timeTap } from './tap-guard.ts';

const BANDS: readonly TapBand[] = ['first', 'early', 'normal', 'late', 'last'];
const BAND_WIDTH = 10_000;

/** The owner of what the kernel itself declares and provides. */
export const KERNEL = 'kernel';

interface HookRecord {
  readonly name: string;
  declaration: { readonly hook: TappableHook; readonly plugin: string; readonly isReversed: boolean } | undefined;
  taps: TapRecord[];
}

/** The parts of tapable that this file relies on. */
interface TappableHook extends Pick<AnyHook, 'interceptors' | 'intercept'> {
  readonly _args: readonly string[];
  readonly call?: unknown;
  taps: { readonly name: string; readonly type: string; fn: TapFn; readonly record?: TapRecord }[];
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
   * @param isReversed `true` runs the taps in the reverse order of the plugins.
   * @throws {HookDuplicateError} when another plugin has declared it.
   */
  declare(name: string, hook: AnyHook, plugin: string, isReversed = false): void {
    const record = this.#record(name);
    if (record.declaration !== undefined) throw new HookDuplicateError({ hook: name, first: record.declaration.plugin, second: plugin });
    record.declaration = { hook: hook as unknown as TappableHook, plugin, isReversed }; // every hook of tapable has these parts
    this.#attachAll(record);
  }

  /** Adds a tap. */
  tap(name: string, fn: TapFn, plugin: string, band: TapBand = 'normal'): void {
    const record = this.#record(name);
    const tap: TapRecord = { plugin, hook: name, band, fn, bootMs: 0 };
    record.taps.push(tap);
    this.#attach(record, tap);
  }

  /** Removes all taps of a plugin and forgets the hooks it declared; taps of others wait for a new declaration. */
  removePlugin(plugin: string): void {
    for (const record of this.#records.values()) {
      const { declaration } = record;
      const isOwner = declaration?.plugin === plugin;
      record.taps = record.taps.filter((tap) => tap.plugin !== plugin);
      if (declaration !== undefined) detach(declaration.hook, isOwner ? [] : record.taps);
      if (isOwner) record.declaration = undefined;
      if (record.declaration === undefined && record.taps.length === 0) this.#records.delete(record.name);
    }
  }

  /**
   * Lists the taps of a declared hook of no arguments, in the order in which they run, as tasks: those of some plugins, or all.
   * tapable compiles a function for a hook at its first call; for hooks that are called once in the life of an application
   * this costs more than it gains: 8 ms for 200 plugins.
   */
  tasksOf(name: string, plugins?: ReadonlySet<string>): PluginTask[] {
    const taps = this.#records.get(name)?.declaration?.hook.taps.filter((tap) => plugins?.has(tap.name) !== false) ?? [];
    return taps.map(({ name: plugin, type, fn }) => [plugin, type === 'async' ? () => toPromise(fn) : fn]);
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
      for (const tap of declaration.hook.taps) if (tap.record !== undefined) tap.fn = this.#guard(declaration.hook, tap.record);
      resetCall(declaration.hook);
    }
  }

  /** Returns a declared hook. */
  find(name: string): AnyHook | undefined {
    return this.#records.get(name)?.declaration?.hook as AnyHook | undefined; // it was declared as one
  }

  /** Lists the hooks with their taps in the order in which they run. */
  list(): HookEntry[] {
    return Array.from(this.#records.values(), (record) => {
      const taps = record.taps.map((tap) => ({ plugin: tap.plugin, stage: this.#stageOf(record, tap), bootMs: tap.bootMs }));
      return { name: record.name, declaredBy: record.declaration?.plugin, taps: taps.toSorted((left, right) => left.stage - right.stage) };
    });
  }

  #record(name: string): HookRecord {
    const record = this.#records.get(name) ?? { name, declaration: undefined, taps: [] };
    this.#records.set(name, record);
    return record;
  }

  #attachAll(record: HookRecord): void {
    if (record.declaration !== undefined) detach(record.declaration.hook, []);
    for (const tap of record.taps) this.#attach(record, tap);
  }

  /** Attaches one tap; tapable puts it behind those of the same stage, so taps of one plugin keep the order in which it made them. */
  #attach(record: HookRecord, tap: TapRecord): void {
    if (record.declaration === undefined) return;
    const { hook } = record.declaration;
    const options = { name: tap.plugin, stage: this.#stageOf(record, tap), record: tap };
    hook[isSync(hook) ? 'tap' : 'tapAsync'](options, this.#guard(hook, tap));
  }

  #guard(hook: TappableHook, tap: TapRecord): TapFn {
    const fn = this.#isTimed ? timeTap(tap, this.#now) : tap.fn;
    return isSync(hook) ? guardSync(tap, fn, hook._args.length) : guardAsync(tap, fn, hook._args.length);
  }

  #stageOf({ declaration }: HookRecord, { band, plugin }: TapRecord): number {
    const stage = BANDS.indexOf(band) * BAND_WIDTH + (this.#ranks.get(plugin) ?? BAND_WIDTH - 1);
    return declaration?.isReversed === true ? -stage : stage;
  }
}

/** The one place that untaps: keeps some taps of plugins, and those made on the tapable hook itself. */
function detach(hook: TappableHook, kept: readonly TapRecord[]): void {
  const records = new Set<TapRecord | undefined>([undefined, ...kept]);
  hook.taps = hook.taps.filter(({ record }) => records.has(record));
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

/** Calls a tap that is done when it calls back. Not by util.promisify(), which costs microseconds for each tap of a boot. */
function toPromise(fn: TapFn): Promise<unknown> {
  return new Promise((resolve, reject) => void fn((error: unknown) => (error === null || error === undefined ? resolve(undefined) : reject(error))));
}

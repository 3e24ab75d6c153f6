/** Records the calls of a hook, so that a test can say what happened and in which order. */
import type { HookName, HookRegistry, Kernel, TapArguments, TapFunction } from '@oxidite/kernel';

/** The calls of a hook so far, oldest first: the arguments of each. */
export type HookRecord<Name extends HookName> = readonly TapArguments<HookRegistry[Name]>[];

/** Taps a hook after everybody else and returns the list to which each call is added. A value on its way through is not changed. */
export function recordHook<Name extends HookName>(kernel: Pick<Kernel, 'tap'>, name: Name): HookRecord<Name> {
  const calls: TapArguments<HookRegistry[Name]>[] = [];
  const record = (...args: TapArguments<HookRegistry[Name]> & unknown[]): undefined => void calls.push(args);
  kernel.tap(name, record as unknown as TapFunction<HookRegistry[Name]>, { band: 'last' }); // returning nothing fits every kind of hook
  return calls;
}

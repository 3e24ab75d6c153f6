/** What can be wrong with a kernel itself: its state, its hooks, its randomness. */
import { defineError, type TextFacts, toLines, toReason } from './oxidite-error.ts';

/** The kernel is not in the state an operation needs. */
export class KernelStateError extends defineError('OXI_KERNEL_STATE', ({ operation, state, expected }: TextFacts<'operation' | 'state' | 'expected'>) => {
  const remedy = ['stopping', 'stopped', 'failed'].includes(state) ? 'Create another kernel.' : 'Await boot() or start() before.';
  return `${operation} needs a kernel that is ${expected}, but it is ${state}. ${remedy}`;
}) {}

/** Two copies of the kernel were imported into one process. */
export class KernelDuplicateError extends defineError(
  'OXI_KERNEL_DUPLICATE',
  ({ copies }: { copies: readonly string[] }) =>
    `Two copies of @oxidite/kernel are in this process:${toLines(copies)}\n` +
    'Plugins must name it in peerDependencies, not in dependencies; "npm ls @oxidite/kernel" shows who brings the second.',
) {}

/** A tap threw; says whose tap of which hook it was. */
export class TapError extends defineError(
  'OXI_HOOK_TAP',
  ({ plugin, hook }: TextFacts<'plugin' | 'hook'>, cause) =>
    `Plugin "${plugin}" failed in hook "${hook}": ${toReason(cause, 'Correct what it taps there, or take it off the list.')}`,
) {}

/** A hook was declared twice. */
export class HookDuplicateError extends defineError(
  'OXI_HOOK_DUPLICATE',
  ({ hook, first, second }: TextFacts<'hook' | 'first' | 'second'>) =>
    `The hook "${hook}" is declared by "${first}" and by "${second}". Give one of them another name.`,
) {}

/** No integer can be drawn from this range. */
export class RandomRangeError extends defineError(
  'OXI_RANDOM_RANGE',
  ({ min, max }: { min: number; max: number }) =>
    `random.integer(${min}, ${max}) cannot be drawn: give two integers, the lesser first, with fewer than 2^48 values between them.`,
) {}

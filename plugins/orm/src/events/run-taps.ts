/** Calls the taps of a hook of the ORM. */
import { OxiditeError } from '@oxidite/plugin-sdk';
import type { AsyncSeriesHook } from 'tapable';

/**
 * Calls the taps of a hook, if there are any. An error that is meant for a client, because it has a status, comes out as
 * it was thrown: a tap may refuse as a rule of a model does. Any other says whose tap it was.
 */
export async function runTaps<Event>(hook: AsyncSeriesHook<[event: Event]>, event: Event): Promise<void> {
  if (!hook.isUsed()) return;
  try {
    await hook.promise(event);
  } catch (error) {
    throw error instanceof OxiditeError && 'hook' in error && hasStatus(error.cause) ? error.cause : error; // the kernel says which tap of which hook it was
  }
}

function hasStatus(error: unknown): boolean {
  return error instanceof Error && typeof (error as { readonly status?: unknown }).status === 'number';
}

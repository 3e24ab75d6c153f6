/**
 * What the parent of `oxidite dev` and the process that runs the application say to each other:
 *
 *     worker -> parent   booted | failed                 after it was started: everything but serving works, or it does not
 *     parent -> worker   start                           nobody else serves any more
 *     worker -> parent   running | failed
 *     parent -> worker   stop                            another one has booted
 *     worker -> parent   released                        it no longer listens, though requests may still be finished
 *     parent -> worker   end                             the other one serves
 *                     or start                           the other one cannot: serve again, from what is imported already
 */

/** The hidden word that makes `oxidite` a worker. */
export const DEV_WORKER = 'dev:worker';

/** What a worker says. `modules` are the absolute paths of the source files it has imported. */
export type WorkerMessage =
  | { readonly type: 'booted'; readonly modules: readonly string[]; readonly bootMs: number }
  | { readonly type: 'running'; readonly modules: readonly string[]; readonly banner: readonly string[] }
  | { readonly type: 'failed'; readonly modules: readonly string[]; readonly report: string }
  | { readonly type: 'released' };

/** What the parent says. */
export type ParentMessage = { readonly type: 'start' | 'stop' | 'end' };

/** Tells whether `message` is one of a worker's. */
export function isWorkerMessage(message: unknown): message is WorkerMessage {
  return hasType(message, ['booted', 'running', 'failed', 'released']);
}

/** Tells whether `message` is one of the parent's. */
export function isParentMessage(message: unknown): message is ParentMessage {
  return hasType(message, ['start', 'stop', 'end']);
}

function hasType(message: unknown, types: readonly string[]): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && types.some((type) => type === message.type);
}

/**
 * Watches what is opened in the process: handles and timers, listeners, async hooks. Node tells of each handle as an
 * asynchronous resource, also of those that were unref'ed; of listeners and hooks it tells nobody, so the methods that
 * add them are watched while the watch lasts.
 */
import { createHook } from 'node:async_hooks';
import { EventEmitter, getEventListeners } from 'node:events';

/** What stays open until it is closed: the type that Node gives it -> its name in a message. */
const HANDLES: Readonly<Record<string, string>> = {
  FSEVENTWRAP: 'handle FSEventWrap',
  MESSAGEPORT: 'handle MessagePort',
  PIPESERVERWRAP: 'handle PipeServerWrap',
  PIPEWRAP: 'handle PipeWrap',
  PROCESSWRAP: 'handle ProcessWrap',
  STATWATCHER: 'handle StatWatcher',
  TCPSERVERWRAP: 'handle TCPServerWrap',
  TCPWRAP: 'handle TCPSocketWrap',
  Timeout: 'handle Timeout',
  TTYWRAP: 'handle TTYWrap',
  UDPWRAP: 'handle UDPWrap',
  WORKER: 'worker',
};

/** What is open at one moment: kind -> how many. */
export type Inventory = ReadonlyMap<string, number>;

/** A watch of the process; its end takes it off. */
export interface ProcessWatch extends Disposable {
  /**
   * Counts what has been opened since the watch began, and is open. The first count settles whose listeners are counted:
   * what is younger may be garbage that nobody has collected yet.
   */
  takeInventory(): Inventory;
}

/** Begins to watch the process. */
export function watchProcess(): ProcessWatch {
  const handles = new Map<number, { readonly kind: string; readonly resource: object }>();
  const hooks = new Set<object>();
  const targets = new Map<object, Set<string>>();
  let isSettled = false;

  const onListen = (target: object, [event]: readonly unknown[]): void => {
    if (isSettled && !targets.has(target)) return;
    targets.set(target, (targets.get(target) ?? new Set()).add(String(event)));
  };
  const observer = createHook({
    init(id, type, _trigger, resource) {
      const kind = HANDLES[type];
      if (kind !== undefined) handles.set(id, { kind, resource });
    },
    destroy: (id) => void handles.delete(id),
  });
  const endings = [
    observe(EventEmitter.prototype, 'on', onListen),
    observe(EventEmitter.prototype, 'addListener', onListen),
    observe(EventEmitter.prototype, 'prependListener', onListen),
    observe(EventTarget.prototype, 'addEventListener', onListen),
    observe(Object.getPrototypeOf(observer), 'enable', (hook) => void hooks.add(hook)),
    observe(Object.getPrototypeOf(observer), 'disable', (hook) => void hooks.delete(hook)),
  ];
  observer.enable();

  return {
    takeInventory() {
      isSettled = true;
      const inventory = new Map<string, number>([['async hook', hooks.size]]);
      const add = (kind: string, count: number): void => void inventory.set(kind, (inventory.get(kind) ?? 0) + count);
      for (const { kind, resource } of handles.values()) if (staysOpen(resource)) add(kind, 1);
      for (const [target, events] of targets) {
        const owner = target === process ? 'process' : target.constructor.name;
        for (const event of events) add(`listener of ${owner} "${event}"`, getEventListeners(target as EventTarget, event).length); // or an EventEmitter
      }
      return inventory;
    },
    [Symbol.dispose]() {
      observer.disable();
      for (const end of endings) end();
    },
  };
}

/** A timer that runs once and keeps nothing alive, such as that of `AbortSignal.timeout()`, ends by itself. Source: Node.js, lib/internal/timers.js. */
function staysOpen(resource: object): boolean {
  const { _repeat: intervalMs } = resource as { readonly _repeat?: number | null }; // `undefined` for what is not a timer
  return intervalMs !== null || (resource as NodeJS.Timeout).hasRef();
}

/** Calls `onCall` at each call of a method; returns what ends that. */
function observe(owner: object, method: string, onCall: (target: object, args: readonly unknown[]) => void): () => void {
  const original: (...args: never[]) => unknown = Reflect.get(owner, method);
  Reflect.set(owner, method, function observed(this: object, ...args: never[]): unknown {
    onCall(this, args);
    return Reflect.apply(original, this, args);
  });
  return () => void Reflect.set(owner, method, original);
}

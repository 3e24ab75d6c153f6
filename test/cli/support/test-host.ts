/** A host for tests: no process is touched, and what would reach it is kept. */
import type { EndingSignal, Host, ParentChannel } from '../../../plugins/cli/src/process/host.ts';

/** A host and what happened to it. */
export interface TestHost extends Host {
  readonly printed: { stdout: string; stderr: string };
  readonly exits: number[];
  readonly isStdoutReserved: boolean;
  emitSignal(signal: EndingSignal): void;
  emitCrash(error: unknown): void;
  /** The number of listeners that were not taken back. */
  readonly listenerCount: number;
  /** Runs `listener` whenever something is printed. */
  onPrint(listener: () => void): void;
}

/** Creates a host. */
export function createTestHost(options: Partial<Pick<Host, 'argv' | 'directory' | 'env' | 'parent' | 'interactive' | 'version' | 'script'>> = {}): TestHost {
  const printed = { stdout: '', stderr: '' };
  const signals = new Map<EndingSignal, Set<() => void>>([
    ['SIGINT', new Set()],
    ['SIGTERM', new Set()],
  ]);
  const crashes = new Set<(error: unknown) => void>();
  const printListeners = new Set<() => void>();
  const exits: number[] = [];
  const writeTo = (stream: 'stdout' | 'stderr') => (text: string) => {
    printed[stream] += text;
    for (const listener of printListeners) listener();
  };
  let isStdoutReserved = false;
  return {
    argv: options.argv ?? [],
    directory: options.directory ?? '/nowhere',
    env: options.env ?? {},
    version: options.version ?? '1.2.3',
    nodeVersion: '24.0.0',
    script: options.script ?? '/bin/oxidite.js',
    interactive: options.interactive ?? false,
    parent: options.parent,
    stdout: { write: writeTo('stdout') },
    stderr: { write: writeTo('stderr') },
    onSignal: (signal, listener) => {
      signals.get(signal)?.add(listener);
      return () => void signals.get(signal)?.delete(listener);
    },
    onCrash: (listener) => {
      crashes.add(listener);
      return () => void crashes.delete(listener);
    },
    reserveStdout: () => {
      isStdoutReserved = true;
    },
    listActiveResources: () => [],
    exit: (code) => void exits.push(code),
    printed,
    exits,
    get isStdoutReserved() {
      return isStdoutReserved;
    },
    emitSignal: (signal) => signals.get(signal)?.forEach((listener) => listener()),
    emitCrash: (error) => crashes.forEach((listener) => listener(error)),
    get listenerCount() {
      return [...signals.values()].reduce((sum, listeners) => sum + listeners.size, crashes.size);
    },
    onPrint: (listener) => void printListeners.add(listener),
  };
}

/** A parent for a worker: records what it is told, and gives orders. */
export interface TestParent extends ParentChannel {
  readonly received: unknown[];
  order(message: unknown): void;
  disconnect(): void;
  /** Resolves with the next message of this type, also when it came before. */
  receive(type: string): Promise<Record<string, unknown>>;
}

/** Creates a parent. */
export function createTestParent(): TestParent {
  const received: Record<string, unknown>[] = [];
  const waiting: { type: string; resolve: (message: Record<string, unknown>) => void }[] = [];
  const early: unknown[] = [];
  let onMessage: (message: unknown) => void = (message) => early.push(message); // as Node does
  let onDisconnect: () => void = () => undefined;
  return {
    received,
    send: (message) => {
      const record = message as Record<string, unknown>; // the worker sends objects only
      received.push(record);
      for (const { type, resolve } of waiting) if (record['type'] === type) resolve(record);
      return Promise.resolve();
    },
    onMessage: (listener) => {
      onMessage = listener;
      for (const message of early.splice(0)) listener(message);
    },
    onDisconnect: (listener) => void (onDisconnect = listener),
    order: (message) => onMessage(message),
    disconnect: () => onDisconnect(),
    receive: (type) => {
      const found = received.find((message) => message['type'] === type);
      return found === undefined ? new Promise((resolve) => waiting.push({ type, resolve })) : Promise.resolve(found);
    },
  };
}

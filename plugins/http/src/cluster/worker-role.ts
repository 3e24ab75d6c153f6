/** What a process is: the only one, one that watches over workers, or a worker. */
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import type { Env } from '@oxidite/plugin-sdk';
import type { HttpAddress } from '../node/node-server.ts';
import { type EndMessage, type ReadyMessage, WORKER_VARIABLE } from './worker-process.ts';

/** Tells whether this process is a worker. */
export function isWorker(env: Env): boolean {
  return cluster.isWorker && env[WORKER_VARIABLE] !== undefined;
}

/** Returns how many workers are wanted: 1 means that this process serves by itself, as it always does in development. */
export function countWorkers(workers: number | 'auto', isDevelopment: boolean): number {
  if (isDevelopment) return 1;
  return workers === 'auto' ? availableParallelism() : workers;
}

/** What a worker does with the wishes of the process that watches over it. */
export interface WorkerWishes {
  /** Ends the application as SIGTERM does. */
  readonly end: (how: EndMessage['oxidite']) => void;
}

/** The worker's side of the channel. */
export interface WorkerChannel {
  tellReady(addresses: readonly HttpAddress[]): void;
  close(): void;
}

/** Opens the channel: wishes are carried out; without the other process there is nobody to serve for, so this one ends as well. */
export function openWorkerChannel({ end }: WorkerWishes): WorkerChannel {
  const onMessage = (message: unknown): void => {
    if (isEndMessage(message)) end(message.oxidite);
  };
  const onDisconnect = (): void => end('stop');
  if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true; // or node:cluster ends this process at once when the other one is gone
  process.on('message', onMessage);
  process.on('disconnect', onDisconnect);
  return {
    tellReady: (addresses) => void process.send?.({ oxidite: 'ready', addresses } satisfies ReadyMessage),
    close() {
      process.off('message', onMessage);
      process.off('disconnect', onDisconnect);
    },
  };
}

function isEndMessage(message: unknown): message is EndMessage {
  return typeof message === 'object' && message !== null && 'oxidite' in message && (message.oxidite === 'retire' || message.oxidite === 'stop');
}

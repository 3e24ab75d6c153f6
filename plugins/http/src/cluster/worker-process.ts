/** A process that serves, as the process that watches over it sees it. The real ones are made by node:cluster. */
import cluster from 'node:cluster';
import type { HttpAddress } from '../node/node-server.ts';

/** What a worker tells once it listens. */
export interface ReadyMessage {
  readonly oxidite: 'ready';
  readonly addresses: readonly HttpAddress[];
}

/** What a worker is told: `retire` leaves idle connections open for a while, since clients may be about to use them. */
export interface EndMessage {
  readonly oxidite: 'retire' | 'stop';
}

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A worker that was started. */
export interface WorkerProcess {
  readonly pid: number;
  /** Resolves with its addresses when it listens; never when it ends before. */
  readonly ready: Promise<readonly HttpAddress[]>;
  /** Resolves when it has ended. */
  readonly ended: Promise<WorkerEnd>;
  send(message: EndMessage): void;
  /** Ends it at once. */
  kill(): void;
}

/** The variable that tells a process that it is a worker. */
export const WORKER_VARIABLE = 'OXIDITE_WORKER';

/** Starts a worker: the program of this process once more. */
export function forkWorker(): WorkerProcess {
  const worker = cluster.fork({ [WORKER_VARIABLE]: '1' });
  return {
    pid: worker.process.pid ?? 0,
    ready: new Promise((resolve) => {
      worker.on('message', (message: unknown) => {
        if (isReadyMessage(message)) resolve(message.addresses);
      });
    }),
    ended: new Promise((resolve) => {
      worker.once('exit', (code: number | null, signal: string | null) => resolve({ code, signal }));
    }),
    send(message) {
      if (worker.isConnected()) worker.send(message, () => undefined); // one that is gone needs no message
    },
    kill: () => void worker.process.kill('SIGKILL'),
  };
}

function isReadyMessage(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'oxidite' in message && message.oxidite === 'ready';
}

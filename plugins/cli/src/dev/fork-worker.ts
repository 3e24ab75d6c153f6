/** Starts the process that runs the application in `oxidite dev`: the same script, as a worker. */
import { fork } from 'node:child_process';
import type { Host } from '../process/host.ts';
import { DEV_WORKER, isWorkerMessage } from './dev-messages.ts';
import type { WorkerProcess } from './dev-supervisor.ts';

/** @param json standard output is reserved, so the application writes to standard error. */
export function forkWorker(host: Pick<Host, 'script' | 'directory' | 'env'>, json: boolean): WorkerProcess {
  const child = fork(host.script, [DEV_WORKER], {
    cwd: host.directory,
    env: { NODE_ENV: 'development', ...host.env },
    stdio: ['ignore', json ? 2 : 'inherit', 'inherit', 'ipc'],
  });
  return {
    send: (message) => {
      if (child.connected) child.send(message, () => undefined); // a child that is gone is told by onExit
    },
    onMessage: (listener) => {
      child.on('message', (message) => {
        if (isWorkerMessage(message)) listener(message);
      });
    },
    onExit: (listener) => {
      child.once('exit', (code, signal) => listener(`The application's process ended with ${signal ?? `exit code ${code}`}.`));
      child.once('error', (error) => listener(`The application's process could not be started: ${error.message}`));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

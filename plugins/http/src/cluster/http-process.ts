/**
 * Serves in this process, or in workers that this process watches over. The rest of the plugin asks for addresses and for
 * the end, and does not know which it is.
 */
import { resolve } from 'node:path';
import type { Clock, Env, Logger } from '@oxidite/plugin-sdk';
import type { HttpServer } from '../http-server.ts';
import type { HttpAddress } from '../node/node-server.ts';
import type { HttpOptions } from '../options.ts';
import { resolveListeners } from '../node/listener-options.ts';
import { removeStaleSocket } from '../node/unix-socket.ts';
import { WorkerPool } from './worker-pool.ts';
import { forkWorker } from './worker-process.ts';
import { countWorkers, isWorker, openWorkerChannel } from './worker-role.ts';

/** What serving needs. */
export interface HttpProcessOptions {
  readonly config: HttpOptions;
  readonly env: Env;
  /** The directory that paths of sockets start from. */
  readonly root: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isDevelopment: boolean;
  readonly server: Pick<HttpServer, 'drain' | 'isDraining' | 'listen'>;
}

/** What serves. */
export interface HttpProcess {
  /** How many workers there are; 0 when this process serves by itself. */
  readonly workers: number;
  listen(): Promise<readonly HttpAddress[]>;
  drain(): Promise<void>;
}

/** A worker may take a little longer than its requests, for all the other things that end with it. */
const END_MARGIN_MS = 5_000;

/** Creates what serves, by what kind of process this is. */
export function createHttpProcess(options: HttpProcessOptions): HttpProcess {
  const { config, env, isDevelopment } = options;
  if (isWorker(env)) return createWorker(options);
  const size = countWorkers(config.workers, isDevelopment);
  return size === 1 ? createSingle(options) : createWatcher(options, size);
}

function createSingle({ config, env, server }: HttpProcessOptions): HttpProcess {
  return {
    workers: 0,
    listen: () => server.listen(resolveListeners(config, env)),
    drain: () => server.drain({ delayMs: config.shutdownDelayMs, graceMs: config.shutdownGraceMs }),
  };
}

function createWorker({ config, env, server }: HttpProcessOptions): HttpProcess {
  let isRetiring = false;
  const channel = openWorkerChannel({
    end(how) {
      if (server.isDraining) return;
      isRetiring = how === 'retire';
      process.kill(process.pid, 'SIGTERM'); // whatever runs this application knows how to end it
    },
  });
  return {
    workers: 0,
    async listen() {
      const addresses = await server.listen(resolveListeners(config, env));
      channel.tellReady(addresses);
      return addresses;
    },
    /** One that retires has a successor already: nobody has to notice, and clients may be about to use idle connections. */
    async drain() {
      const { shutdownDelayMs, shutdownGraceMs: graceMs, limits } = config;
      await server.drain(isRetiring ? { delayMs: 0, graceMs, lingerMs: Math.min(limits.keepAliveTimeoutMs, graceMs) } : { delayMs: shutdownDelayMs, graceMs });
      channel.close();
    },
  };
}

function createWatcher({ config, env, clock, logger, root }: HttpProcessOptions, size: number): HttpProcess {
  const graceMs = config.shutdownDelayMs + config.shutdownGraceMs + END_MARGIN_MS;
  const pool = new WorkerPool({ size, clock, logger, graceMs, fork: forkWorker });
  const onHangUp = (): void => void pool.reload();
  return {
    workers: size,
    async listen() {
      for (const listener of resolveListeners(config, env)) if ('path' in listener) await removeStaleSocket(resolve(root, listener.path)); // workers would do it at the same time
      process.on('SIGHUP', onHangUp);
      return pool.start();
    },
    async drain() {
      process.off('SIGHUP', onHangUp);
      await pool.stop();
    },
  };
}

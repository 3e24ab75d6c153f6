/** Creates the server that the runtime of this process has: Node, Bun or Deno. */
import { findBun } from './bun/bun-runtime.ts';
import { createBunServer } from './bun/bun-server.ts';
import { countWorkers } from './cluster/worker-role.ts';
import { findDeno } from './deno/deno-runtime.ts';
import { createDenoServer } from './deno/deno-server.ts';
import { RuntimeUnsupportedError } from './errors.ts';
import type { FetchServerOptions } from './fetch/fetch-server.ts';
import type { HttpServer } from './http-server.ts';
import { NodeServer } from './node/node-server.ts';

/** What a server needs, and what is asked of its runtime. */
export interface CreateServerOptions extends FetchServerOptions {
  readonly workers: number | 'auto';
  readonly isDevelopment: boolean;
}

/**
 * Creates the server.
 * @throws {RuntimeUnsupportedError} when several processes are to serve, and the runtime does not share a port among them.
 */
export function createHttpServer({ workers, isDevelopment, ...options }: CreateServerOptions): HttpServer {
  const assertSingle = (runtime: 'Bun' | 'Deno'): void => {
    if (countWorkers(workers, isDevelopment) === 1) return;
    throw new RuntimeUnsupportedError(runtime, '"workers"', 'Set it to 1, and start several processes behind a proxy');
  };
  const bun = findBun(globalThis);
  if (bun !== undefined) {
    assertSingle('Bun');
    return createBunServer(bun, options);
  }
  const deno = findDeno(globalThis);
  if (deno === undefined) return new NodeServer(options);
  assertSingle('Deno');
  return createDenoServer(deno, options);
}

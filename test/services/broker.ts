/**
 * Starts servers for test files: each once for a run, when the first file asks for it, and stops them after the run. Files
 * run in processes of their own, so they ask over a port, see `service-url.ts`. What else is made once for a run is made here, too.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { makeDeclarations } from './declarations.ts';
import { findMariadbProblem, startMariadb } from './mariadb.ts';
import { findMemcachedProblem, startMemcached } from './memcached.ts';
import { startMongodb } from './mongodb.ts';
import { startPostgresql } from './postgresql.ts';
import { findRedisProblem, startRedis } from './redis.ts';
import type { ServerProcess } from './server-process.ts';

/** How a server is started. */
interface Service {
  start(): Promise<Pick<ServerProcess, 'stop' | 'url'>>;
  /** Returns why it cannot be started here; without this it can. */
  findProblem?(): string | undefined;
}

const SERVICES = {
  postgresql: { start: startPostgresql },
  mariadb: { start: startMariadb, findProblem: findMariadbProblem },
  redis: { start: startRedis, findProblem: findRedisProblem },
  memcached: { start: startMemcached, findProblem: findMemcachedProblem },
  mongodb: { start: startMongodb },
  declarations: { start: makeDeclarations },
} satisfies Record<string, Service>;

/** The name of a server. */
export type ServiceName = keyof typeof SERVICES;

declare module 'vitest' {
  interface ProvidedContext {
    readonly serviceBroker: string;
  }
}

/** Runs before all test files; returns what runs after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, ReturnType<Service['start']>>();
  const problems = new Map<string, string | undefined>();
  const broker = createServer((request, response) => {
    response.setHeader('connection', 'close'); // one that was kept might be closed just when a busy test asks again
    const [, name = '', question] = request.url?.split('/') ?? [];
    if (!Object.hasOwn(SERVICES, name)) return void response.writeHead(404).end(`There is no service "${name}".`);
    const service: Service = SERVICES[name as ServiceName]; // it is one of its keys
    if (question === 'problem') {
      if (!problems.has(name)) problems.set(name, service.findProblem?.());
      return void response.end(problems.get(name));
    }
    const server = started.get(name) ?? service.start();
    started.set(name, server);
    return void server.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const address = broker.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  project.provide('serviceBroker', `http://127.0.0.1:${address.port}`);
  return async () => {
    broker.close();
    await Promise.all([...started.values()].map((server) => server.then((running) => running.stop()).catch(() => undefined)));
  };
}

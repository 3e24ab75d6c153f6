/** Starts examples/store as it is, on a free port and database files of its own, with its demo data, and talks to it over its socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createKernel, discoverConfig, type Kernel } from '@oxidite/kernel';
import type { Orm } from '@oxidite/orm';

/** Where the example is. */
export const STORE: string = resolve(import.meta.dirname, '../../../examples/store');

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  /** The parsed body; `undefined` when there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A running store. */
export interface Store extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly orm: Orm;
  /** Its directory, with the files of the databases. */
  readonly directory: string;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The same as a clerk. */
  callAsStaff(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Opens an order and returns its key. */
  order(lines: Readonly<Record<string, number>>): Promise<string>;
}

/** Starts the application. */
export async function startStore(): Promise<Store> {
  const directory = mkdtempSync(join(tmpdir(), 'oxidite-store-'));
  const env = { PORT: '0', HOST: '127.0.0.1', DATABASE: join(directory, 'store.db'), ANALYTICS_DATABASE: join(directory, 'analytics.db') };
  const { config, file, root } = await discoverConfig(STORE, env);
  const kernel = createKernel({ config, file, root, env });
  await kernel.boot();
  const orm = kernel.use('orm');
  for (const connection of orm.connections) await orm.on(connection).migrator.migrate();
  await orm.seed();
  await kernel.start();
  const url = kernel.use('http').address?.url ?? '';

  async function request(
    headers: Readonly<Record<string, string>>,
    [method, path, body]: readonly [method: string, path: string, body: unknown],
  ): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  const call = (method: string, path: string, body?: unknown): Promise<Answer> => request({}, [method, path, body]);

  return {
    kernel,
    orm,
    directory,
    call,
    callAsStaff: (method, path, body) => request({ 'x-api-key': 'key-of-ada' }, [method, path, body]),
    async order(lines) {
      const { body } = await call('POST', '/orders', {
        customer: { name: 'Grace', email: 'grace@example.com' },
        address: '1 Harbour Street',
        lines: Object.entries(lines).map(([slug, quantity]) => ({ slug, quantity })),
      });
      return String(body['id']);
    },
    async [Symbol.asyncDispose]() {
      await kernel.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

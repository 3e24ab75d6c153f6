/** Starts examples/conduit as it is, on a free port and a database file of its own, and talks to it over its socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createKernel, discoverConfig, type Kernel } from '@oxidite/kernel';

const ROOT = resolve(import.meta.dirname, '../../../examples/conduit');

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  /** The parsed body; `undefined` when there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** A running Conduit. */
export interface Conduit extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly url: string;
  call(method: string, path: string, options?: { readonly body?: unknown; readonly token?: string | undefined }): Promise<Answer>;
  /** Registers a user and returns the token. */
  register(username: string): Promise<string>;
}

/** Starts the application. */
export async function startConduit(): Promise<Conduit> {
  const directory = mkdtempSync(join(tmpdir(), 'oxidite-conduit-'));
  const env = { PORT: '0', HOST: '127.0.0.1', DATABASE: join(directory, 'conduit.db') };
  const { config, file, root } = await discoverConfig(ROOT, env);
  const kernel = createKernel({ config, file, root, env });
  await kernel.boot();
  await kernel.use('orm').migrator.migrate();
  await kernel.start();
  const url = kernel.use('http').address?.url ?? '';

  async function call(method: string, path: string, { body, token }: { body?: unknown; token?: string | undefined } = {}): Promise<Answer> {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(token === undefined ? {} : { authorization: `Token ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
  }

  return {
    kernel,
    url,
    call,
    async register(username) {
      const { body } = await call('POST', '/users', { body: { user: { username, email: `${username}@conduit.test`, password: 'a password' } } });
      return (body['user'] as { token: string }).token;
    },
    async [Symbol.asyncDispose]() {
      await kernel.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** An application for tests of routes: a test kernel with the HTTP plugin, and requests that need no socket. */
import type { Plugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel, type TestKernelOptions } from '@oxidite/plugin-sdk/testing';
import type { z } from 'zod';
import type { HttpOptions } from '../options.ts';
import { http } from '../plugin.ts';
import type { Router } from '../routes/router.ts';

/** Options of {@link createTestHttp}; every option of a test kernel may be given as well. */
export interface TestHttpOptions extends Omit<TestKernelOptions, 'plugins'> {
  /** The options of the HTTP plugin. Default: a port chosen by the system. */
  readonly http?: z.input<typeof HttpOptions>;
  /** Further plugins. Default: none. */
  readonly plugins?: readonly Plugin[];
}

/** A request to make; `json` is sent as JSON. */
export interface TestRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A body that is sent as it is. */
  readonly body?: string;
}

/** An answer, read to its end. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body when it is JSON, otherwise `undefined`. */
  readonly json: unknown;
}

/** An application whose routes a test calls. */
export interface TestHttp extends TestKernel {
  /** Makes a request without a socket: `app.request('POST', '/articles', { json: { … } })`. */
  request(method: string, path: string, request?: TestRequest): Promise<TestResponse>;
}

/** Creates and boots an application with these routes. `await using` stops it. Call `start()` to listen. */
export async function createTestHttp(define: (routes: Router) => void, options: TestHttpOptions = {}): Promise<TestHttp> {
  const { http: httpOptions = {}, plugins = [], setup, ...rest } = options;
  const kernel = await createTestKernel({
    ...rest,
    plugins: [http({ port: 0, ...httpOptions }), ...plugins],
    setup(application) {
      application.tap('http:routes', define);
      return setup?.(application);
    },
  });
  const request: TestHttp['request'] = async (method, path, { headers = {}, json, body = json === undefined ? undefined : JSON.stringify(json) } = {}) => {
    const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    const response = await kernel.services.http.inject(path, { method, headers: { ...type, ...headers }, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: isJson(response) && text !== '' ? JSON.parse(text) : undefined };
  };
  return Object.defineProperty(kernel, 'request', { value: request }) as TestHttp; // the property that the type asks for was just defined
}

function isJson(response: Response): boolean {
  return /^application\/(?:[\w.-]+\+)?json/.test(response.headers.get('content-type') ?? '');
}

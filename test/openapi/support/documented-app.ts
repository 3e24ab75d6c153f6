/** Boots an application with OpenAPI and without a socket. */
import { http, type Router } from '@oxidite/http';
import { openapi, type OpenApiDocument } from '@oxidite/openapi';
import type { ApplicationScope } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';

type HttpOptions = NonNullable<Parameters<typeof http>[0]>;
type OpenApiOptions = Parameters<typeof openapi>[0];

/** Options of {@link bootDocumented}. */
export interface DocumentedOptions {
  readonly http?: HttpOptions;
  readonly openapi?: Partial<OpenApiOptions>;
  readonly setup?: (kernel: ApplicationScope) => void;
}

/** Boots the application. */
export function bootDocumented(declare: (routes: Router) => void, options: DocumentedOptions = {}): Promise<TestKernel> {
  return createTestKernel({
    plugins: [http(options.http), openapi({ info: { title: 'Library', version: '1.0.0' }, ...options.openapi })],
    setup: (kernel) => {
      kernel.tap('http:routes', declare);
      options.setup?.(kernel);
    },
  });
}

/** Returns the document of some routes. */
export async function describeRoutes(declare: (routes: Router) => void, options?: DocumentedOptions): Promise<OpenApiDocument> {
  await using kernel = await bootDocumented(declare, options);
  return kernel.use('openapi').document();
}
